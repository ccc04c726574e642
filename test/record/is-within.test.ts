import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../src/record/encode-record.js';
import { isWithin } from '../../src/record/is-within.js';
import type { FlatDict } from '../../src/types/json.js';
import { dict } from '../support/any-dict.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

const bytesOf = (record: FlatDict): number => Buffer.byteLength(encodeRecord(record));

describe('whether a record is within a limit', () => {
  it.each([
    { name: 'least for its bytes: control characters', dict: { k: '\u0000'.repeat(1000) } },
    { name: 'least for its bytes: lone surrogates', dict: { ['\ud800'.repeat(1000)]: 1 } },
    {
      name: 'least for its bytes: long numbers',
      dict: { '': -1.2345678901234568e-300, a: -1.2345678901234568e-300 },
    },
    { name: 'all its bytes: ASCII', dict: { k: 'x'.repeat(1000) } },
    { name: 'all its bytes: one digit', dict: { a: 1, b: 2 } },
    { name: 'all its bytes: BigInt', dict: { a: 10n ** 1000n } },
    { name: 'an empty record', dict: {} },
  ] as { name: string; dict: FlatDict }[])('is known to a byte: $name', ({ dict }) => {
    const bytes = bytesOf(dict);
    for (const limit of [bytes, bytes + 1, bytes * 7]) expect(isWithin(dict, limit)).toBe(true);
    for (const limit of [0, bytes - 1]) expect(isWithin(dict, limit)).toBe(false);
  });

  it.each([0, 1, 500, 900, 1000])('is known of what is %i bytes too long and all escapes', (off) => {
    const dict = { k: '\u0000'.repeat(1000) };
    expect(isWithin(dict, bytesOf(dict) - off)).toBe(off === 0);
  });

  it('is what the bytes say', () => {
    fc.assert(
      fc.property(dict, fc.integer({ min: -6, max: 400 }), (dict, off) => {
        const bytes = bytesOf(dict);
        for (const limit of [
          bytes + (off % 4),
          bytes - 1,
          bytes,
          Math.floor(bytes / 6) + off,
          bytes * 6 + off,
          off,
        ])
          expect(isWithin(dict, limit)).toBe(bytes <= limit);
      }),
      { numRuns },
    );
  });

  it('is no for what no text can be as long as', () => {
    const dict = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => ({
        toJSON() {
          throw new RangeError('Invalid string length');
        },
      }),
    });
    expect(isWithin(dict as FlatDict, 10)).toBe(false);
  });
});
