import type { Clock } from '../../src/runtime/clock.js';

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now = 0;
  #wentOnAt = Number.NEGATIVE_INFINITY;
  readonly #timers = new Set<{ at: number; readonly run: () => void; readonly isPause: boolean }>();

  now(): number {
    return this.#now;
  }

  wentOnAt(): number {
    return this.#wentOnAt;
  }

  wallNow(): number {
    return Date.UTC(2026, 0, 1) + this.#now;
  }

  setTimer(run: () => void, delayMillis: number): { cancel(): void } {
    return this.#set(run, delayMillis, false);
  }

  setPause(run: () => void, delayMillis: number): { cancel(): void } {
    return this.#set(run, delayMillis, true);
  }

  block(): never {
    throw new Error('nobody would wake a test up');
  }

  /** The time of the next timer, `undefined` without one. */
  get nextAt(): number | undefined {
    return this.#timers.size === 0 ? undefined : Math.min(...[...this.#timers].map((timer) => timer.at));
  }

  /** The process stands still for so long: what is due then is due at once when it goes on. */
  async stall(millis: number): Promise<void> {
    this.#wentOnAt = this.#now;
    for (const timer of this.#timers) if (timer.isPause) timer.at = Math.max(timer.at - millis, this.#now);
    await this.advance(0);
  }

  #set(run: () => void, delayMillis: number, isPause: boolean): { cancel(): void } {
    const timer = { at: this.#now + Math.max(delayMillis, 0), run, isPause };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
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
