import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Places } from '../../src/queue/places.js';
import { LINE_OVERHEAD_BYTES, lineOf, targetIn } from '../../src/spool/line.js';
import { endOfLinesWithin, writeLines } from '../../src/spool/write-lines.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 500);

/** Records as they lie in a segment's memory. */
function inMemory(records: readonly string[]): { readonly bytes: Buffer; readonly places: Places } {
  const places = new Places();
  for (const record of records) places.add(places.used + Buffer.byteLength(record), 0);
  return { bytes: Buffer.from(`${records.join(',')},`), places };
}

it('writes as many lines as there is room for, and each as it would be alone', () => {
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 1, maxLength: 1100 });
  fc.assert(
    fc.property(texts, fc.nat(2000), fc.nat(1), (records, room, offset) => {
      const { bytes, places } = inMemory(records);
      const from = Math.min(offset, records.length - 1);
      const target = Buffer.alloc(LINE_OVERHEAD_BYTES + places.bytesOf(from, from + 1) + room);
      const to = endOfLinesWithin(target.length, places, from);
      expect(to).toBeGreaterThan(from);
      const lines = records.slice(from, to).map((record, at) => lineOf(`${from + at} ${record}`));
      const end = writeLines(targetIn(target), 0, bytes, places, from, to);
      expect(target.toString('utf8', 0, end)).toBe(lines.join(''));
    }),
    { numRuns },
  );
});
