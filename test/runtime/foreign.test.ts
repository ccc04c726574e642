import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { promiseOf, textOf } from '../../src/runtime/foreign.js';

const fail = (): never => {
  throw new Error('hostile');
};

describe('the text of what was thrown', () => {
  it.each<[thrown: unknown, text: string]>([
    [new TypeError('a'), 'TypeError: a'],
    ['a', 'a'],
    [undefined, 'undefined'],
    [Symbol('a'), 'Symbol(a)'],
    [Object.create(null), 'object that is no text'],
    [{ toString: fail }, 'object that is no text'],
    [new Proxy(() => {}, { get: fail }), 'function that is no text'],
  ])('%#: is always there', (thrown, text) => {
    expect(textOf(thrown)).toBe(text);
  });
});

/** What has a `then` that an object literal had better not have. */
const withThen = (then: PropertyDescriptor, base: object = {}): object =>
  Object.defineProperty(base, 'then', then);

describe('what a function returned', () => {
  it.each<[returned: unknown]>([
    [undefined],
    [null],
    [1],
    ['then'],
    [{}],
    [() => {}],
    [withThen({ value: 'a header' })],
  ])('%# is no promise', (returned) => {
    expect(promiseOf(returned)).toBe(undefined);
  });

  const take = (resolve: (value: number) => void): void => {
    resolve(7);
    resolve(8);
    fail();
  };

  it.each<[what: string, returned: unknown]>([
    ['a promise', Promise.resolve(7)],
    ['of another realm', runInNewContext('Promise.resolve(7)')],
    ['that is none but acts as one', withThen({ value: take })],
    ['with a then of its own', withThen({ value: take }, Promise.resolve(9))],
  ])('is a promise of ours: %s', async (_, returned) => {
    const promise = promiseOf(returned);
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBe(7);
  });

  it.each([1, 2])('rejects when its then can not be read for the %i. time', async (failing) => {
    let read = 0;
    const hostile = withThen({ get: () => (++read === failing ? fail() : take) });
    await expect(promiseOf(hostile)).rejects.toThrow('hostile');
  });
});
