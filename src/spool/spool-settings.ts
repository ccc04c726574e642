import type { QueueSettings } from '../queue/queue-settings.js';
import type { Life } from './life.js';
import type { WriterSettings } from './spool-writer.js';

export interface SpoolSettings extends QueueSettings, Pick<WriterSettings, 'sync' | 'format'> {
  readonly directory: string;
  /** Most bytes of its files. */
  readonly maxDiskBytes: number;
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
  /** There may be more to read. */
  readable(): void;
}
