import type { Separator } from './layout.js';

/** The size of a segment. A record that waits keeps the memory of its whole segment, until most of the segment is settled. */
export const SEGMENT_BYTES = 64 * 1024;

export interface QueueSettings {
  readonly separator: Separator;
  /** Of the idempotency keys of its records. */
  readonly keyPrefix: string;
  /** Most bytes of unsettled records. Default: no limit. */
  readonly maxBytes?: number;
  /** Most bytes of records that should lie side by side. Default: 64 KiB. */
  readonly segmentBytes?: number;
  /** Most bytes of a chunk of several records, which then goes out as it is in each try; default: a chunk is records that go out one by one. */
  readonly chunkBytes?: number | undefined;
  /** Whether other threads can read what is in it. */
  readonly isShared: boolean;
}
