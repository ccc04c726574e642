import type { Places } from '../queue/places.js';
import { LINE_OVERHEAD_BYTES, type Target, writeRecordLine } from './line.js';

/** Up to which record the lines of those from one on take no more than `mostBytes`. */
export function endOfLinesWithin(mostBytes: number, places: Places, from: number): number {
  const { length } = places;
  const start = places.startOf(from);
  const isWithin = (to: number): boolean => linesBytes(to - from, places.endOf(to - 1) - start) <= mostBytes;
  if (isWithin(length)) return length;
  let to = from;
  while (isWithin(to + 1)) to++;
  return to;
}

const linesBytes = (count: number, bytes: number): number => count * LINE_OVERHEAD_BYTES + bytes;

/**
 * Writes the lines of records, from a place of `target` on, and says where they end. All of their bytes are copied to the end of `target` first, and
 * from there each record is moved to its line: for one small copy a record, views of memory would have to be made that cost more than the copy. As there is room for all
 * lines, none of them reaches what is still to be moved.
 */
export function writeLines(
  target: Target,
  start: number,
  source: Buffer,
  places: Places,
  from: number,
  to: number,
): number {
  const bytes = source.subarray(places.startOf(from), places.endOf(to - 1));
  const behind = target.bytes.length - bytes.length;
  target.bytes.set(bytes, behind);
  const moved = behind - places.startOf(from);
  let end = start;
  for (let index = from; index < to; index++)
    end = writeRecordLine(target, end, index, moved + places.startOf(index), moved + places.endOf(index));
  return end;
}
