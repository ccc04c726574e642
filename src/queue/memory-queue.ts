import type { Clock } from '../runtime/clock.js';
import type { Backing, Size } from './backing.js';
import { Chunk } from './chunk.js';
import { type Mark, Marks } from './marks.js';
import type { Queue } from './queue.js';
import { allocate, type KeyBase, Segment, type Separator } from './segment.js';

/** The size of a segment. A record that waits keeps the memory of its whole segment, until most of the segment is settled. */
export const SEGMENT_BYTES = 64 * 1024;

export interface QueueSettings {
  readonly separator: Separator;
  /** Of the idempotency keys of its records. */
  readonly keyPrefix: string;
  /** Most bytes of unsettled records. Default: no limit. */
  readonly maxBytes?: number;
  /** Most bytes of records that should lie side by side. Default: 64 KiB. */
  readonly segmentBytes?: number;
  /** Most bytes of a chunk of several records, which then goes out as it is in each try; default: a chunk is records that go out one by one. */
  readonly chunkBytes?: number | undefined;
  /** Whether other threads can read what is in it. */
  readonly isShared: boolean;
}

/** So many records are given out at a time when the queue ends. */
const MANY = 1024;

/** A queue in memory, which ends with the process. */
export class MemoryQueue implements Queue {
  unsettled = 0;
  unsettledBytes = 0;
  unread = 0;
  readonly #separator: number;
  readonly #segmentBytes: number;
  /** The first and the last of a list of segments: those with unsettled records, and the one that is being written. */
  #firstSegment: Segment | undefined;
  #lastSegment: Segment | undefined;
  /** Where reading goes on. */
  #segmentRead: Segment | undefined;
  #indexRead = 0;
  #position = 0;
  #unreadBytes = 0;
  /** Memory of a segment that nobody has read from. */
  protected spare: Buffer | undefined;
  readonly #marks = new Marks();

  constructor(
    protected readonly settings: QueueSettings,
    protected readonly clock: Pick<Clock, 'now'>,
  ) {
    this.#separator = settings.separator.charCodeAt(0);
    this.#segmentBytes = settings.segmentBytes ?? SEGMENT_BYTES;
  }

  /** Bytes of records that were read and are not settled. */
  get bytesInHand(): number {
    return this.unsettledBytes - this.#unreadBytes;
  }

  append(record: string, mostBytes: number): number {
    const most = Math.min(mostBytes, this.room);
    let segment = this.#lastSegment;
    let bytes = segment?.write(record) ?? -1;
    if (bytes === -1) {
      const needed = Buffer.byteLength(record);
      if (needed > most) return -1;
      segment = this.#addSegment(needed);
      bytes = segment.write(record);
    }
    if (bytes > most || segment === undefined) return -1;
    segment.add(bytes, this.#separator, this.clock.now());
    this.#position++;
    this.unread++;
    this.unsettled++;
    this.unsettledBytes += bytes;
    this.#unreadBytes += bytes;
    return bytes;
  }

  read(most: number): Chunk | undefined {
    while (this.#segmentRead !== undefined) {
      const segment = this.#segmentRead;
      if (!segment.isLoaded && !this.#load(segment)) return undefined;
      if (segment !== this.#segmentRead) continue; // nothing in it was whole
      const { length } = segment;
      let from = this.#indexRead;
      while (from < length && segment.isSettled(from)) from++;
      this.#indexRead = from;
      if (from < length) {
        const to = segment.endOfRead(from, most, this.settings.chunkBytes);
        this.#indexRead = to;
        this.unread -= to - from;
        this.#unreadBytes -= segment.bytesOf(from, to);
        return new Chunk(segment, from, to);
      }
      if (segment === this.#lastSegment) return undefined;
      this.#readNext(segment);
    }
    return undefined;
  }

  settle(chunk: Chunk, from: number, to: number, isLost: boolean): number {
    const { segment } = chunk;
    let count = 0;
    for (let index = from; index < to; index++) {
      const bytes = chunk.settle(index);
      if (bytes === -1) continue;
      count++;
      this.#settled(chunk.positionOf(index), bytes, isLost);
    }
    if (count === 0) return 0;
    this.unsettled -= count;
    segment.shrink();
    if (segment.isFull && segment.unsettled === 0) this.#remove(segment);
    return count;
  }

  rewind(): void {
    this.#segmentRead = this.#firstSegment;
    this.#indexRead = 0;
    this.unread = this.unsettled;
    this.#unreadBytes = this.unsettledBytes;
  }

  mark(): Mark {
    return this.#marks.add(this.#position, this.unsettled);
  }

  giveUp(take: (chunk: Chunk) => void): void {
    this.rewind();
    for (let chunk = this.read(MANY); chunk !== undefined; chunk = this.read(MANY)) take(chunk);
  }

  keeps(_chunk: Chunk, _to: number): boolean {
    return false;
  }

  get onDisk(): number {
    return 0;
  }

  start(): void {}
  write(): void {}
  leave(): void {}
  close(): void {}

  get isReadable(): boolean {
    return true;
  }

  /** How many bytes the next record may have. */
  protected get room(): number {
    return (this.settings.maxBytes ?? Number.POSITIVE_INFINITY) - this.unsettledBytes;
  }

  /** Where else a new segment is. */
  protected backingOf(_segment: Segment): Backing | undefined {
    return undefined;
  }

  /** Records of a segment were lost where they were kept. */
  protected damaged(_segment: Segment, _count: number): void {}

  /** Records that are elsewhere come behind all others. */
  protected adopt(key: KeyBase, backing: Backing, size: Size): Segment {
    const segment = Segment.elsewhere(this.#position, key, backing, size, this.settings.isShared);
    this.#position += size.length;
    this.unread += size.unsettled;
    this.unsettled += size.unsettled;
    this.unsettledBytes += size.unsettledBytes;
    this.#unreadBytes += size.unsettledBytes;
    this.#link(segment);
    return segment;
  }

  /** The next record begins a segment. */
  protected sealLast(): void {
    const last = this.#lastSegment;
    if (last === undefined) return;
    last.seal();
    last.shrink();
    if (last.unsettled === 0) this.#remove(last);
  }

  /** Whether nothing of a segment was read. */
  protected isUnread(segment: Segment): boolean {
    return segment.first >= this.#positionRead && segment.unsettled === segment.length;
  }

  protected *segments(): Generator<Segment> {
    for (let segment = this.#firstSegment; segment !== undefined; segment = segment.next) yield segment;
  }

  #settled(position: number, bytes: number, isLost: boolean): void {
    this.unsettledBytes -= bytes;
    if (position >= this.#positionRead) {
      this.unread--; // reading has begun again before it
      this.#unreadBytes -= bytes;
    }
    this.#marks.settled(position, isLost);
  }

  /** The position of the next record to be read. */
  get #positionRead(): number {
    return (this.#segmentRead?.first ?? this.#position) + this.#indexRead;
  }

  /** Before its first record is read. */
  #load(segment: Segment): boolean {
    const { unsettled, unsettledBytes } = segment;
    const damaged = segment.load(this.clock.now());
    if (damaged === undefined) return false;
    const fewer = unsettled - segment.unsettled;
    const fewerBytes = unsettledBytes - segment.unsettledBytes;
    this.unsettled -= fewer;
    this.unread -= fewer;
    this.unsettledBytes -= fewerBytes;
    this.#unreadBytes -= fewerBytes;
    for (const index of damaged) this.#marks.settled(segment.first + index, true);
    if (fewer > 0) this.damaged(segment, fewer);
    if (segment.unsettled === 0) this.#remove(segment);
    return true;
  }

  #addSegment(needed: number): Segment {
    const capacity = Math.max(needed + 1, this.#segmentBytes);
    const { isShared, keyPrefix } = this.settings;
    const key = { prefix: keyPrefix, first: this.#position };
    this.sealLast();
    const bytes = this.spare?.length === capacity ? this.spare : allocate(capacity, isShared);
    this.spare = undefined;
    const segment = new Segment(this.#position, key, bytes, isShared);
    this.#link(segment);
    segment.backing = this.backingOf(segment);
    return segment;
  }

  #link(segment: Segment): void {
    this.sealLast();
    const last = this.#lastSegment;
    this.#lastSegment = segment;
    this.#firstSegment ??= segment;
    this.#segmentRead ??= segment;
    if (last === undefined) return;
    last.next = segment;
    segment.previous = last;
  }

  /** Takes a segment out of the list, and clears its own links, so that an old segment keeps no others in memory. */
  #remove(segment: Segment): void {
    const { previous, next } = segment;
    if (this.#segmentRead === segment) this.#readNext(segment);
    if (this.#firstSegment === segment) this.#firstSegment = next;
    if (this.#lastSegment === segment) this.#lastSegment = previous;
    if (previous !== undefined) previous.next = next;
    if (next !== undefined) next.previous = previous;
    segment.previous = undefined;
    segment.next = undefined;
    segment.backing?.emptied();
  }

  #readNext(segment: Segment): void {
    this.#segmentRead = segment.next;
    this.#indexRead = 0;
  }
}
