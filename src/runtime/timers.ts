/**
 * The runtime's timers, as they were when this file was loaded. A test runner that fakes the clock puts others in the place
 * of the global ones, which run late or never, and code that waits for one of those would wait for ever. All of `src` takes its timers from
 * here; lint sees to that. `node:timers` has the real ones even where a runner gives a test globals of its own, as Jest does.
 */
import { performance } from 'node:perf_hooks';
import timers from 'node:timers';

export const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = timers;

/** Whether a test has faked the clock now: then other packages may wait for timers that never come. */
export const areFaked = (): boolean => globalThis.setImmediate !== setImmediate;

/** Milliseconds that only ever grow, with all the time that this process was stopped. */
export const monotonicNow: () => number = performance.now.bind(performance);

/** Settles in the next turn of the event loop. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Calls back in the next turn of the event loop, as `setImmediate()` does, but holds no process for it. While nothing else is to be done,
 * the loop does not go round for such an immediate; so a timer wakes it.
 */
export function setImmediateUnheld(run: () => void): void {
  setImmediate(run).unref();
  setTimeout(nothing, 1).unref();
}

const nothing = (): void => {};
