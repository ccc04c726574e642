import type { Clock } from '../../src/clock.js';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  now(): number {
    return this.#now;
  }

  wallNow(): number {
    return Date.UTC(2026, 0, 1) + this.#now;
  }

  setTimer(run: () => void, delayMillis: number): { cancel(): void } {
    const timer = { at: this.#now + Math.max(delayMillis, 0), run };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  /** The time of the next timer, `undefined` without one. */
  get nextAt(): number | undefined {
    return this.#timers.size === 0 ? undefined : Math.min(...[...this.#timers].map((timer) => timer.at));
  }

  /** Moves time on, running timers in their order, with a turn of the event loop before the first and after each. */
  async advance(millis: number): Promise<void> {
    await turn();
    const end = this.#now + millis;
    for (let at = this.nextAt; at !== undefined && at <= end; at = this.nextAt) {
      this.#now = Math.max(this.#now, at);
      const due = [...this.#timers].find((timer) => timer.at === at);
      if (due !== undefined) {
        this.#timers.delete(due);
        due.run();
      }
      await turn();
    }
    this.#now = end;
    await turn();
  }
}

/** A whole turn of the event loop: everything that is ready has run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
