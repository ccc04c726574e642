import type { Clock } from '../runtime/clock.js';
import { Chunk } from './chunk.js';
import { type Mark, Marks } from './marks.js';
import type { Queue } from './queue.js';
import { allocate, Segment, type Separator } from './segment.js';

/** Memory for so many bytes is taken at a time. A waiting record keeps its whole segment, until most of it is settled. */
export const SEGMENT_BYTES = 64 * 1024;

export interface MemoryQueueSettings {
  readonly separator: Separator;
  /** Of the idempotency keys of its records. */
  readonly keyPrefix: string;
  /** Most bytes of records that should lie side by side. Default: 64 KiB. */
  readonly segmentBytes?: number;
  /** Whether other threads can read what is in it. */
  readonly isShared: boolean;
}

/** A queue in memory, which ends with the process. */
export class MemoryQueue implements Queue {
  unsettled = 0;
  unsettledBytes = 0;
  unread = 0;
  readonly #separator: number;
  readonly #segmentBytes: number;
  /** All that have unsettled records, and the one that is written. */
  #firstSegment: Segment | undefined;
  #lastSegment: Segment | undefined;
  /** Where reading goes on. */
  #segmentRead: Segment | undefined;
  #indexRead = 0;
  #position = 0;
  readonly #marks = new Marks();

  constructor(
    private readonly settings: MemoryQueueSettings,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.#separator = settings.separator.charCodeAt(0);
    this.#segmentBytes = settings.segmentBytes ?? SEGMENT_BYTES;
  }

  append(record: string, mostBytes: number): number {
    let segment = this.#lastSegment;
    let bytes = segment?.write(record) ?? -1;
    if (bytes === -1) {
      const needed = Buffer.byteLength(record);
      if (needed > mostBytes) return -1;
      segment = this.#addSegment(needed);
      bytes = segment.write(record);
    }
    if (bytes > mostBytes || segment === undefined) return -1;
    segment.add(bytes, this.#separator, this.clock.now());
    this.#position++;
    this.unread++;
    this.unsettled++;
    this.unsettledBytes += bytes;
    return bytes;
  }

  read(most: number): Chunk | undefined {
    for (; this.#segmentRead !== undefined; this.#readNext(this.#segmentRead)) {
      const segment = this.#segmentRead;
      const { length } = segment;
      let from = this.#indexRead;
      while (from < length && segment.isSettled(from)) from++;
      let to = from;
      while (to < length && to - from < most && !segment.isSettled(to)) to++;
      this.#indexRead = to;
      if (to > from) {
        this.unread -= to - from;
        return new Chunk(segment, from, to);
      }
      if (segment === this.#lastSegment) return undefined;
    }
    return undefined;
  }

  settle(chunk: Chunk, from: number, to: number, isLost: boolean): number {
    let count = 0;
    for (let index = from; index < to; index++) {
      const bytes = chunk.settle(index);
      if (bytes === -1) continue;
      count++;
      this.unsettledBytes -= bytes;
      const position = chunk.positionOf(index);
      if (position >= this.#positionRead) this.unread--; // reading has begun again before it
      this.#marks.settled(position, isLost);
    }
    this.unsettled -= count;
    const segment = chunk.segment;
    segment.shrink();
    if (segment.isFull && segment.unsettled === 0) this.#remove(segment);
    return count;
  }

  rewind(): void {
    this.#segmentRead = this.#firstSegment;
    this.#indexRead = 0;
    this.unread = this.unsettled;
  }

  mark(): Mark {
    return this.#marks.add(this.#position, this.unsettled);
  }

  /** All before it has been read. */
  get #positionRead(): number {
    return (this.#segmentRead?.first ?? this.#position) + this.#indexRead;
  }

  #addSegment(needed: number): Segment {
    const last = this.#lastSegment;
    const capacity = Math.max(needed + 1, this.#segmentBytes);
    const { isShared, keyPrefix } = this.settings;
    const key = { prefix: keyPrefix, first: this.#position };
    const segment = new Segment(this.#position, key, allocate(capacity, isShared), isShared);
    this.#lastSegment = segment;
    this.#firstSegment ??= segment;
    this.#segmentRead ??= segment;
    if (last !== undefined) {
      last.next = segment;
      segment.previous = last;
      last.isFull = true;
      last.shrink();
      if (last.unsettled === 0) this.#remove(last);
    }
    return segment;
  }

  /** Unlinks it both ways, so that an old segment keeps no others alive. */
  #remove(segment: Segment): void {
    const { previous, next } = segment;
    if (this.#segmentRead === segment) this.#readNext(segment);
    if (this.#firstSegment === segment) this.#firstSegment = next;
    if (previous !== undefined) previous.next = next;
    if (next !== undefined) next.previous = previous;
    segment.previous = undefined;
    segment.next = undefined;
  }

  #readNext(segment: Segment): void {
    this.#segmentRead = segment.next;
    this.#indexRead = 0;
  }
}
