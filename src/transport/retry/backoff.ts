import type { Chance } from '../../runtime/clock.js';

export interface BackoffOptions {
  readonly initialDelayMillis: number;
  readonly maxDelayMillis: number;
}

/** No pause is shorter: full jitter and `Retry-After: 0` would otherwise hammer an endpoint that is down. */
const MIN_PAUSE_MILLIS = 100;

/**
 * The pause after the `failures`-th failure in a row (from 1): full jitter below a bound that doubles,
 * or what the endpoint asked for, if that is longer.
 */
export function pauseMillis(
  failures: number,
  askedMillis: number | undefined,
  { initialDelayMillis, maxDelayMillis }: BackoffOptions,
  chance: Chance,
): number {
  const bound = Math.min(initialDelayMillis * 2 ** (failures - 1), maxDelayMillis);
  const floor = Math.min(MIN_PAUSE_MILLIS, initialDelayMillis);
  return Math.max(chance() * bound, floor, askedMillis ?? 0);
}
