import type { Copied } from '../record/copied.js';
import { writeRecord } from '../record/write-record.js';

/** A record as it is appended: its JSON text or, to be written where it stays, its copy. */
export type Appended = string | Copied;

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

/** Writes a record, or its bytes, from `start` on, with room for what separates records. Says how many bytes it has, or -1 if it may have no room. */
export function writeInto(bytes: Buffer, record: Appended | Buffer, start: number): number {
  const room = bytes.length - start;
  if (typeof record === 'string') return record.length * UNIT_BYTES < room ? bytes.write(record, start) : -1;
  if (!Buffer.isBuffer(record)) return writeRecord(record.fields, bytes, start);
  return record.length < room ? record.copy(bytes, start) : -1;
}

/** Less than this is not worth moving. */
const LEAST_MOVED_BYTES = 16 * 1024;
/** What is left of a segment is moved when it takes no more than this part of it. */
const SPARSE = 1 / 4;

/** Whether what is kept of a segment is so little that it is moved. */
export const isSparse = (bytes: number, keptBytes: number): boolean =>
  bytes >= LEAST_MOVED_BYTES && keptBytes <= bytes * SPARSE;
