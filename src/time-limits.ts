import type { Clock, Timer } from './clock.js';

/** Says what has taken too long. One timer for all: most are done long before, and a timer each would cost more than they do. */
export class TimeLimits<T> {
  readonly #ends = new Map<T, number>();
  readonly #clock: Clock;
  readonly #onPassed: (item: T) => void;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onPassed: (item: T) => void) {
    this.#clock = clock;
    this.#onPassed = onPassed;
  }

  add(item: T, endsAt: number): void {
    this.#ends.set(item, endsAt);
    if (endsAt < this.#timerAt) this.#wakeAt(endsAt);
  }

  delete(item: T): void {
    this.#ends.delete(item);
  }

  /** Takes all out. */
  clear(): T[] {
    const all = [...this.#ends.keys()];
    this.#ends.clear();
    this.#wakeAt(Number.POSITIVE_INFINITY);
    return all;
  }

  #wakeAt(at: number): void {
    this.#timer?.cancel();
    this.#timerAt = at;
    if (at < Number.POSITIVE_INFINITY) {
      this.#timer = this.#clock.setTimer(() => this.#look(), at - this.#clock.now());
    }
  }

  #look(): void {
    const now = this.#clock.now();
    this.#timerAt = now;
    let next = Number.POSITIVE_INFINITY;
    for (const [item, endsAt] of this.#ends) {
      if (endsAt > now) {
        next = Math.min(next, endsAt);
      } else {
        this.#ends.delete(item);
        this.#onPassed(item);
      }
    }
    this.#wakeAt(next);
  }
}
