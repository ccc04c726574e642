/** Where records lie in a piece of memory, one after the other, with a byte between them, and when each was appended. */
export class Places {
  /** The arrays may be longer: they are used again. */
  #length: number;

  constructor(
    /** Where each record ends; the next one begins a byte later. A record that was dropped has the end of the one before. */
    private readonly ends: number[] = [],
    private readonly times: number[] = [],
    /** When the last one was appended, where the times are only those since when they are here. */
    private readonly mostLastAt = Number.POSITIVE_INFINITY,
  ) {
    this.#length = ends.length;
  }

  /** Places of records that are here since `now`, and of which the last one was appended at `lastAt`. */
  static of(ends: number[], now: number, lastAt = now): Places {
    const times = ends.map(() => now);
    return new Places(ends, times, lastAt);
  }

  get length(): number {
    return this.#length;
  }

  /** Where the next record begins. */
  get used(): number {
    return this.startOf(this.#length);
  }

  add(end: number, now: number): void {
    this.ends[this.#length] = end;
    this.times[this.#length] = now;
    this.#length++;
  }

  clear(): void {
    this.#length = 0;
  }

  startOf(index: number): number {
    return index === 0 ? 0 : this.endOf(index - 1) + 1;
  }

  endOf(index: number): number {
    return this.ends[index] ?? 0;
  }

  timeOf(index: number): number {
    return this.times[index] ?? 0;
  }

  /** When a record was appended, at the latest. */
  appendedAt(index: number): number {
    return Math.min(this.timeOf(index), this.mostLastAt);
  }

  /** The bytes of the records alone. */
  bytesOf(from: number, to: number): number {
    return this.endOf(to - 1) - this.startOf(from) - (to - from - 1);
  }

  bytesOfThose(isMeant: (index: number) => boolean): number {
    let bytes = 0;
    for (let index = 0; index < this.#length; index++)
      if (isMeant(index)) bytes += this.bytesOf(index, index + 1);
    return bytes;
  }

  /** Where the records from `from` up to `to` end in their slice. */
  endsOf(from: number, to: number): Uint32Array {
    const start = this.startOf(from);
    const ends = new Uint32Array(to - from);
    for (let index = from; index < to; index++) ends[index - from] = this.endOf(index) - start;
    return ends;
  }

  /** Up to which record `mostBytes` reach from the beginning of one, but not beyond `end`; at least behind that one. */
  endWithin(from: number, end: number, mostBytes: number): number {
    const mostEnd = this.startOf(from) + mostBytes;
    if (this.endOf(end - 1) <= mostEnd) return end;
    let to = from + 1;
    while (to < end && this.endOf(to) <= mostEnd) to++;
    return to;
  }

  /** Copies the records that are kept to `to`, side by side, and drops the others. Gives `to` back. */
  pack(from: Buffer, to: Buffer, isKept: (index: number) => boolean): Buffer {
    let end = -1;
    let start = 0;
    for (let index = 0; index < this.#length; index++) {
      const oldEnd = this.endOf(index);
      if (isKept(index)) {
        // With the separator behind it, if it has one: the last of a chunk that came from another thread has none.
        from.copy(to, end + 1, start, oldEnd + 1);
        end += 1 + oldEnd - start;
      }
      this.ends[index] = end;
      start = oldEnd + 1;
    }
    return to;
  }
}
