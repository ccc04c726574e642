import { describe, expect, it } from 'vitest';
import { keyText, MAX_DEPTH, NoRoomError, snapshot, TOO_DEEP, Walk } from '../../src/record/snapshot.js';

const MUCH_ROOM = 1024 * 1024;

const textOf = (value: unknown): unknown => snapshot(value, 'key', new Walk(MUCH_ROOM));

/** `{a: {a: … {}}}`, so many objects in all. */
function nestedObjects(levels: number): object {
  let value = {};
  for (let level = 1; level < levels; level++) value = { a: value };
  return value;
}

describe('a scalar stays and anything else becomes JSON text', () => {
  it.each([
    { name: 'a string', value: 'text', expected: 'text' },
    { name: 'a string that looks like JSON', value: '"text"', expected: '"text"' },
    { name: 'a number', value: 1, expected: 1 },
    { name: 'a BigInt', value: 12345678901234567890n, expected: 12345678901234567890n },
    { name: 'null', value: null, expected: null },
    { name: 'undefined, which is left out', value: undefined, expected: undefined },
    { name: 'an empty object', value: {}, expected: '{}' },
    { name: 'an empty array', value: [], expected: '[]' },
    {
      name: 'an object',
      value: { a: 1, b: 'x', c: true, d: null },
      expected: '{"a":1,"b":"x","c":true,"d":null}',
    },
    { name: 'an array', value: [1, 'x', [true], { a: null }], expected: '[1,"x",[true],{"a":null}]' },
    { name: 'a Map', value: new Map([['a', 1]]), expected: '{"a":1}' },
    { name: 'an empty Map', value: new Map(), expected: '{}' },
    { name: 'a Set', value: new Set([1, 'x']), expected: '[1,"x"]' },
    { name: 'an empty Set', value: new Set(), expected: '[]' },
    {
      name: 'a nested BigInt, with all its digits',
      value: { n: [2n ** 64n] },
      expected: '{"n":[18446744073709551616]}',
    },
    {
      name: 'nested NaN and infinities, which are null',
      value: { a: Number.NaN, b: [Number.POSITIVE_INFINITY] },
      expected: '{"a":null,"b":[null]}',
    },
    { name: 'negative zero, which JSON writes as 0', value: [-0], expected: '[0]' },
    {
      name: 'a nested invalid Date, which is null',
      value: { at: new Date(Number.NaN) },
      expected: '{"at":null}',
    },
    { name: 'nested bytes, as base64', value: [Uint8Array.of(1, 2, 3)], expected: '["AQID"]' },
    {
      name: 'fields that are left out',
      value: { a: undefined, b() {}, c: Symbol('s'), d: 1 },
      expected: '{"d":1}',
    },
    {
      name: 'items that would be left out, null: indexes do not shift',
      value: [undefined, () => 1, Symbol('s'), 1],
      expected: '[null,null,null,1]',
    },
    { name: 'items of a Set that would be left out', value: new Set([undefined, 1]), expected: '[null,1]' },
    {
      name: 'holes, which are null',
      value: Object.assign(new Array(3), { 0: 1, 2: 3 }),
      expected: '[1,null,3]',
    },
    {
      name: 'lone surrogates, escaped',
      value: { '\udc00': ['\ud800'] },
      expected: '{"\\udc00":["\\ud800"]}',
    },
    { name: 'keys that need escapes', value: { 'a"\n': 1 }, expected: '{"a\\"\\n":1}' },
    {
      name: 'a getter that throws',
      value: {
        get a() {
          throw new Error('no');
        },
        b: 1,
      },
      expected: '{"a":"[Threw: no]","b":1}',
    },
    {
      name: 'an array whose item throws',
      value: [0, 1].map((_, i, list) =>
        Object.defineProperty(list, i, {
          get() {
            throw new Error('no');
          },
        }),
      )[0],
      expected: '["[Threw: no]","[Threw: no]"]',
    },
  ] as { name: string; value: unknown; expected: unknown }[])('$name', ({ value, expected }) => {
    expect(textOf(value)).toBe(expected);
  });
});

describe('nesting', () => {
  it(`is whole up to ${MAX_DEPTH} levels`, () => {
    expect(textOf(nestedObjects(MAX_DEPTH))).toBe(
      `${'{"a":'.repeat(MAX_DEPTH - 1)}{}${'}'.repeat(MAX_DEPTH - 1)}`,
    );
  });

  it('is cut below that', () => {
    const cut = `"${TOO_DEEP}"`;
    expect(textOf(nestedObjects(MAX_DEPTH + 1))).toBe(
      `${'{"a":'.repeat(MAX_DEPTH)}${cut}${'}'.repeat(MAX_DEPTH)}`,
    );
    expect(textOf(nestedObjects(100 * MAX_DEPTH))).toBe(textOf(nestedObjects(MAX_DEPTH + 1)));
  });

  it('is forgotten after each value: a walk serves a whole record', () => {
    const walk = new Walk(MUCH_ROOM);
    const shared = { a: 1 };
    expect([1, 2].map(() => snapshot(shared, 'key', walk))).toEqual(['{"a":1}', '{"a":1}']);
    expect(walk.depth).toBe(0);
  });
});

describe('the room of a walk', () => {
  it.each([
    { name: 'a scalar', value: 'x'.repeat(10) },
    { name: 'a nested scalar', value: ['x'.repeat(10)] },
    { name: 'a key', value: { ['x'.repeat(10)]: 1 } },
    { name: 'a key of a Map', value: new Map([[{ a: 'xxxxxxxxxx' }, 1]]) },
    { name: 'many small items', value: Array(10).fill(1) },
    { name: 'many holes', value: new Array(10) },
    { name: 'many empty objects', value: Array(10).fill({}) },
    { name: 'a BigInt', value: 10n ** 10n },
    { name: 'bytes', value: Buffer.alloc(9) },
    {
      name: 'a message that was thrown',
      value: [
        {
          toJSON() {
            throw new Error('x'.repeat(10));
          },
        },
      ],
    },
  ])('ends with $name', ({ value }) => {
    expect(() => snapshot(value, 'key', new Walk(9))).toThrow(NoRoomError);
  });

  it('is charged with no more than what stands in the text', () => {
    const value = [[1], ['x', 'y'], { a: 1, b: [] }, [[[]]], null, true];
    const text = JSON.stringify(value);
    expect(snapshot(value, 'key', new Walk(text.length))).toBe(text);
  });

  it('is not charged with fields that are left out', () => {
    const value = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [index, undefined]));
    expect(snapshot(value, 'key', new Walk(20))).toBe('{}');
  });

  it('is charged with the stand-ins too', () => {
    const circle: unknown[] = [];
    for (let index = 0; index < 100; index++) circle.push(circle);
    expect(() => snapshot(circle, 'key', new Walk(300))).toThrow(NoRoomError); // 1300 characters
  });
});

describe('a key of a Map that is an object', () => {
  it.each([
    { name: 'is its JSON text', key: { a: [1] }, text: '{"a":[1]}' },
    { name: 'is ISO 8601 for a Date', key: new Date(0), text: '1970-01-01T00:00:00.000Z' },
    { name: 'is base64 for bytes', key: Buffer.from('abc'), text: 'YWJj' },
    {
      name: 'says so where it throws',
      key: {
        toJSON() {
          throw new Error('no');
        },
      },
      text: '[Threw: no]',
    },
    {
      name: 'is the word undefined where it would be left out',
      key: { toJSON: () => undefined },
      text: 'undefined',
    },
  ])('$name', ({ key, text }) => {
    expect(keyText(new Walk(MUCH_ROOM))(key)).toBe(text);
  });
});
