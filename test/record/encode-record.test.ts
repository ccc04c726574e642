import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../src/record/encode-record.js';
import type { FlatDict } from '../../src/types/json.js';
import { dict } from '../support/any-dict.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

describe('a record', () => {
  it.each([
    { name: 'without fields', dict: {}, json: '{}' },
    {
      name: 'of scalars',
      dict: { s: 'x', n: 1.5, t: true, z: null },
      json: '{"s":"x","n":1.5,"t":true,"z":null}',
    },
    {
      name: 'with a BigInt, all its digits',
      dict: { n: 2n ** 100n, s: '"' },
      json: '{"n":1267650600228229401496703205376,"s":"\\""}',
    },
    { name: 'with a negative BigInt', dict: { n: -1n }, json: '{"n":-1}' },
    { name: 'with negative zero', dict: { n: -0 }, json: '{"n":0}' },
    { name: 'with lone surrogates', dict: { '\udc00': '\ud800' }, json: '{"\\udc00":"\\ud800"}' },
    {
      name: 'with lone surrogates beside a BigInt',
      dict: { '\udc00': '\ud800', n: 1n },
      json: '{"\\udc00":"\\ud800","n":1}',
    },
    { name: 'with __proto__', dict: JSON.parse('{"__proto__":"x"}'), json: '{"__proto__":"x"}' },
    {
      name: 'with __proto__ as a BigInt',
      dict: Object.defineProperty({}, '__proto__', { value: 1n, enumerable: true }),
      json: '{"__proto__":1}',
    },
    { name: 'with a field named toJSON', dict: { toJSON: 'x' }, json: '{"toJSON":"x"}' },
  ] as { name: string; dict: FlatDict; json: string }[])('$name', ({ dict, json }) => {
    expect(encodeRecord(dict)).toBe(json);
  });

  it('has the digits of a BigInt also where an application writes BigInts its own way', () => {
    const prototype = BigInt.prototype as { toJSON?: () => string };
    prototype.toJSON = () => 'mine';
    try {
      expect(encodeRecord({ n: 1n, s: 'x' })).toBe('{"n":1,"s":"x"}');
    } finally {
      delete prototype.toJSON;
    }
  });

  it('is flat JSON, and parses to what it was', () => {
    fc.assert(
      fc.property(dict, (dict) => {
        const parsed: Record<string, unknown> = JSON.parse(encodeRecord(dict));
        expect(Object.keys(parsed)).toEqual(Object.keys(dict));
        for (const [key, value] of Object.entries(dict)) {
          expect(parsed[key]).toBe(
            typeof value === 'bigint' ? Number(value) : Object.is(value, -0) ? 0 : value,
          );
        }
      }),
      { numRuns },
    );
  });
});
