import { Fifo } from '../runtime/fifo.js';

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
  readonly allSettled: Promise<void>;
}

/**
 * Marks in a queue, in order. Each record is counted by the first mark behind it alone. So the cost of settling a record hardly grows with
 * the number of marks: in a long outage, each request of a server may have made one. There are never more marks than records.
 */
export class Marks {
  /** The marks before which some records are not settled. */
  readonly #pending = new Fifo<Pending>();
  /** Unsettled records before the last mark. */
  #waitedFor = 0;
  /** Lost since the last mark. */
  #lostSince = 0;

  /** Adds a mark at the end of the queue, of whose records `unsettled` are not settled. */
  add(end: number, unsettled: number): Mark {
    const left = unsettled - this.#waitedFor;
    const lost = this.#lostSince;
    this.#lostSince = 0;
    this.#waitedFor = unsettled;
    const last = this.#pending.last;
    if (left === 0) {
      const allSettled = unsettled === 0 || last === undefined ? Promise.resolve() : last.allSettled;
      return { settled: Promise.resolve(lost), allSettled };
    }
    let onSettled = (_lost: number): void => {};
    let onAllSettled = (): void => {};
    const settled = new Promise<number>((resolve) => {
      onSettled = resolve;
    });
    const allSettled = new Promise<void>((resolve) => {
      onAllSettled = resolve;
    });
    this.#pending.push({ end, left, lost, onSettled, onAllSettled, allSettled });
    return { settled, allSettled };
  }

  /** A record has been settled. */
  settled(position: number, isLost: boolean): void {
    const mark = this.#pending.at(this.#indexBehind(position));
    if (mark === undefined) {
      if (isLost) this.#lostSince++;
      return;
    }
    this.#waitedFor--;
    mark.left--;
    if (isLost) mark.lost++;
    if (mark.left > 0) return;
    mark.onSettled(mark.lost);
    while (this.#pending.first?.left === 0) this.#pending.shift()?.onAllSettled();
  }

  /** Of the first mark behind a position. */
  #indexBehind(position: number): number {
    let [low, high] = [0, this.#pending.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#pending.at(middle)?.end ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
