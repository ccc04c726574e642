import type { SpoolConfig } from '../config/spool.js';
import type { Queue } from '../queue/queue.js';
import type { Clock } from '../runtime/clock.js';
import { type Life, openLife, takeOverDead } from './life.js';
import { lifeEndpoint, OtherEndpoints } from './life-endpoint.js';
import { SpoolQueue } from './spool-queue.js';
import type { SpoolListener, SpoolSettings } from './spool-settings.js';

/** The queue in a directory, for records that are sent to one URL. */
export function openSpool(
  settings: Omit<SpoolSettings, 'maxDiskBytes'>,
  { directory, maxBytes }: SpoolConfig,
  url: URL,
  listener: SpoolListener,
  clock: Clock,
): Queue {
  const destination = lifeEndpoint(url);
  const others = new OtherEndpoints(directory);
  const lives = {
    open: () => openLife(directory, clock, destination),
    takeOverDead: (own: Life) => takeOverDead(directory, own, destination, (found) => others.saw(found)),
  };
  return new SpoolQueue({ ...settings, maxDiskBytes: maxBytes }, listener, lives, clock);
}
