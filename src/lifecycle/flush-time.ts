import type { Clock } from '../runtime/clock.js';
import { setImmediate } from '../runtime/timers.js';

/**
 * The time of a flush. A batch processor flushes its exporter batch by batch, and then shuts it down: whoever waits for the processor waits
 * for all of that. So there is one time for all of it: a flush that begins in the turn of the event loop in which the last one ended gets
 * only what that one left of the time.
 */
export class FlushTime {
  #began: number | undefined;
  #underWay = 0;

  constructor(private readonly clock: Clock) {}

  /** Does `work` in what is left of the time. */
  async spend(timeoutMillis: number, work: (leftMillis: number) => Promise<void>): Promise<void> {
    const now = this.clock.now();
    this.#began ??= now;
    this.#underWay++;
    try {
      await work(Math.max(0, this.#began + timeoutMillis - now));
    } finally {
      setImmediate(() => {
        if (--this.#underWay === 0) this.#began = undefined;
      });
    }
  }
}
