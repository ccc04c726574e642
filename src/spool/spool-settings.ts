import type { Chunk } from '../queue/chunk.js';
import type { QueueSettings } from '../queue/queue-settings.js';
import type { Life } from './life.js';
import type { WriterSettings } from './spool-writer.js';

export interface SpoolSettings extends QueueSettings, Pick<WriterSettings, 'sync' | 'format'> {
  readonly directory: string;
  /** Most bytes of its files. */
  readonly maxDiskBytes: number;
  /** So much of the disk is left to others; `undefined` for a share of it. */
  readonly minFreeBytes: number | undefined;
  /** A record that waits for longer is given up. */
  readonly maxAgeMillis: number;
  /** Most records and, with `maxBytes`, most bytes that are in memory alone while the disk fails. */
  readonly maxRecords: number;
  /** Makes a prefix of keys that no other queue has. */
  readonly newKeyPrefix: () => string;
}

/** The folders of a spool's directory. */
export interface Lives {
  /** Makes one. */
  open(): Life;
  /** Takes over those that dead processes have left. */
  takeOverDead(own: Life): Promise<Life[]>;
}

/** Is told what happens to a spool by itself. */
export interface SpoolListener {
  /** So many records of other lives wait here now. */
  tookOver(count: number): void;
  damaged(count: number, path: string): void;
  /** Records that nobody has read are too old. */
  expired(chunk: Chunk): void;
  /** There may be more to read. */
  readable(): void;
}
