import dns, { type LookupAddress } from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lookUp } from '../../src/transport/addresses.js';

const v4 = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: 4 }));
const v6 = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: 6 }));

function lookUpAmong(found: string | LookupAddress[], ...chances: number[]): Promise<unknown> {
  const answer = (...args: unknown[]): void =>
    (args.at(-1) as (...result: unknown[]) => void)(null, found, 4);
  vi.spyOn(dns, 'lookup').mockImplementation(answer as typeof dns.lookup);
  const look = lookUp(() => chances.shift() ?? 0);
  return new Promise((resolve) => look('host', { all: true }, (_, addresses) => resolve(addresses)));
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('lookUp', () => {
  it('leaves to chance which of several addresses is the first', async () => {
    expect(await lookUpAmong(v4('a', 'b', 'c'), 0.9, 0.5, 0.1)).toEqual(v4('c', 'b', 'a'));
    expect(await lookUpAmong(v4('a', 'b', 'c'), 0.1, 0.5, 0.9)).toEqual(v4('a', 'b', 'c'));
  });

  it('keeps the family first that the resolver prefers', async () => {
    const found = [...v6('x', 'y'), ...v4('a', 'b')];
    expect(await lookUpAmong(found, 0.9, 0.8, 0.2, 0.1)).toEqual([...v6('y', 'x'), ...v4('b', 'a')]);
  });

  it('passes on a single address', async () => {
    expect(await lookUpAmong('a')).toBe('a');
  });

  it('passes on an error', async () => {
    const error = new Error('ENOTFOUND');
    const answer = (...args: unknown[]): void => (args.at(-1) as (...result: unknown[]) => void)(error);
    vi.spyOn(dns, 'lookup').mockImplementation(answer as typeof dns.lookup);
    const result = new Promise((resolve) => lookUp(() => 0)('host', { all: true }, resolve));
    expect(await result).toBe(error);
  });
});
