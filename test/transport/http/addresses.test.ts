import dns, { type LookupAddress } from 'node:dns';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lookUp } from '../../../src/transport/http/addresses.js';
import { turn } from '../../support/fake-clock.js';

const v4 = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: 4 }));
const v6 = (...addresses: string[]): LookupAddress[] => addresses.map((address) => ({ address, family: 6 }));

function lookUpAmong(found: string | LookupAddress[], ...chances: number[]): Promise<unknown> {
  const answer = (...args: unknown[]): void =>
    (args.at(-1) as (...result: unknown[]) => void)(null, found, 4);
  vi.spyOn(dns, 'lookup').mockImplementation(answer as typeof dns.lookup);
  const look = lookUp(() => chances.shift() ?? 0);
  return new Promise((resolve, reject) =>
    look('host', { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  );
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

  it('takes a single address', async () => {
    expect(await lookUpAmong('a')).toEqual(v4('a'));
  });

  it.each<[what: string, found: unknown]>([
    ['an empty list', []],
    ['nothing', undefined],
    ['a list of what is no address', [null, undefined, 'a', {}, { address: 1 }]],
  ])('takes %s for a name without an address', async (_, found) => {
    const error = { code: 'ENOTFOUND' };
    await expect(lookUpAmong(found as string)).rejects.toMatchObject(error);
  });

  it('takes the first answer of a resolver, and a rejection for one', async () => {
    const told = vi.fn();
    const answer = (...args: unknown[]): Promise<never> => {
      const tell = args.at(-1) as (...result: unknown[]) => void;
      tell(null, v4('a'));
      tell(null, v4('b'));
      return Promise.reject(new Error('late'));
    };
    vi.spyOn(dns, 'lookup').mockImplementation(answer as unknown as typeof dns.lookup);
    lookUp(() => 0)('host', { all: true }, told);
    await turn();
    expect(told.mock.calls).toEqual([[null, v4('a')]]);
    const error = new Error('no');
    vi.spyOn(dns, 'lookup').mockImplementation((() => Promise.reject(error)) as unknown as typeof dns.lookup);
    const failed = new Promise((resolve) => lookUp(() => 0)('host', { all: true }, resolve));
    expect(await failed).toBe(error);
  });

  it('gives one address to who asks for one', async () => {
    vi.spyOn(dns, 'lookup').mockImplementation(((...args: unknown[]) =>
      (args.at(-1) as (...result: unknown[]) => void)(null, 'a', 4)) as unknown as typeof dns.lookup);
    const told = vi.fn();
    lookUp(() => 0)('host', {}, told);
    expect(told).toHaveBeenCalledExactlyOnceWith(null, 'a', 4);
  });

  it('passes on an error', async () => {
    const error = new Error('ENOTFOUND');
    const answer = (...args: unknown[]): void => (args.at(-1) as (...result: unknown[]) => void)(error);
    vi.spyOn(dns, 'lookup').mockImplementation(answer as typeof dns.lookup);
    const result = new Promise((resolve) => lookUp(() => 0)('host', { all: true }, resolve));
    expect(await result).toBe(error);
  });
});
