import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { Copying } from '../../src/record/copying.js';
import { replacementOf, threw } from '../../src/record/resolve.js';

const MUCH = 1e6;

const copied = (value: unknown): unknown => new Copying(MUCH).copy(value, 'key');

/** An ArrayBuffer whose bytes have been moved away, and what looks at it. */
function detached(): { readonly buffer: ArrayBuffer; readonly bytes: Uint8Array; readonly view: DataView } {
  const buffer = new ArrayBuffer(4);
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  return { buffer, bytes, view };
}

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const throws = (error: unknown) => () => {
  throw error;
};

describe('a value becomes a scalar', () => {
  it.each([
    { name: 'a string is itself', value: 'text', expected: 'text' },
    { name: 'an empty string is itself', value: '', expected: '' },
    { name: 'true is itself', value: true, expected: true },
    { name: 'false is itself', value: false, expected: false },
    { name: 'null is itself', value: null, expected: null },
    { name: 'zero is itself', value: 0, expected: 0 },
    { name: 'a number is itself', value: -1.5e-7, expected: -1.5e-7 },
    { name: 'NaN is null', value: Number.NaN, expected: null },
    { name: 'Infinity is null', value: Number.POSITIVE_INFINITY, expected: null },
    { name: '-Infinity is null', value: Number.NEGATIVE_INFINITY, expected: null },
    { name: 'a BigInt is itself', value: 2n ** 70n, expected: 2n ** 70n },
    { name: 'undefined is left out', value: undefined, expected: undefined },
    { name: 'a function is left out', value: () => 1, expected: undefined },
    { name: 'a class is left out', value: class {}, expected: undefined },
    { name: 'a symbol is left out', value: Symbol('s'), expected: undefined },
    { name: 'a Proxy of a function is left out', value: new Proxy(() => 1, {}), expected: undefined },
    { name: 'a Date is ISO 8601', value: new Date(1.5e12), expected: '2017-07-14T02:40:00.000Z' },
    { name: 'an invalid Date is null', value: new Date(Number.NaN), expected: null },
    {
      name: 'a Date without its toJSON is ISO 8601',
      value: Object.setPrototypeOf(new Date(0), null),
      expected: '1970-01-01T00:00:00.000Z',
    },
    {
      name: 'a Date of another realm is ISO 8601',
      value: vm.runInNewContext('new Date(0)'),
      expected: '1970-01-01T00:00:00.000Z',
    },
    { name: 'a boxed number is the number', value: Object(1), expected: 1 },
    { name: 'a boxed NaN is null', value: Object(Number.NaN), expected: null },
    { name: 'a boxed string is the string', value: Object('s'), expected: 's' },
    { name: 'a boxed boolean is the boolean', value: Object(false), expected: false },
    { name: 'a boxed BigInt is the BigInt', value: Object(1n), expected: 1n },
    { name: 'a boxed symbol is left out', value: Object(Symbol('s')), expected: undefined },
    {
      name: 'a boxed value holds what it holds, whatever its valueOf says',
      value: Object.assign(Object(1), { valueOf: () => 2 }),
      expected: 1,
    },
    { name: 'a Buffer is base64, its toJSON is not asked', value: Buffer.from('abc'), expected: 'YWJj' },
    { name: 'an empty Buffer is empty', value: Buffer.alloc(0), expected: '' },
    { name: 'a Uint8Array is base64', value: Uint8Array.of(255, 254), expected: '//4=' },
    {
      name: 'a part of a buffer is only that part',
      value: new Uint8Array(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2),
      expected: 'AgM=',
    },
    {
      name: 'a Float64Array is the base64 of its bytes',
      value: Float64Array.of(1),
      expected: 'AAAAAAAA8D8=',
    },
    {
      name: 'a BigInt64Array is the base64 of its bytes',
      value: BigInt64Array.of(1n),
      expected: 'AQAAAAAAAAA=',
    },
    { name: 'a DataView is base64', value: new DataView(Uint8Array.of(1, 2, 3).buffer, 1), expected: 'AgM=' },
    { name: 'an ArrayBuffer is base64', value: Uint8Array.of(1, 2, 3).buffer, expected: 'AQID' },
    { name: 'a SharedArrayBuffer is base64', value: new SharedArrayBuffer(3), expected: 'AAAA' },
    {
      name: 'a typed array of another realm is base64',
      value: vm.runInNewContext('Uint8Array.of(1, 2, 3)'),
      expected: 'AQID',
    },
    { name: 'toJSON is honoured', value: { toJSON: () => 'instead' }, expected: 'instead' },
    {
      name: 'an inherited toJSON is honoured',
      value: Object.create({ toJSON: () => 'instead' }),
      expected: 'instead',
    },
    {
      name: 'toJSON that returns undefined leaves out',
      value: { toJSON: () => undefined },
      expected: undefined,
    },
    {
      name: 'toJSON that returns a function leaves out',
      value: { toJSON: () => () => 1 },
      expected: undefined,
    },
    { name: 'toJSON that returns NaN is null', value: { toJSON: () => Number.NaN }, expected: null },
    { name: 'toJSON that returns null is null', value: { toJSON: () => null }, expected: null },
    { name: 'toJSON that returns a BigInt is the BigInt', value: { toJSON: () => 1n }, expected: 1n },
    {
      name: 'toJSON that returns a Date is ISO 8601',
      value: { toJSON: () => new Date(0) },
      expected: '1970-01-01T00:00:00.000Z',
    },
    {
      name: 'toJSON that returns a Buffer is base64',
      value: { toJSON: () => Buffer.from('abc') },
      expected: 'YWJj',
    },
    {
      name: 'toJSON that returns an ArrayBuffer is base64',
      value: { toJSON: () => Uint8Array.of(1, 2, 3).buffer },
      expected: 'AQID',
    },
    {
      name: 'toJSON that returns a boxed number is the number',
      value: { toJSON: () => Object(1) },
      expected: 1,
    },
    {
      name: 'toJSON that throws says so',
      value: { toJSON: throws(new Error('no')) },
      expected: '[Threw: no]',
    },
    {
      name: 'a toJSON getter that throws says so',
      value: Object.defineProperty({}, 'toJSON', { get: throws(new Error('no')) }),
      expected: '[Threw: no]',
    },
    { name: 'a RegExp is its text', value: /a"b/gi, expected: '/a"b/gi' },
    {
      name: 'a RegExp of another realm is its text',
      value: vm.runInNewContext('/a/'),
      expected: '/a/',
    },
    { name: 'a URL is its text, by its toJSON', value: new URL('http://h/p'), expected: 'http://h/p' },
    {
      name: 'a revoked Proxy says so',
      value: revoked(),
      expected: expect.stringMatching(/^\[Threw: Cannot perform .* on a proxy that has been revoked\]$/),
    },
  ] as { name: string; value: unknown; expected: unknown }[])('$name', ({ value, expected }) => {
    expect(copied(value)).toEqual(expected);
  });
});

describe('an object is walked as', () => {
  const self = { a: 1, toJSON: () => self };
  const replaced = { a: 1 };
  it.each([
    { name: 'itself', value: replaced, walked: replaced },
    { name: 'what toJSON returns', value: { toJSON: () => replaced }, walked: replaced },
    { name: 'itself, where toJSON returns itself', value: self, walked: self },
    {
      name: 'itself, where toJSON is no function',
      value: Object.assign(replaced, { toJSON: 1 }),
      walked: replaced,
    },
  ] as { name: string; value: object; walked: object }[])('$name', ({ value, walked }) => {
    expect(replacementOf(value, 'key')).toBe(walked);
  });

  it('what toJSON returns, whose own toJSON is not asked', () => {
    const second = { toJSON: throws(new Error('asked')) };
    expect(replacementOf({ toJSON: () => second }, 'key')).toBe(second);
  });

  it('what toJSON returns for its key, called on its object', () => {
    const value = {
      name: 'n',
      toJSON(key: string) {
        return `${this.name} at ${key}`;
      },
    };
    expect(replacementOf(value, 'field')).toBe('n at field');
  });
});

describe('nothing throws: a value that cannot be read is a string that says so', () => {
  const { buffer, bytes, view } = detached();
  it.each([
    { name: 'a detached ArrayBuffer', value: buffer },
    { name: 'a typed array on a detached ArrayBuffer', value: bytes },
    { name: 'a DataView on a detached ArrayBuffer', value: view },
    {
      name: 'a typed array with a byteLength that throws',
      value: Object.defineProperty(new Uint8Array(1), 'byteLength', { get: throws(new Error('no')) }),
    },
  ] as { name: string; value: object }[])('$name', ({ value }) => {
    expect(copied(value)).toBeTypeOf('string');
  });

  it.each([
    { name: 'an Error by its message', thrown: new Error('no'), text: '[Threw: no]' },
    {
      name: 'an Error of another realm by its message',
      thrown: vm.runInNewContext('new Error("no")'),
      text: '[Threw: no]',
    },
    { name: 'a string', thrown: 'no', text: '[Threw: no]' },
    { name: 'undefined', thrown: undefined, text: '[Threw: undefined]' },
    { name: 'a symbol', thrown: Symbol('no'), text: '[Threw: Symbol(no)]' },
    { name: 'an object without a prototype', thrown: Object.create(null), text: '[Threw: unknown]' },
    { name: 'a revoked Proxy', thrown: revoked(), text: '[Threw: unknown]' },
    {
      name: 'an Error whose message throws',
      thrown: Object.defineProperty(new Error(), 'message', { get: throws(1) }),
      text: '[Threw: unknown]',
    },
  ] as { name: string; thrown: unknown; text: string }[])(
    'what was thrown is told: $name',
    ({ thrown, text }) => {
      expect(threw(thrown)).toBe(text);
      expect(copied({ toJSON: throws(thrown) })).toBe(text);
    },
  );
});
