import { describe, expect, it, vi } from 'vitest';
import { keyAfter, nextIdempotencyKey } from '../src/idempotency-key.js';

describe('an idempotency key', () => {
  it('is a UUID of version 8, and another one each time', () => {
    const keys = Array.from({ length: 1000 }, nextIdempotencyKey);
    for (const key of keys)
      expect(key).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(new Set(keys).size).toBe(1000);
  });

  it('can be taken for many at once, which nobody else gets', () => {
    const [first, next] = [nextIdempotencyKey(20), nextIdempotencyKey()];
    const keys = Array.from({ length: 20 }, (_, index) => keyAfter(first, index));
    expect(keys[0]).toBe(first);
    expect(new Set([...keys, next, nextIdempotencyKey()]).size).toBe(22);
    expect(keyAfter(first, 20)).toBe(next);
  });

  it('does without the global crypto, which applications stub', async () => {
    vi.stubGlobal('crypto', {});
    vi.resetModules();
    const fresh = await import('../src/idempotency-key.js');
    expect(fresh.nextIdempotencyKey()).toMatch(/^[\da-f-]{36}$/);
    vi.unstubAllGlobals();
  });
});
