/** A byte between two records, as ndjson and arrays need it. */
export type Separator = '\n' | ',';

/** What the idempotency keys of a segment's records are made of: they stay the same, whoever sends them, and wherever they wait. */
export interface KeyBase {
  /** Of no other queue. */
  readonly prefix: string;
  /** The place of its first record there. */
  readonly first: number;
}

/** Whether other threads can read the memory. */
export const allocate = (bytes: number, isShared: boolean): Buffer =>
  isShared ? Buffer.from(new SharedArrayBuffer(bytes)) : Buffer.allocUnsafeSlow(bytes);

/** No UTF-16 unit of a text takes more bytes in UTF-8. */
export const UNIT_BYTES = 3;

/** Less than this is not worth moving. */
const LEAST_MOVED_BYTES = 16 * 1024;
/** What is left of a segment is moved when it takes no more than this part of it. */
const SPARSE = 1 / 4;

/** Whether what is kept of a segment is so little that it is moved. */
export const isSparse = (bytes: number, keptBytes: number): boolean =>
  bytes >= LEAST_MOVED_BYTES && keptBytes <= bytes * SPARSE;
