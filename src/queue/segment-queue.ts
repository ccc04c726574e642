import type { Clock } from '../runtime/clock.js';
import type { Backing, Size } from './backing.js';
import { Chunk } from './chunk.js';
import { type Appended, allocate, type KeyBase } from './layout.js';
import { type Mark, Marks } from './marks.js';
import { type Memory, memoryOf } from './memory.js';
import type { Queue } from './queue.js';
import { type QueueSettings, SEGMENT_BYTES } from './queue-settings.js';
import { withBytesOf } from './scratch.js';
import { Segment } from './segment.js';
import { SegmentList } from './segment-list.js';

/** A queue whose records lie in segments. Where else they are, and whether they outlive the process, is for those that extend it. */
export abstract class SegmentQueue implements Queue {
  unsettled = 0;
  unsettledBytes = 0;
  unread = 0;
  readonly #separator: number;
  /** Memory of a segment that nobody has read from. */
  protected spare: Memory | undefined;
  protected readonly segments = new SegmentList();
  #position = 0;
  #unreadBytes = 0;
  readonly #marks = new Marks();

  constructor(
    protected readonly settings: QueueSettings,
    protected readonly clock: Pick<Clock, 'now'>,
  ) {
    this.#separator = settings.separator.charCodeAt(0);
  }

  /** Bytes of records that were read and are not settled. */
  get bytesInHand(): number {
    return this.unsettledBytes - this.#unreadBytes;
  }

  append(record: Appended, mostBytes: number): number {
    const most = Math.min(mostBytes, this.room);
    let bytes = this.segments.last?.write(record) ?? -1;
    if (bytes === -1 && typeof record === 'string')
      bytes = withBytesOf(record, most, (known) => this.#writeBytes(known));
    if (bytes === -1 || bytes > most) return -1;
    this.segments.last?.add(bytes, this.#separator, this.clock.now());
    this.#position++;
    this.#wait(1, bytes);
    return bytes;
  }

  read(most: number): Chunk | undefined {
    const segments = this.segments;
    for (let segment = segments.read; segment !== undefined; segment = segments.read) {
      if (!segment.isLoaded && !this.load(segment)) return undefined;
      if (segment !== segments.read) continue; // nothing in it was whole
      const from = segments.skipSettled(segment);
      if (from < segment.length) {
        const to = segment.endOfRead(from, most, this.settings.chunkBytes);
        segments.indexRead = to;
        this.unread -= to - from;
        this.#unreadBytes -= segment.places.bytesOf(from, to);
        return new Chunk(segment, from, to);
      }
      if (segment === segments.last) return undefined;
      segments.readNext(segment);
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
    this.segments.rewind();
    this.unread = this.unsettled;
    this.#unreadBytes = this.unsettledBytes;
  }

  mark(): Mark {
    return this.#marks.add(this.#position, this.unsettled);
  }

  abstract readonly isReadable: boolean;
  abstract readonly onDisk: number;
  abstract giveUp(take: (chunk: Chunk) => void): void;
  abstract keeps(chunk: Chunk, to: number): boolean;
  abstract start(): void;
  abstract write(): void;
  abstract leave(): void;
  abstract close(): void;

  /** How many bytes the next record may have. */
  protected abstract readonly room: number;

  /** Where else a new segment is. */
  protected abstract backingOf(segment: Segment): Backing | undefined;

  /** Records of a segment were lost where they were kept. */
  protected abstract damaged(segment: Segment, count: number): void;

  /** Records that are elsewhere come behind all others. */
  protected adopt(key: KeyBase, backing: Backing, size: Size): Segment {
    const segment = Segment.elsewhere(this.#position, key, backing, size, this.settings.isShared);
    this.#position += size.length;
    this.#wait(size.unsettled, size.unsettledBytes);
    this.#link(segment);
    return segment;
  }

  /** The next record begins a segment. */
  protected sealLast(): void {
    const { last } = this.segments;
    if (last === undefined) return;
    last.seal();
    last.shrink();
    if (last.unsettled === 0) this.#remove(last);
  }

  /** Whether nothing of a segment was read. */
  protected isAhead(segment: Segment): boolean {
    return segment.first >= this.#positionRead;
  }

  /** So many more wait to be read. */
  #wait(records: number, bytes: number): void {
    this.unread += records;
    this.unsettled += records;
    this.unsettledBytes += bytes;
    this.#unreadBytes += bytes;
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
    return this.segments.positionRead ?? this.#position;
  }

  /** Before its first record is read. */
  protected load(segment: Segment): boolean {
    const { unsettled, unsettledBytes } = segment;
    const damaged = segment.load(this.clock.now());
    if (damaged === undefined) return false;
    const fewer = unsettled - segment.unsettled;
    this.#wait(-fewer, segment.unsettledBytes - unsettledBytes);
    for (const index of damaged) this.#marks.settled(segment.first + index, true);
    if (fewer > 0) this.damaged(segment, fewer);
    if (segment.unsettled === 0) this.#remove(segment);
    return true;
  }

  /** Writes a record's bytes to the last segment, or begins another one. */
  #writeBytes(record: Buffer): number {
    const bytes = this.segments.last?.write(record) ?? -1;
    return bytes === -1 ? this.#addSegment(record.length).write(record) : bytes;
  }

  #addSegment(needed: number): Segment {
    const { isShared, keyPrefix, segmentBytes = SEGMENT_BYTES } = this.settings;
    const capacity = Math.max(needed + 1, segmentBytes);
    const key = { prefix: keyPrefix, first: this.#position };
    this.sealLast();
    const { spare } = this;
    const memory = spare?.bytes.length === capacity ? spare : memoryOf(allocate(capacity, isShared));
    this.spare = undefined;
    const segment = new Segment(this.#position, key, memory, isShared);
    this.#link(segment);
    segment.backing = this.backingOf(segment);
    return segment;
  }

  #link(segment: Segment): void {
    this.sealLast();
    this.segments.add(segment);
  }

  #remove(segment: Segment): void {
    this.segments.remove(segment);
    segment.backing?.emptied();
  }
}
