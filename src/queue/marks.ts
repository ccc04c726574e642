/** Says how a stretch of the queue was settled: what was appended since the mark before. */
export interface Mark {
  /** Settles, with how many were lost, when all of the stretch is settled. */
  readonly settled: Promise<number>;
  /** Settles when all before the mark is settled. */
  readonly allSettled: Promise<void>;
}

interface Pending {
  /** The position of the first record after it. */
  readonly end: number;
  left: number;
  lost: number;
  readonly onSettled: (lost: number) => void;
  readonly onAllSettled: () => void;
}

/**
 * Marks in a queue, in order. A record counts for the first mark behind it alone, so it costs no more however many there are: in a long
 * outage, each request of a server may have made one.
 */
export class Marks {
  /** Those before which not all is settled. */
  readonly #pending: Pending[] = [];
  /** How many records they wait for. */
  #waitedFor = 0;
  /** How many were lost behind the last mark. */
  #lostSince = 0;

  /** A mark at the end of the queue, of which so many records are not settled. */
  add(end: number, unsettled: number): Mark {
    const left = unsettled - this.#waitedFor;
    const lost = this.#lostSince;
    this.#waitedFor = unsettled;
    this.#lostSince = 0;
    if (unsettled === 0) return { settled: Promise.resolve(lost), allSettled: Promise.resolve() };
    let onSettled = (_lost: number): void => {};
    let onAllSettled = (): void => {};
    const settled = new Promise<number>((resolve) => {
      onSettled = resolve;
    });
    const allSettled = new Promise<void>((resolve) => {
      onAllSettled = resolve;
    });
    this.#pending.push({ end, left, lost, onSettled, onAllSettled });
    if (left === 0) onSettled(lost);
    return { settled, allSettled };
  }

  /** A record has been settled. */
  settled(position: number, isLost: boolean): void {
    const mark = this.#pending[this.#indexBehind(position)];
    if (mark === undefined) {
      if (isLost) this.#lostSince++;
      return;
    }
    this.#waitedFor--;
    mark.left--;
    if (isLost) mark.lost++;
    if (mark.left > 0) return;
    mark.onSettled(mark.lost);
    this.#passFirst();
  }

  #passFirst(): void {
    while (this.#pending[0]?.left === 0) this.#pending.shift()?.onAllSettled();
  }

  /** Of the first mark behind a position. */
  #indexBehind(position: number): number {
    let [low, high] = [0, this.#pending.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pending[middle]?.end ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
