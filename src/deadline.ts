import { type Clock, MAX_TIMER_MILLIS } from './clock.js';
import { checkNames } from './option-names.js';
import { integer, wrongOption } from './rules.js';

/** The OpenTelemetry specification's default for a forced flush. */
const DEFAULT_TIMEOUT_MILLIS = 30_000;

export interface DeadlineOptions {
  /** When to stop waiting, in milliseconds from now. Default: 30000. */
  readonly timeoutMillis?: number | undefined;
}

/** Throws a TypeError for a deadline that makes no sense. */
export function timeoutOf(options: DeadlineOptions = {}): number {
  checkNames(options, { timeoutMillis: true });
  const { timeoutMillis = DEFAULT_TIMEOUT_MILLIS } = options;
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
