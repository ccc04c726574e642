import type { Segment } from '../queue/segment.js';
import type { SharedWriting } from './shared-writing.js';

/** Counts the unsettled ones of some records as in memory alone or, with -1, as no more so. */
export function countUnkept(
  shared: SharedWriting,
  segment: Segment,
  from: number,
  to: number,
  sign: 1 | -1,
): void {
  for (let index = from; index < to; index++) {
    if (segment.isSettled(index)) continue;
    shared.unkept += sign;
    shared.unkeptBytes += sign * segment.places.bytesOf(index, index + 1);
  }
}
