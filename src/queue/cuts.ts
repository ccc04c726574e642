/** Records of a segment, by their indexes: from one up to another. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Which records of a segment have gone out together. They go out together again, or in halves, as the sender halves them: then they have
 * the keys that they had, and an endpoint that knows those stores each record once.
 */
export class Cuts {
  /** In order; none overlaps another. */
  readonly #ranges: Range[];

  constructor(ranges: readonly Range[] = []) {
    this.#ranges = [...ranges];
  }

  /** Where the range ends that holds `index`, or the part of it that begins there and of which nothing is settled. */
  endOfPart(index: number, isSettled: (index: number) => boolean): number | undefined {
    const range = this.#ranges[this.#indexAt(index)];
    if (range === undefined || range.from > index) return undefined;
    let { from, to } = range;
    while (from !== index || isAnySettled(from, to, isSettled)) {
      const middle = from + ((to - from) >> 1);
      if (index < middle) to = middle;
      else from = middle;
    }
    return to;
  }

  /** Where a new range that begins at `index` has to end. */
  endOfRoom(index: number): number {
    return this.#ranges[this.#indexAt(index)]?.from ?? Number.POSITIVE_INFINITY;
  }

  add(range: Range): void {
    const at = this.#indexAt(range.from);
    if (at === this.#ranges.length) this.#ranges.push(range);
    else this.#ranges.splice(at, 0, range);
  }

  /** Of the first range that ends behind `index`. */
  #indexAt(index: number): number {
    let at = this.#ranges.length;
    while (at > 0 && (this.#ranges[at - 1]?.to ?? 0) > index) at--;
    return at;
  }
}

function isAnySettled(from: number, to: number, isSettled: (index: number) => boolean): boolean {
  for (let index = from; index < to; index++) if (isSettled(index)) return true;
  return false;
}
