import type { Backing, Size } from './backing.js';
import { Cuts, type Range } from './cuts.js';
import { type Appended, allocate, isSparse, type KeyBase, writeInto } from './layout.js';
import { cleared, type Memory, memoryOf, moved } from './memory.js';
import { Places } from './places.js';
import { States } from './states.js';

const EMPTY = Buffer.alloc(0);

/**
 * Memory in which records lie one after the other, as JSON text in UTF-8: outside of the heap, where no garbage collection copies
 * them. It knows which of them are settled, each once, and lets go of them. Where they are elsewhere too, it can let go of all.
 */
export class Segment {
  /** Its neighbours in the queue. */
  previous: Segment | undefined;
  next: Segment | undefined;
  backing: Backing | undefined;
  #isFull = false;
  #bytes: Buffer;
  #places: Places;
  #states: States;
  #cuts = new Cuts();
  #unsettledBytes = 0;
  /** While its memory is let go. */
  #elsewhere: Size | undefined;

  constructor(
    /** The position of its first record in the queue. */
    readonly first: number,
    readonly key: KeyBase,
    { bytes, places, states }: Memory,
    private readonly isShared: boolean,
  ) {
    this.#bytes = bytes;
    this.#places = places;
    this.#states = states;
  }

  /** Records from another thread, by this one's clock: here since `now`. The memory is shared until it is moved. */
  static of(key: KeyBase, records: Buffer, ends: Uint32Array, now: number, lastAt = now): Segment {
    const places = Places.of([...ends], now, lastAt);
    const segment = new Segment(0, key, memoryOf(records, places, States.of(ends.length)), false);
    segment.#unsettledBytes = places.bytesOf(0, ends.length);
    segment.#isFull = true;
    return segment;
  }

  /** Records that are elsewhere. */
  static elsewhere(first: number, key: KeyBase, backing: Backing, size: Size, isShared: boolean): Segment {
    const segment = new Segment(first, key, memoryOf(EMPTY), isShared);
    segment.backing = backing;
    segment.#isFull = true;
    segment.#elsewhere = size;
    return segment;
  }

  /** How many records were appended to it. */
  get length(): number {
    return this.#elsewhere?.length ?? this.#places.length;
  }

  get unsettled(): number {
    return this.#elsewhere?.unsettled ?? this.#states.waiting;
  }

  get unsettledBytes(): number {
    return this.#elsewhere?.unsettledBytes ?? this.#unsettledBytes;
  }

  /** When the last one was appended, on the clock's `now()`. */
  get lastAt(): number {
    return this.#elsewhere?.lastAt ?? this.#places.appendedAt(this.length - 1);
  }

  /** Whether no more records come. */
  get isFull(): boolean {
    return this.#isFull;
  }

  get isLoaded(): boolean {
    return this.#elsewhere === undefined;
  }

  /** Where its records lie in its memory. */
  get places(): Places {
    return this.#places;
  }

  /** The memory, with what is not used of it. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Writes a record, or its bytes, behind the others. Says how many bytes it has, or -1 if that can't be done here. It is not in it until `add`. */
  write(record: Appended | Buffer): number {
    return this.#isFull ? -1 : writeInto(this.#bytes, record, this.#places.used);
  }

  /** Adds the record that was written last. */
  add(bytes: number, separator: number, now: number): void {
    const end = this.#places.used + bytes;
    this.#bytes[end] = separator;
    this.#places.add(end, now);
    this.#states.add();
    this.#unsettledBytes += bytes;
    this.backing?.added(bytes);
  }

  /** No more records come. */
  seal(): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.backing?.sealed();
  }

  isSettled(index: number): boolean {
    return !this.#states.waits(index);
  }

  /** The bytes of the records from `from` up to `to`, and of what separates them. */
  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(this.#places.startOf(from), this.#places.endOf(to - 1));
  }

  /** Settles a record, and gives its bytes, or -1 if it was settled before. */
  settle(index: number): number {
    if (!this.#states.settle(index)) return -1;
    const bytes = this.#places.bytesOf(index, index + 1);
    this.#unsettledBytes -= bytes;
    this.backing?.settled(index, bytes);
    return bytes;
  }

  /** Where the records end that are read together from one on that waits: `most` at the most and, in `mostBytes`, what separates them. */
  endOfRead(from: number, most: number, mostBytes: number | undefined): number {
    const longest = Math.min(from + most, this.length);
    if (mostBytes === undefined) return this.#states.endOfWaiting(from, longest);
    const known = this.#cuts.endOfPart(from, (index) => this.isSettled(index));
    if (known !== undefined) return known;
    const end = this.#states.endOfWaiting(from, Math.min(longest, this.#cuts.endOfRoom(from)));
    const to = this.#places.endWithin(from, end, mostBytes);
    const range = { from, to };
    this.#cuts.add(range);
    this.backing?.cut(range);
    return to;
  }

  /** Those that were settled since the last call. */
  takeSettled(): Range[] {
    return this.#states.takeSettled();
  }

  /** Frees the memory of settled records, if that is much: a few records that wait long must not keep hold of the memory of all. */
  shrink(): void {
    if (!this.#isFull || !this.isLoaded) return;
    if (this.unsettled === 0) {
      this.#bytes = EMPTY;
      return;
    }
    if (!isSparse(this.#bytes.length, this.#unsettledBytes + this.unsettled)) return;
    this.#bytes = moved(this.#bytes, () => {
      const bytes = allocate(this.#unsettledBytes + this.unsettled, this.isShared);
      return this.#places.pack(this.#bytes, bytes, (index) => !this.isSettled(index));
    });
  }

  /** Moves to memory of its own. */
  leave(): void {
    this.#bytes = moved(this.#bytes, () => Buffer.from(this.#bytes));
  }

  /** Lets go of all memory, until `load`, and gives it back. */
  unload(): Memory {
    const memory = memoryOf(this.#bytes, this.#places, this.#states);
    const { length, unsettled, unsettledBytes, lastAt } = this;
    this.#elsewhere = { length, unsettled, unsettledBytes, lastAt };
    this.#bytes = EMPTY;
    this.#places = new Places();
    this.#states = new States();
    this.#cuts = new Cuts();
    return cleared(memory);
  }

  /** Takes its memory back. Gives the indexes of those that were found damaged, which don't wait any more; `undefined` where that can't be done now. */
  load(now: number): readonly number[] | undefined {
    const content = this.backing?.load();
    if (content === undefined) return undefined;
    const { bytes, ends, states, cuts } = content;
    this.#bytes = bytes;
    this.#places = Places.of(ends, now, this.lastAt);
    this.#states = new States(states);
    this.#cuts = new Cuts(cuts);
    this.#elsewhere = undefined;
    this.#unsettledBytes = this.#places.bytesOfThose((index) => this.#states.waits(index));
    return this.#states.damaged();
  }
}
