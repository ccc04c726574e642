import { AwakeTime, BEAT_MILLIS } from './awake-time.js';
import {
  clearInterval,
  clearTimeout,
  monotonicNow,
  setImmediate,
  setInterval,
  setTimeout,
} from './timers.js';

/**
 * Time as a parameter, so that a test can own it. What counts in which time, wherever the package measures some:
 *
 * | what | time | why |
 * |---|---|---|
 * | time limits, retry budgets, an export's limit | of this process | a stall is no fault of the endpoint |
 * | deadlines of a flush, a shutdown, the end of the process | of this process | who waits was stopped, too, and what has arrived is worth more than a moment |
 * | since when no batch was read | of this process | a stall is no pause in what is logged |
 * | the age of a record, but of one that an earlier process left until now | of this process | the wall clock may jump |
 * | the gate's pause | real | the endpoint has its peace meanwhile, and a process that goes on asks at once |
 * | until a batch is sent, until the next warning | real | nothing ends then |
 * | what a record waited in earlier processes | wall | nothing else goes on between two processes |
 * | what is shown or sent; `Retry-After` as a date from an answer without one | wall | it is for others to read |
 *
 * Real time is the runtime's monotonic clock, which no change of the wall clock moves. On Linux, it stands still while the machine
 * sleeps, and with it all of the above; elsewhere a sleep is a stall like any other.
 */
export interface Clock {
  /** Milliseconds in which this process ran, and which only ever grow: for limits, budgets and deadlines. */
  now(): number;
  /** When, on `now()`, this process last went on after a stall: what has failed before may have failed of the stall. */
  wentOnAt(): number;
  /** Milliseconds since 1970: for what is shown and what is sent. */
  wallNow(): number;
  /**
   * Calls `run` once, when this process has run for `delayMillis`, and has read what had arrived by then. Only what a caller
   * waits for holds the process.
   */
  setTimer(run: () => void, delayMillis: number, holdsProcess?: boolean): Timer;
  /** Calls `run` once, `delayMillis` of real time from now. */
  setPause(run: () => void, delayMillis: number, holdsProcess?: boolean): Timer;
  /** Blocks until `counter` is no longer `seen`, for some time, and for `longestMillis` at the most. Time goes on meanwhile. */
  block(counter: Int32Array, seen: number, longestMillis: number): void;
}

export interface Timer {
  cancel(): void;
}

/** Chance as a parameter: a number from 0 (included) to 1 (excluded). */
export type Chance = () => number;

/** The longest delay that setTimeout takes; a longer one would fire at once. */
export const MAX_TIMER_MILLIS = 2 ** 31 - 1;

class SystemClock implements Clock {
  readonly #time = new AwakeTime();
  /** How many timers are set. */
  #pending = 0;

  now(): number {
    return this.#time.at(monotonicNow());
  }

  wentOnAt(): number {
    return this.#time.wentOnAt(monotonicNow());
  }

  /** The application's, also where a test has set it: it is what other timestamps of the application say. */
  wallNow(): number {
    return Date.now();
  }

  setTimer(run: () => void, delayMillis: number, holdsProcess = false): Timer {
    const endsAt = this.now() + delayMillis;
    this.#pending++;
    this.#watch();
    let wait: Timer;
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      this.#pending--;
      wait.cancel();
    };
    const look = (): void => {
      const left = endsAt - this.now();
      if (left > 0) wait = this.setPause(look, left, holdsProcess);
      // After the next poll, which reads what has arrived.
      else
        setImmediate(() => {
          if (isOver) return;
          end();
          run();
        });
    };
    wait = this.setPause(look, delayMillis, holdsProcess);
    return { cancel: end };
  }

  setPause(run: () => void, delayMillis: number, holdsProcess = false): Timer {
    const timer = setTimeout(run, Math.min(Math.max(delayMillis, 0), MAX_TIMER_MILLIS));
    if (!holdsProcess) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  }

  block(counter: Int32Array, seen: number, longestMillis: number): void {
    const { isWatched } = this.#time;
    if (!isWatched) this.#time.watch(monotonicNow());
    Atomics.wait(counter, 0, seen, Math.min(longestMillis, BEAT_MILLIS));
    if (isWatched) this.#time.beat(monotonicNow());
    else this.#time.leave(monotonicNow());
  }

  #watch(): void {
    if (this.#time.isWatched) return;
    this.#time.watch(monotonicNow());
    const beats = setInterval(() => {
      if (this.#pending > 0) {
        this.#time.beat(monotonicNow());
        return;
      }
      clearInterval(beats);
      this.#time.leave(monotonicNow());
    }, BEAT_MILLIS);
    beats.unref();
  }
}

export const systemClock: Clock = new SystemClock();
