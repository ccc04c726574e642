import type { Target } from './line.js';
import type { Shared } from './stored-segment.js';
import type { WrittenSegment } from './written-segment.js';

/** How the disk is told to keep what was written, should the machine die. */
export type Sync = 'always' | 'interval' | 'never';

/** What all segments share that a queue writes. */
export interface SharedWriting extends Shared {
  readonly sync: Sync;
  readonly format: string;
  /** Records that are in memory alone, and their bytes. */
  unkept: number;
  unkeptBytes: number;
  /** Where lines are put together. */
  readonly scratch: Target;
  /** To be asked to write, at the end of the turn. */
  toWrite(written: WrittenSegment): void;
  /** So much more is to be written. */
  waits(bytes: number): void;
  sealed(written: WrittenSegment): void;
  /** It was written to. */
  toSync(written: WrittenSegment): void;
  /** It is no longer needed. */
  gone(written: WrittenSegment): void;
  /** Writing goes well. */
  works(): void;
}
