import type { DeliveryConfig } from '../config/config.js';
import type { SpoolConfig } from '../config/spool.js';
import { MemoryQueue } from '../queue/memory-queue.js';
import type { Queue } from '../queue/queue.js';
import { type QueueSettings, SEGMENT_BYTES } from '../queue/queue-settings.js';
import type { Clock } from '../runtime/clock.js';
import { recordBytesWithin, separatorOf } from '../sender/format.js';
import { newKeyPrefix } from '../sender/idempotency-key.js';
import type { DeadLetters } from '../spool/dead-letters.js';
import { openSpool } from '../spool/open-spool.js';
import type { SpoolListener } from '../spool/spool-settings.js';

/** Records of one body have to lie side by side. So a segment has room for two bodies of the greatest size, up to this limit. */
const MOST_SEGMENT_BYTES = 64 * 1024 * 1024;
const segmentBytesOf = (maxPayloadBytes: number, leastBytes: number): number =>
  Math.min(Math.max(2 * maxPayloadBytes, leastBytes), MOST_SEGMENT_BYTES);

/** At least so many files share what a spool may have: the room of one comes back only when all of it is settled. */
const LEAST_FILES = 8;
const fileBytesOf = ({ segmentBytes, maxBytes }: SpoolConfig): number =>
  Math.max(Math.min(segmentBytes, Math.floor(maxBytes / LEAST_FILES)), SEGMENT_BYTES);

/** Most of what is in memory alone. */
export interface QueueLimits {
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
}

/** Where records wait, and where those are kept that are given up, if anywhere. */
export interface OpenQueue {
  readonly queue: Queue;
  readonly deadLetters?: DeadLetters | undefined;
}

/** The queue that the settings ask for. */
export function openQueue(
  { endpoint, format, maxPayloadBytes, thread, spool }: DeliveryConfig,
  { maxQueueSize, maxQueueBytes }: QueueLimits,
  listener: SpoolListener,
  clock: Clock,
): OpenQueue {
  const leastBytes = spool === undefined ? SEGMENT_BYTES : fileBytesOf(spool);
  const isAlone = format === 'object';
  const settings: QueueSettings = {
    separator: separatorOf(format),
    keyPrefix: newKeyPrefix(),
    maxBytes: maxQueueBytes,
    segmentBytes: isAlone ? leastBytes : segmentBytesOf(maxPayloadBytes, leastBytes),
    chunkBytes: isAlone ? undefined : recordBytesWithin(maxPayloadBytes, format),
    isShared: thread,
  };
  if (spool === undefined) return { queue: new MemoryQueue(settings, clock) };
  const { directory, sync } = spool;
  const spooling = { directory, sync, format, maxRecords: maxQueueSize, newKeyPrefix };
  return openSpool({ ...settings, ...spooling }, spool, endpoint.url, listener, clock);
}
