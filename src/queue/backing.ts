import type { Range } from './cuts.js';
import type { State } from './states.js';

/** What is known of records whose memory was let go. */
export interface Size {
  readonly length: number;
  readonly unsettled: number;
  readonly unsettledBytes: number;
  /** When the last one was appended, on the clock's `now()`. */
  readonly lastAt: number;
}

/** What is in that memory. */
export interface Content {
  readonly bytes: Buffer;
  /** Where each record ends; one that is not there has the end of the one before. */
  readonly ends: number[];
  readonly states: State[];
  readonly cuts: readonly Range[];
}

/** Where the records of a segment are besides in memory. */
export interface Backing {
  /** A record was added, of so many bytes. */
  added(bytes: number): void;
  /** No more come. */
  sealed(): void;
  /** Records go out together from now on. */
  cut(range: Range): void;
  settled(index: number, bytes: number): void;
  /** All are settled, and no more come. */
  emptied(): void;
  /** Gives back what is in it; `undefined` where that can't be done now. */
  load(): Content | undefined;
}
