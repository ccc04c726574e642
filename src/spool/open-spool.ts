import type { SpoolConfig } from '../config/spool.js';
import type { Clock } from '../runtime/clock.js';
import { DeadLetters } from './dead-letters.js';
import { type Life, openLife, takeOverDead } from './life.js';
import { lifeEndpoint, OtherEndpoints } from './life-endpoint.js';
import { SpoolQueue } from './spool-queue.js';
import type { SpoolListener, SpoolSettings } from './spool-settings.js';

/** Does nothing but have this file loaded, which the build keeps apart. */
export function loadSpool(): void {}

/** The queue in a directory, for records that are sent to one URL, and what is kept of those that are given up. */
export function openSpool(
  settings: Omit<SpoolSettings, 'maxDiskBytes' | 'minFreeBytes' | 'maxAgeMillis'>,
  spool: SpoolConfig,
  url: URL,
  listener: SpoolListener,
  clock: Clock,
): { readonly queue: SpoolQueue; readonly deadLetters: DeadLetters | undefined } {
  const { directory, maxBytes, minFreeBytes, maxAgeMillis, maxDeadLetterBytes } = spool;
  const destination = lifeEndpoint(url);
  const others = new OtherEndpoints(directory);
  const lives = {
    open: () => openLife(directory, clock, destination),
    takeOverDead: (own: Life) => takeOverDead(directory, own, destination, (found) => others.saw(found)),
  };
  const bounds = { maxDiskBytes: maxBytes, minFreeBytes, maxAgeMillis };
  const queue = new SpoolQueue({ ...settings, ...bounds }, listener, lives, clock);
  const deadLetters =
    maxDeadLetterBytes === 0 ? undefined : new DeadLetters({ ...settings, maxDeadLetterBytes }, clock);
  return { queue, deadLetters };
}
