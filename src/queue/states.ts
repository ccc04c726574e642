import type { Range } from './cuts.js';

/** A record waits, is settled, or is settled and that is written down where it is backed; or it was found damaged there. */
export type State = 0 | 1 | 2 | 3;
export const WAITS = 0;
const SETTLED = 1;
export const KNOWN_SETTLED = 2;
export const DAMAGED = 3;

/** What became of the records of a segment. */
export class States {
  #waiting = 0;

  constructor(private readonly states: State[] = []) {
    for (const state of states) if (state === WAITS) this.#waiting++;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** One more waits. */
  add(): void {
    this.states.push(WAITS);
    this.#waiting++;
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
    return [...this.states.keys()].filter((index) => this.states[index] === DAMAGED);
  }

  /** Those that were settled and are not written down, which they are to be now. */
  takeSettled(): Range[] {
    const ranges: Range[] = [];
    for (let from = 0; from < this.states.length; from++) {
      let to = from;
      while (this.states[to] === SETTLED) this.states[to++] = KNOWN_SETTLED;
      if (to > from) ranges.push({ from, to });
      from = to;
    }
    return ranges;
  }
}
