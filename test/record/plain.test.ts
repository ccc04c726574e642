import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattenWithin } from '../../src/record/flatten.js';
import { plainText } from '../../src/record/plain.js';

const RUNS = { numRuns: Number(process.env['FC_RUNS'] ?? 200) };
const ROOM = 100_000;

/** What only a walk can write: nothing but the prototype differs. */
function walked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.assign(value.map(walked), { toJSON: 0 });
  return Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walked(v)])),
  );
}

const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.constant(() => 1),
  fc.constant(Symbol('s')),
);
const key = fc.string().filter((text) => text !== '__proto__' && text !== 'toJSON');
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof({ maxDepth: 5 }, leaf, tie('list'), tie('fields')),
  list: fc.array(tie('tree'), { maxLength: 4 }),
  fields: fc.dictionary(key, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
}));

describe('a plain value', () => {
  it('is written and measured as a walk would do it, at any limit', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), fc.nat(300), (value, limit) => {
        expect(plainText(value, ROOM)).toBeDefined();
        expect(flattenWithin({ a: value }, ROOM)).toEqual(flattenWithin({ a: walked(value) }, ROOM));
        expect(flattenWithin({ a: value }, limit)).toEqual(flattenWithin({ a: walked(value) }, limit));
      }),
      RUNS,
    );
  });

  it.each<[string, object]>([
    ['a Date in it', { at: new Date(0) }],
    ['a bigint in it', [1n]],
    ['a Map in it', { a: [new Map()] }],
    ['bytes in it', { a: Buffer.from('a') }],
    ['a class instance', new (class A {})()],
    ['a subclass of Array', new (class extends Array {})()],
    ['no prototype', Object.create(null)],
    ['a toJSON', { toJSON: () => 1 }],
    ['an array with a toJSON', Object.assign([], { toJSON: () => 1 })],
    ['a __proto__ of its own', JSON.parse('{"a":{"__proto__":1}}')],
    ['deep nesting', JSON.parse('['.repeat(20) + ']'.repeat(20))],
    ['more than there is room for', ['x'.repeat(ROOM)]],
    ['a sparse array beyond all room', new Array(2 ** 32 - 1)],
    ['a getter that throws', Object.defineProperty({}, 'a', { enumerable: true, get: () => [].at(0)!['a'] })],
  ])('is not one with %s', (_, value) => {
    expect(plainText(value, ROOM)).toBeUndefined();
  });
});
