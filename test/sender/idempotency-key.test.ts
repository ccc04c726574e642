import { describe, expect, it, vi } from 'vitest';
import { idempotencyKeys, newKeyPrefix } from '../../src/sender/idempotency-key.js';

describe('an idempotency key', () => {
  it('is a UUID of version 8, and another one for each record', () => {
    const keyOf = idempotencyKeys(newKeyPrefix());
    const keys = Array.from({ length: 1000 }, (_, position) => keyOf(position * 1_000_003, 1));
    for (const key of keys)
      expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(new Set(keys).size).toBe(1000);
  });

  it('is the same for the same records, and another one for some of them', () => {
    const prefix = newKeyPrefix();
    const [here, there] = [idempotencyKeys(prefix), idempotencyKeys(prefix)];
    expect(there(512, 512)).toBe(here(512, 512));
    expect(new Set([here(512, 512), here(512, 256), here(768, 256), here(512, 1), here(513, 511)]).size).toBe(
      5,
    );
    expect(here(7, 70_000)).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-000000000007$/);
  });

  it('is another one for each queue', () => {
    const keys = Array.from({ length: 1000 }, () => idempotencyKeys(newKeyPrefix())(0, 1));
    expect(new Set(keys).size).toBe(1000);
  });

  it('does without the global crypto, which applications stub', async () => {
    vi.stubGlobal('crypto', {});
    vi.resetModules();
    const fresh = await import('../../src/sender/idempotency-key.js');
    expect(fresh.idempotencyKeys(fresh.newKeyPrefix())(0, 1)).toMatch(/^[\da-f-]{36}$/);
    vi.unstubAllGlobals();
  });
});
