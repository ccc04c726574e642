/** Time as a parameter, so that a test can own it. */
export interface Clock {
  /** Milliseconds that only ever grow: for durations and deadlines. */
  now(): number;
  /** Milliseconds since 1970: for what is shown and what is sent. */
  wallNow(): number;
  /** Calls `run` once after `delayMillis`. Only what a caller waits for holds the process. */
  setTimer(run: () => void, delayMillis: number, holdsProcess?: boolean): Timer;
}

export interface Timer {
  cancel(): void;
}

/** Chance as a parameter: a number from 0 (included) to 1 (excluded). */
export type Chance = () => number;

/** The longest delay that setTimeout takes; a longer one would fire at once. */
export const MAX_TIMER_MILLIS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => performance.now(),
  wallNow: () => Date.now(),
  setTimer(run, delayMillis, holdsProcess = false) {
    const timer = setTimeout(run, Math.min(Math.max(delayMillis, 0), MAX_TIMER_MILLIS));
    if (!holdsProcess) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
