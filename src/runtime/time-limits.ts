import type { Clock, Timer } from './clock.js';

/**
 * Calls back for each item whose time is up. There is one timer for all items: most are deleted long before, and a timer for each would cost
 * more than all else here. It is not a Map: each time that a Map grows or cleans up, it leaves a table behind that keeps all that it held from
 * being collected young. Items that are deleted often are few, so searching for them costs less.
 */
export class TimeLimits<T> {
  #items: T[] = [];
  #ends: number[] = [];
  readonly #clock: Clock;
  readonly #onPassed: (item: T) => void;
  #timer: Timer | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, onPassed: (item: T) => void) {
    this.#clock = clock;
    this.#onPassed = onPassed;
  }

  add(item: T, endsAt: number): void {
    this.#items.push(item);
    this.#ends.push(endsAt);
    if (endsAt < this.#timerAt) this.#wakeAt(endsAt);
  }

  delete(item: T): void {
    const index = this.#items.indexOf(item);
    if (index === -1) return;
    const [lastItem, lastEnd] = [this.#items.pop(), this.#ends.pop()];
    if (index === this.#items.length) return;
    this.#items[index] = lastItem as T;
    this.#ends[index] = lastEnd as number;
  }

  /** Takes all out. */
  clear(): T[] {
    const all = this.#items;
    this.#items = [];
    this.#ends = [];
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
    const [items, ends] = [this.#items, this.#ends];
    const hasPassed = (index: number): boolean => (ends[index] ?? now) <= now;
    this.#items = items.filter((_, index) => !hasPassed(index));
    this.#ends = ends.filter((_, index) => !hasPassed(index));
    for (const [index, item] of items.entries()) if (hasPassed(index)) this.#onPassed(item);
    this.#wakeAt(this.#ends.reduce((next, end) => Math.min(next, end), Number.POSITIVE_INFINITY));
  }
}
