import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Copied, type CopiedFields } from '../../src/record/copied.js';
import { encodeTaken } from '../../src/record/encode-record.js';
import { writeRecord } from '../../src/record/write-record.js';
import { dict } from '../support/any-dict.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

/** What is written of a record behind some other bytes; `undefined` where it is not written. */
function written(record: CopiedFields, room = 200_000): string | undefined {
  const bytes = Buffer.alloc(5 + room, 'x');
  const length = writeRecord(record, bytes, 5);
  expect(bytes.toString('latin1', 0, 5)).toBe('xxxxx');
  return length === -1 ? undefined : bytes.toString('utf8', 5, 5 + length);
}

const ASCII = String.fromCharCode(...Array(128).keys());

describe('a copied record is written', () => {
  it.each<[name: string, record: CopiedFields, json: string]>([
    ['without fields', {}, '{}'],
    [
      'with scalars',
      { s: 'x', n: -1.5e-7, t: true, f: false, z: null },
      '{"s":"x","n":-1.5e-7,"t":true,"f":false,"z":null}',
    ],
    ['with all digits of a bigint', { n: 2n ** 70n, m: -1n }, '{"n":1180591620717411303424,"m":-1}'],
    ['with no negative zero', { n: -0 }, '{"n":0}'],
    [
      'with null for what is no number in JSON',
      { n: Number.NaN, m: Number.NEGATIVE_INFINITY },
      '{"n":null,"m":null}',
    ],
    [
      'without what is undefined',
      { a: undefined, b: { c: undefined, d: 1 }, e: undefined },
      '{"b":"{\\"d\\":1}"}',
    ],
    [
      'with nested values as JSON strings',
      { a: [[], {}, [1, 'x', null]], b: { c: 'y' } },
      '{"a":"[[],{},[1,\\"x\\",null]]","b":"{\\"c\\":\\"y\\"}"}',
    ],
    [
      'with quotes and backslashes',
      { '"': '\\', a: { '\\': '"' } },
      '{"\\"":"\\\\","a":"{\\"\\\\\\\\\\":\\"\\\\\\"\\"}"}',
    ],
    ['without symbols', { [Symbol('s')]: 1 }, '{}'],
    [
      'with a field named __proto__',
      { a: JSON.parse('{"__proto__":1}'), ...JSON.parse('{"b":1}') },
      '{"a":"{\\"__proto__\\":1}","b":1}',
    ],
  ])('%s', (_, record, json) => {
    expect(written(record)).toBe(json);
  });

  it.each([
    ['all of ASCII', ASCII],
    [
      'characters of two, three and four bytes',
      '\u0080\u07ff\u0800\ud7ff\ue000\uffff\u2028\u{10000}\u{10ffff}',
    ],
  ])('with %s, as the engine writes it', (_, text) => {
    for (const record of [{ text }, { [text]: text }, { nested: [text, { [text]: text }] }])
      expect(written(record)).toBe(encodeTaken(new Copied({ ...record })));
  });

  it('wherever it fits, with a byte to spare for what separates records', () => {
    for (const record of [{ a: 'é"', b: { c: ['你', 1] }, d: false }, { a: 123456789 }]) {
      const json = encodeTaken(new Copied({ ...record }));
      const needed = Buffer.byteLength(json) + 1;
      for (const room of [0, 1, needed >> 1, needed - 2, needed - 1])
        expect(written(record, room)).toBeUndefined();
      expect(written(record, needed)).toBe(json);
    }
  });
});

it.each<[name: string, record: CopiedFields]>([
  ['the first half of a character', { a: '\ud83c' }],
  ['the second half', { a: 'x\udf89' }],
  ['half of one in a name', { ['\ud83c']: 1 }],
  ['half of one in a nested text', { a: ['\ud83cx'] }],
  ['half of one in a nested name', { a: { ['\udf89']: 1 } }],
])('a record is not written that has %s', (_, record) => {
  expect(written(record)).toBeUndefined();
});

it('a record is not written while all objects have a field that somebody has given them', () => {
  const prototype = Object.prototype as { given?: number };
  prototype.given = 1;
  try {
    expect(written({ a: 1 })).toBeUndefined();
  } finally {
    delete prototype.given;
  }
});

it('a record is not written that is deeper than the stack', () => {
  let deep: unknown[] = [];
  for (let level = 0; level < 50_000; level++) deep = [deep];
  expect(written({ deep })).toBeUndefined();
});

it(`what is written of ${numRuns} records is what the engine writes of them`, () => {
  const copied = fc
    .tuple(dict, fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }))
    .map(([fields, nested]) => ({
      ...fields,
      nested: nested as object,
    }));
  fc.assert(
    fc.property(copied, (record) => {
      const text = written(record);
      if (text !== undefined) expect(text).toBe(encodeTaken(new Copied({ ...record })));
      else
        expect(JSON.stringify(record, (_, value) => (typeof value === 'bigint' ? 0 : value))).toMatch(/\\ud/);
    }),
    { numRuns },
  );
});
