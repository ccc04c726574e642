import type { Content } from '../queue/backing.js';
import { allocate } from '../queue/layout.js';
import { DAMAGED, KNOWN_SETTLED, type State, WAITS } from '../queue/states.js';
import type { Scan } from './segment-file.js';
import type { Ranges } from './settled-file.js';

/** So many records were in the segment; those that are neither settled nor whole are damaged. */
export function contentOf(
  file: Buffer,
  scan: Pick<Scan, 'indexes' | 'starts' | 'ends'>,
  length: number,
  { settled, cuts }: Ranges,
  separator: number,
  isShared: boolean,
): Content {
  const states = statesOf(scan.indexes, length, settled);
  const bytes = allocate(sizeOf(scan, states), isShared);
  const ends: number[] = [];
  let end = -1;
  for (const [at, index] of scan.indexes.entries()) {
    if (states[index] !== WAITS) continue;
    while (ends.length < index) ends.push(end);
    end = end + 1 + file.copy(bytes, end + 1, scan.starts[at], scan.ends[at]);
    bytes[end] = separator;
    ends.push(end);
  }
  while (ends.length < length) ends.push(end);
  return { bytes, ends, states, cuts };
}

/** How many of so many records are not settled. */
export const countUnsettled = (length: number, settled: Ranges['settled']): number =>
  statesOf([], length, settled).filter((state) => state !== KNOWN_SETTLED).length;

/** What became of so many records, of which those with these indexes are whole. */
export function statesOf(indexes: readonly number[], length: number, settled: Ranges['settled']): State[] {
  const states: State[] = new Array(length).fill(DAMAGED);
  for (const index of indexes) if (index < length) states[index] = WAITS;
  for (const { from, to } of settled) states.fill(KNOWN_SETTLED, from, to);
  return states;
}

/** With a separator behind each. */
function sizeOf(
  { indexes, starts, ends }: Pick<Scan, 'indexes' | 'starts' | 'ends'>,
  states: State[],
): number {
  let size = 0;
  for (const [at, index] of indexes.entries())
    if (states[index] === WAITS) size += (ends[at] ?? 0) - (starts[at] ?? 0) + 1;
  return size;
}
