import type { Clock } from './clock.js';
import { textOf } from './foreign.js';
import { logToDiag } from './otel-api.js';

/**
 * Whether a fault passes by itself: no file descriptor is left, say, or no memory. A missing package does not pass. But where Node 20
 * could not read a package.json, it takes the package for missing from then on.
 */
export function isFaultOfSystem(error: unknown): boolean {
  const { errno, code } = Object(error) as { readonly errno?: unknown; readonly code?: unknown };
  return typeof errno === 'number' || code === 'ERR_INVALID_PACKAGE_CONFIG';
}

export interface Patience {
  readonly clock: Clock;
  /** For how long to try. */
  readonly maxElapsedMillis: number;
  /** Whether what is loaded is still needed. */
  readonly isWanted: () => boolean;
}

const FIRST_PAUSE_MILLIS = 50;
const LONGEST_PAUSE_MILLIS = 1000;

/** Loads what takes files to load, and tries again after a fault of the system. */
export async function loadPatiently<T>(
  load: () => Promise<T>,
  { clock, maxElapsedMillis, isWanted }: Patience,
): Promise<T> {
  const giveUpAt = clock.now() + maxElapsedMillis;
  for (let pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
    try {
      return await load();
    } catch (error) {
      if (!isFaultOfSystem(error) || clock.now() >= giveUpAt || !isWanted()) throw error;
      if (pause === FIRST_PAUSE_MILLIS) logToDiag('warn', `could not load (${textOf(error)}); trying again`);
    }
    await new Promise<void>((resolve) => clock.setTimer(resolve, pause));
  }
}
