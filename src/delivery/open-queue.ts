import type { DeliveryConfig } from '../config/config.js';
import { MemoryQueue, SEGMENT_BYTES } from '../queue/memory-queue.js';
import type { Queue } from '../queue/queue.js';
import type { Clock } from '../runtime/clock.js';
import { recordBytesWithin, separatorOf } from '../sender/format.js';
import { newKeyPrefix } from '../sender/idempotency-key.js';

/** Records of one body have to lie side by side. So a segment has room for two bodies of the greatest size, up to this limit. */
const MOST_SEGMENT_BYTES = 64 * 1024 * 1024;
const segmentBytesOf = (maxPayloadBytes: number): number =>
  Math.min(Math.max(2 * maxPayloadBytes, SEGMENT_BYTES), MOST_SEGMENT_BYTES);

/** The queue that the settings ask for. */
export function openQueue(
  { format, maxPayloadBytes, thread }: Pick<DeliveryConfig, 'format' | 'maxPayloadBytes' | 'thread'>,
  maxBytes: number,
  clock: Clock,
): Queue {
  const settings = {
    separator: separatorOf(format),
    keyPrefix: newKeyPrefix(),
    maxBytes,
    isShared: thread,
  };
  if (format === 'object') return new MemoryQueue(settings, clock);
  const segmentBytes = segmentBytesOf(maxPayloadBytes);
  const chunkBytes = recordBytesWithin(maxPayloadBytes, format);
  return new MemoryQueue({ ...settings, segmentBytes, chunkBytes }, clock);
}
