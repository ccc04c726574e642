import type { Segment } from './segment.js';

/** Records of a segment that were read together: they lie side by side, and each has its index here. */
export class Chunk {
  constructor(
    /** Where they lie, for the queue. */
    readonly segment: Segment,
    /** Indexes in the segment. */
    private readonly from: number,
    private readonly to: number,
  ) {}

  get length(): number {
    return this.to - this.from;
  }

  /** The position in the queue of the record with an index. */
  positionOf(index: number): number {
    return this.segment.first + this.from + index;
  }

  /** Of the idempotency keys of its records. */
  get keyPrefix(): string {
    return this.segment.key.prefix;
  }

  /** The place of a record in its keys. */
  keyPositionOf(index: number): number {
    return this.segment.key.first + this.from + index;
  }

  /** Since when the youngest of them is in memory, on the clock's `now()`. */
  get since(): number {
    return this.segment.places.timeOf(this.to - 1);
  }

  /** When it was appended, perhaps in an earlier life, and before this process began. */
  get appendedAt(): number {
    return this.segment.places.appendedAt(this.to - 1);
  }

  /** The bytes of the records from `from` up to `to`, and of what separates them. */
  slice(from: number, to: number): Buffer {
    return this.segment.slice(this.from + from, this.from + to);
  }

  /** Where each record ends in the slice of all. */
  get ends(): Uint32Array {
    return this.segment.places.endsOf(this.from, this.to);
  }

  /** Up to which index records from one on take no more than `mostBytes`, with what separates them; at least behind that one. */
  endWithin(from: number, to: number, mostBytes: number): number {
    return this.segment.places.endWithin(this.from + from, this.from + to, mostBytes) - this.from;
  }

  /** The bytes of the records alone. */
  bytesOf(from: number, to: number): number {
    return this.segment.places.bytesOf(this.from + from, this.from + to);
  }

  isSettled(index: number): boolean {
    return this.segment.isSettled(this.from + index);
  }

  /** Settles a record, and gives its bytes, or -1 if it was settled before. */
  settle(index: number): number {
    return index >= 0 && index < this.length ? this.segment.settle(this.from + index) : -1;
  }
}

/** Those records of a segment that are not settled, in as few chunks as they lie side by side. */
export function* waitingOf(segment: Segment): Generator<Chunk> {
  const { length } = segment;
  for (let from = 0; from < length; from++) {
    if (segment.isSettled(from)) continue;
    const to = segment.endOfRead(from, length, undefined);
    yield new Chunk(segment, from, to);
    from = to;
  }
}

/** One record of a chunk: the body of a log record, which an SDK keeps by reference. */
export class Entry {
  constructor(
    readonly chunk: Chunk,
    readonly index: number,
  ) {}
}
