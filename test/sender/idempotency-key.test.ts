import { describe, expect, it, vi } from 'vitest';
import { idempotencyKey, newKeyPrefix } from '../../src/sender/idempotency-key.js';

describe('an idempotency key', () => {
  it('is a UUID of version 8, and another one for each record', () => {
    const prefix = newKeyPrefix();
    const keys = Array.from({ length: 1000 }, (_, at) => idempotencyKey(prefix, at * 1_000_003, 1));
    for (const key of keys)
      expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(new Set(keys).size).toBe(1000);
  });

  it('is the same for the same records, and another one for some of them', () => {
    const prefix = newKeyPrefix();
    const key = (position: number, count: number): string => idempotencyKey(prefix, position, count);
    expect(key(512, 512)).toBe(key(512, 512));
    expect(new Set([key(512, 512), key(512, 256), key(768, 256), key(512, 1), key(513, 511)]).size).toBe(5);
    expect(key(7, 70_000)).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-000000000007$/);
  });

  it('is another one for each queue', () => {
    const keys = Array.from({ length: 1000 }, () => idempotencyKey(newKeyPrefix(), 0, 1));
    expect(new Set(keys).size).toBe(1000);
  });

  it('does without the global crypto, which applications stub', async () => {
    vi.stubGlobal('crypto', {});
    vi.resetModules();
    const fresh = await import('../../src/sender/idempotency-key.js');
    expect(fresh.idempotencyKey(fresh.newKeyPrefix(), 0, 1)).toMatch(/^[\da-f-]{36}$/);
    vi.unstubAllGlobals();
  });
});
