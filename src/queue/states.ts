import type { Range } from './cuts.js';

/** A record waits, is settled, or is settled and that is written down where it is backed; or it was found damaged there. */
export type State = 0 | 1 | 2 | 3;
export const WAITS = 0;
const SETTLED = 1;
export const KNOWN_SETTLED = 2;
export const DAMAGED = 3;

/** What became of the records of a segment. */
export class States {
  /** The array may be longer: it is used again. */
  #length: number;
  #waiting = 0;

  constructor(private readonly states: State[] = []) {
    this.#length = states.length;
    for (const state of states) if (state === WAITS) this.#waiting++;
  }

  /** So many wait. */
  static of(length: number): States {
    return new States(new Array(length).fill(WAITS));
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** One more waits. */
  add(): void {
    this.states[this.#length++] = WAITS;
    this.#waiting++;
  }

  clear(): void {
    this.#length = 0;
    this.#waiting = 0;
  }

  waits(index: number): boolean {
    return this.states[index] === WAITS;
  }

  /** Says whether it waited. */
  settle(index: number): boolean {
    if (this.states[index] !== WAITS) return false;
    this.states[index] = SETTLED;
    this.#waiting--;
    return true;
  }

  /** Where those end that wait from one on. */
  endOfWaiting(from: number, longest: number): number {
    let to = from;
    while (to < longest && this.states[to] === WAITS) to++;
    return to;
  }

  damaged(): number[] {
    const damaged: number[] = [];
    for (let index = 0; index < this.#length; index++)
      if (this.states[index] === DAMAGED) damaged.push(index);
    return damaged;
  }

  /** Those that were settled and are not written down, which they are to be now. */
  takeSettled(): Range[] {
    const ranges: Range[] = [];
    for (let from = 0; from < this.#length; from++) {
      let to = from;
      while (to < this.#length && this.states[to] === SETTLED) this.states[to++] = KNOWN_SETTLED;
      if (to > from) ranges.push({ from, to });
      from = to;
    }
    return ranges;
  }
}
