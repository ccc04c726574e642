/** How many seconds are kept. */
export const KEPT_SECONDS = 300;

/** How many records arrived in each of the last seconds, and how many of them passed the filter. */
export class Rates {
  readonly #seconds = new Float64Array(KEPT_SECONDS);
  readonly #all = new Float64Array(KEPT_SECONDS);
  readonly #matching = new Float64Array(KEPT_SECONDS);

  add(atMillis: number, count: number, matching: number): void {
    const second = Math.floor(atMillis / 1000);
    const place = placeOf(second);
    if ((this.#seconds[place] ?? 0) > second) return;
    if (this.#seconds[place] !== second) {
      this.#seconds[place] = second;
      this.#all[place] = 0;
      this.#matching[place] = 0;
    }
    this.#all[place] = (this.#all[place] ?? 0) + count;
    this.#matching[place] = (this.#matching[place] ?? 0) + matching;
  }

  /** With another filter, what matches is counted again. */
  clearMatching(): void {
    this.#matching.fill(0);
  }

  /** The last seconds, up to the one that is over. */
  until(nowMillis: number): { readonly x: number[]; readonly all: number[]; readonly matching: number[] } {
    const last = Math.floor(nowMillis / 1000) - 1;
    const x = Array.from({ length: KEPT_SECONDS }, (_, index) => last - KEPT_SECONDS + 1 + index);
    const of = (counts: Float64Array): number[] =>
      x.map((second) => (this.#seconds[placeOf(second)] === second ? (counts[placeOf(second)] ?? 0) : 0));
    return { x, all: of(this.#all), matching: of(this.#matching) };
  }
}

const placeOf = (second: number): number => ((second % KEPT_SECONDS) + KEPT_SECONDS) % KEPT_SECONDS;
