import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_RANGES, rangeLine, readSettled, scanSettled } from '../../src/spool/settled-file.js';

const LINES = [
  rangeLine('cut', 0, 512),
  rangeLine('settled', 0, 256),
  rangeLine('settled', 300, 301),
  rangeLine('cut', 512, 700),
];
const RANGES = {
  settled: [
    { from: 0, to: 256 },
    { from: 300, to: 301 },
  ],
  cuts: [
    { from: 0, to: 512 },
    { from: 512, to: 700 },
  ],
};

describe('the file of what is settled', () => {
  const bytes = Buffer.from(LINES.join(''));

  it('gives back what was written, as text', () => {
    expect(scanSettled(bytes)).toEqual(RANGES);
    expect(LINES[1]).toMatch(/^[\da-f]{8} settled 0 256\n$/);
  });

  it('that was cut off or damaged anywhere says what is whole, and nothing else', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = Buffer.from(bytes);
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      for (const { settled, cuts } of [scanSettled(damaged), scanSettled(bytes.subarray(0, bit >> 3))]) {
        for (const range of settled) expect(RANGES.settled).toContainEqual(range);
        for (const range of cuts) expect(RANGES.cuts).toContainEqual(range);
      }
      const { settled, cuts } = scanSettled(damaged);
      expect(settled.length + cuts.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('of anything at all says nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (anything) => {
        expect(scanSettled(Buffer.from(anything))).toEqual(NO_RANGES);
      }),
    );
  });

  it('that is missing says nothing', () => {
    expect(readSettled('/nowhere/00000001.settled')).toEqual(NO_RANGES);
  });

  it('lets no cut overlap an earlier one', () => {
    const text = [rangeLine('cut', 10, 20), rangeLine('cut', 0, 5), rangeLine('cut', 15, 30)].join('');
    expect(scanSettled(Buffer.from(text)).cuts).toEqual([
      { from: 0, to: 5 },
      { from: 10, to: 20 },
    ]);
  });
});
