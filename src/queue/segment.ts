/** A byte between two records, as ndjson and arrays need it. */
export type Separator = '\n' | ',';

/** What the idempotency keys of a segment's records are made of: they stay the same, whoever sends them, and wherever they wait. */
export interface KeyBase {
  /** Of no other queue. */
  readonly prefix: string;
  /** The place of its first record there. */
  readonly first: number;
}

const EMPTY = Buffer.alloc(0);

/** Less than this is not worth moving. */
const LEAST_MOVED_BYTES = 16 * 1024;
/** What is left of a segment is moved when it takes no more than this part of it. */
const SPARSE = 1 / 4;

/** Whether other threads can read the memory. */
export const allocate = (bytes: number, isShared: boolean): Buffer =>
  isShared ? Buffer.from(new SharedArrayBuffer(bytes)) : Buffer.allocUnsafeSlow(bytes);

/**
 * Memory in which records lie one after the other, as JSON text in UTF-8: outside of the heap, where no garbage collection copies
 * them. It knows which of them are settled, each once, and lets go of them.
 */
export class Segment {
  /** Its neighbours in the queue. */
  previous: Segment | undefined;
  next: Segment | undefined;
  /** No more records come. */
  isFull = false;
  #bytes: Buffer;
  /** Where each record ends; the next one begins a byte later. A record that was dropped has the end of the one before. */
  readonly #ends: number[] = [];
  /** When each was appended. */
  readonly #times: number[] = [];
  /** 1 for each that is settled. */
  readonly #settled: (0 | 1)[] = [];
  #unsettled = 0;
  #unsettledBytes = 0;

  constructor(
    /** The position of its first record in the queue. */
    readonly first: number,
    readonly key: KeyBase,
    bytes: Buffer,
    private readonly isShared: boolean,
  ) {
    this.#bytes = bytes;
  }

  /** Records from another thread; `now` is of this one's clock. The memory is shared until it is moved. */
  static of(key: KeyBase, records: Buffer, ends: Uint32Array, now: number): Segment {
    const segment = new Segment(0, key, records, false);
    for (const end of ends) segment.#take(end, end - segment.#used, now);
    segment.isFull = true;
    return segment;
  }

  /** How many records were appended to it. */
  get length(): number {
    return this.#ends.length;
  }

  get unsettled(): number {
    return this.#unsettled;
  }

  get #used(): number {
    const { length } = this.#ends;
    return length === 0 ? 0 : (this.#ends[length - 1] ?? 0) + 1;
  }

  /** Writes a record behind the others and says how many bytes it has, or -1 if it has no room. It is not in it until `add`. */
  write(record: string): number {
    const used = this.#used;
    const room = this.#bytes.length - used - 1;
    const mayBeLonger = record.length * 3 > room;
    if (record.length > room || (mayBeLonger && Buffer.byteLength(record) > room)) return -1;
    return this.#bytes.write(record, used);
  }

  /** Takes in what was written last. */
  add(bytes: number, separator: number, now: number): void {
    const end = this.#used + bytes;
    this.#bytes[end] = separator;
    this.#take(end, bytes, now);
  }

  isSettled(index: number): boolean {
    return this.#settled[index] === 1;
  }

  /** The bytes of the records from `from` up to `to`, and of what separates them. */
  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(this.#startOf(from), this.#ends[to - 1]);
  }

  /** The bytes of the records alone. */
  bytesOf(from: number, to: number): number {
    return (this.#ends[to - 1] ?? 0) - this.#startOf(from) - (to - from - 1);
  }

  /** Where the records from `from` up to `to` end in their slice. */
  endsOf(from: number, to: number): Uint32Array {
    const start = this.#startOf(from);
    const ends = new Uint32Array(to - from);
    for (let index = from; index < to; index++) ends[index - from] = (this.#ends[index] ?? 0) - start;
    return ends;
  }

  timeOf(index: number): number {
    return this.#times[index] ?? 0;
  }

  /** Settles a record, and gives its bytes, or -1 if it was settled before. */
  settle(index: number): number {
    if (this.#settled[index] !== 0) return -1;
    this.#settled[index] = 1;
    this.#unsettled--;
    const bytes = this.bytesOf(index, index + 1);
    this.#unsettledBytes -= bytes;
    return bytes;
  }

  /** Lets go of the memory of what is settled, if it is much: few that wait long must not keep hold of all. */
  shrink(): void {
    if (!this.isFull) return;
    if (this.#unsettled === 0) {
      this.#bytes = EMPTY;
      return;
    }
    const { length } = this.#bytes;
    if (length < LEAST_MOVED_BYTES || this.#unsettledBytes + this.#unsettled > length * SPARSE) return;
    try {
      this.#move();
    } catch {
      // No memory is left: it stays where it is.
    }
  }

  #take(end: number, bytes: number, now: number): void {
    this.#ends.push(end);
    this.#times.push(now);
    this.#settled.push(0);
    this.#unsettled++;
    this.#unsettledBytes += bytes;
  }

  #move(): void {
    const bytes = allocate(this.#unsettledBytes + this.#unsettled, this.isShared);
    let end = -1;
    let start = 0;
    for (let index = 0; index < this.#ends.length; index++) {
      const oldEnd = this.#ends[index] ?? 0;
      if (!this.isSettled(index)) {
        // With the separator behind it, if it has one: the last of a chunk that came from another thread has none.
        this.#bytes.copy(bytes, end + 1, start, oldEnd + 1);
        end += 1 + oldEnd - start;
      }
      this.#ends[index] = end;
      start = oldEnd + 1;
    }
    this.#bytes = bytes;
  }

  #startOf(index: number): number {
    return index === 0 ? 0 : (this.#ends[index - 1] ?? 0) + 1;
  }
}
