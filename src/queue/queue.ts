import type { Chunk } from './chunk.js';
import type { Appended } from './layout.js';
import type { Mark } from './marks.js';

/**
 * Where records wait: a sequence to which each is appended once, from which they are read in order, and in which each is settled
 * once, in any order. What was read and not settled can be read again.
 */
export interface Queue {
  /** How many were appended and are not settled. */
  readonly unsettled: number;
  /** The bytes of their JSON text. */
  readonly unsettledBytes: number;
  /** How many of them were not read. */
  readonly unread: number;
  /** How many of the unsettled ones outlive this process. */
  readonly onDisk: number;
  /** Whether what is unread can be read now. */
  readonly isReadable: boolean;
  /**
   * Takes a record if its bytes are no more than `mostBytes`, and than there is room. Says how many it has, or -1. Where a copy is not
   * taken, its text may be.
   */
  append(record: Appended, mostBytes: number): number;
  /** The next records that lie side by side, `most` of them at the most; `undefined` where there are none. */
  read(most: number): Chunk | undefined;
  /** Settles records of a chunk, from one index up to another. Says how many of them were not settled before. */
  settle(chunk: Chunk, from: number, to: number, isLost: boolean): number;
  /** Reading begins again with the first record that is not settled. */
  rewind(): void;
  /** Gives out all that ends with this process, from the first record on: for the end of the queue. */
  giveUp(take: (chunk: Chunk) => void): void;
  /** Whether the records of a chunk up to one outlive this process, settled or not. */
  keeps(chunk: Chunk, to: number): boolean;
  /** Takes over what other processes have left, now and from time to time. */
  start(): void;
  /** Keeps at once what it would keep at the end of the turn. */
  write(): void;
  /** The process may end now: what outlives it is written down. */
  leave(): void;
  /** Lets go of all resources. What outlives the process is left to others. */
  close(): void;
  /** Marks its end, to be told when what is before it is settled. */
  mark(): Mark;
}
