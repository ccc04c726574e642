import type { Clock } from '../runtime/clock.js';
import { posted } from './posted.js';

/** Deliveries that need no event loop of this thread, as another one works on them. */
export interface Draining {
  /** How long the end of the process may wait for them. */
  readonly timeoutMillis: number;
  /** Does what there is to do here; says whether there is anything left to wait for. */
  advance(): boolean;
}

/** The share of the time to an end that goes to the end itself: a thread does not stop at once. */
const ENDING = 0.05;

/**
 * Blocks until all are done, or the longest of their times is over, so that the end of the process is, too. They go on
 * together: one that waits in vain takes no time from the others. `spentMillis` is what has been spent before; gives back
 * what has been by now.
 */
export function drain(
  all: readonly Draining[],
  spentMillis: number,
  clock: Pick<Clock, 'now' | 'block'>,
): number {
  const began = clock.now() - spentMillis;
  for (let left = all; ; ) {
    const seen = Atomics.load(posted, 0);
    left = left.filter((draining) => draining.advance());
    const spent = clock.now() - began;
    const longest = Math.max(0, ...left.map(({ timeoutMillis }) => timeoutMillis));
    const leftMillis = longest * (1 - ENDING) - spent;
    if (leftMillis <= 0) return spent;
    clock.block(posted, seen, leftMillis);
  }
}
