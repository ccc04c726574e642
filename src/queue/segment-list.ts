import type { Segment } from './segment.js';

/** The segments of a queue, in order: those with unsettled records, and the one that is being written. Knows how far they were read. */
export class SegmentList {
  first: Segment | undefined;
  last: Segment | undefined;
  /** The segment with the next record to be read, and the index of that record in it. */
  read: Segment | undefined;
  indexRead = 0;

  /** The position of the next record to be read; `undefined` where there is no segment to read. */
  get positionRead(): number | undefined {
    return this.read === undefined ? undefined : this.read.first + this.indexRead;
  }

  add(segment: Segment): void {
    const { last } = this;
    this.last = segment;
    this.first ??= segment;
    this.read ??= segment;
    if (last === undefined) return;
    last.next = segment;
    segment.previous = last;
  }

  /** Also clears the segment's own links, so that an old one keeps no others in memory. */
  remove(segment: Segment): void {
    const { previous, next } = segment;
    if (this.read === segment) this.readNext(segment);
    if (this.first === segment) this.first = next;
    if (this.last === segment) this.last = previous;
    if (previous !== undefined) previous.next = next;
    if (next !== undefined) next.previous = previous;
    segment.previous = undefined;
    segment.next = undefined;
  }

  /** Moves on to the next record of the segment that is not settled. Returns its index, or the length of the segment. */
  skipSettled(segment: Segment): number {
    const { length } = segment;
    let index = this.indexRead;
    while (index < length && segment.isSettled(index)) index++;
    this.indexRead = index;
    return index;
  }

  readNext(segment: Segment): void {
    this.read = segment.next;
    this.indexRead = 0;
  }

  rewind(): void {
    this.read = this.first;
    this.indexRead = 0;
  }

  *[Symbol.iterator](): Generator<Segment> {
    for (let segment = this.first; segment !== undefined; segment = segment.next) yield segment;
  }
}
