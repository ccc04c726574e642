import type { Clock } from '../runtime/clock.js';
import { posted } from './posted.js';

/** Deliveries that go on without the event loop of this thread, as another thread works on them. */
export interface Draining {
  /** How long the end of the process may wait for them. */
  readonly timeoutMillis: number;
  /** Does what there is to do here; says whether there is anything left to wait for. */
  advance(): boolean;
}

/** This part of the time is kept for stopping: a thread does not stop at once. */
const ENDING = 0.05;

/**
 * Blocks this thread, and so the end of the process, until all are done, or the longest of their times is over. All go on at the same
 * time: one that waits in vain takes no time from the others. `spentMillis` is how much time was spent before; returns how much
 * has been spent by now.
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
