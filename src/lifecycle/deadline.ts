import { checkNames } from '../config/option-names.js';
import { integer, wrongOption } from '../config/rules.js';
import { type Clock, MAX_TIMER_MILLIS } from '../runtime/clock.js';

/** The OpenTelemetry specification's default for a forced flush. */
const FLUSH_TIMEOUT_MILLIS = 30_000;

/** How long a flush or a shutdown may take. */
export interface DeadlineOptions {
  /** When to stop waiting, in milliseconds from now. Default: 30000; of a shutdown, the option `shutdownTimeoutMillis`. */
  readonly timeoutMillis?: number | undefined;
}

/** Closing connections takes a moment. The wait is there to hold the process for it, and has an end. */
export const CLOSE_TIMEOUT_MILLIS = 3000;

/** Throws a TypeError for a deadline that makes no sense. */
export function timeoutOf(options: DeadlineOptions = {}, fallback = FLUSH_TIMEOUT_MILLIS): number {
  checkNames(options, { timeoutMillis: true });
  const { timeoutMillis = fallback } = options;
  const rule = integer(0, MAX_TIMER_MILLIS);
  if (!rule.accepts(timeoutMillis)) throw wrongOption('timeoutMillis', rule, timeoutMillis);
  return timeoutMillis;
}

/** Waits for `work`, but no longer than the deadline. Holds the process meanwhile: somebody waits for it. */
export async function withDeadline(
  work: Promise<unknown>,
  timeoutMillis: number,
  clock: Clock,
): Promise<void> {
  let passed = (): void => {};
  const deadline = new Promise<void>((resolve) => {
    passed = resolve;
  });
  const timer = clock.setTimer(passed, timeoutMillis, true);
  try {
    await Promise.race([work, deadline]);
  } finally {
    timer.cancel();
  }
}

/** The part of the time before an end that is left for the answer to the last attempt. */
const LAST_ATTEMPT = 0.2;

/** How long a flush waits that may be the first part of a shutdown. */
export const flushTimeOf = (shutdownTimeoutMillis: number): number =>
  Math.floor(shutdownTimeoutMillis * (1 - LAST_ATTEMPT));

/**
 * As `withDeadline`, before the end of a logger or of the process. `hurry` makes an attempt whatever pauses there are: it is called at once,
 * and again before the deadline, for a last attempt.
 */
export async function endWithin(
  work: Promise<unknown>,
  timeoutMillis: number,
  hurry: () => void,
  clock: Clock,
): Promise<void> {
  const attempt = timeoutMillis > 0 ? hurry : () => {};
  attempt();
  const lastAttempt = clock.setTimer(attempt, flushTimeOf(timeoutMillis));
  try {
    await withDeadline(work, timeoutMillis, clock);
  } finally {
    lastAttempt.cancel();
  }
}
