import { join } from 'node:path';
import { countUnsettled } from './content.js';
import type { Files } from './files.js';
import { isLogName, lengthAtEnd, type SegmentHead, scanSegment, settledName } from './segment-file.js';
import { type Ranges, readSettled } from './settled-file.js';

/** A segment that another life has left. */
export interface FoundSegment {
  readonly path: string;
  readonly bytes: number;
  /** When its last record was written, in milliseconds since 1970. */
  readonly writtenAt: number;
  readonly head: SegmentHead | undefined;
  /** How many records were in it. */
  readonly length: number;
  readonly ranges: Ranges;
  /** Whether it is no segment at all. */
  readonly isForeign: boolean;
  /** How many of them wait. */
  readonly unsettled: number;
}

/** The paths of the segments in a life's folder, the oldest first. */
export const segmentsIn = (files: Files, folder: string): string[] =>
  files
    .readdirSync(folder)
    .filter(isLogName)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => join(folder, name));

/** A larger file is not read to know how many records it has, if its end says so. */
const MOST_READ_BYTES = 64 * 1024;
const HEAD_BYTES = 512;

/** Looks at a segment's file, at little of it if it is large: a spool can have a thousand of them. */
export function findSegment(files: Files, path: string): FoundSegment {
  const ranges = readSettled(settledName(path), files);
  const { bytes, writtenAt, head, length } = measure(files, path);
  const isForeign = bytes > 0 && head === undefined && length === 0;
  const unsettled = countUnsettled(length, ranges.settled);
  return { path, bytes, writtenAt, head, length, ranges, isForeign, unsettled };
}

function measure(files: Files, path: string): Pick<FoundSegment, 'bytes' | 'writtenAt' | 'head' | 'length'> {
  const descriptor = files.openSync(path, 'r');
  try {
    const { size: bytes, mtimeMs: writtenAt } = files.fstatSync(descriptor);
    const read = (from: number, to: number): Buffer => {
      const buffer = Buffer.allocUnsafe(to - from);
      return buffer.subarray(0, files.readSync(descriptor, buffer, 0, to - from, from));
    };
    if (bytes > MOST_READ_BYTES) {
      const length = lengthAtEnd(read(bytes - MOST_READ_BYTES, bytes));
      const { head } = scanSegment(firstLine(read(0, HEAD_BYTES)));
      if (length !== -1 && head !== undefined) return { bytes, writtenAt, head, length };
    }
    const { head, length } = scanSegment(read(0, bytes));
    return { bytes, writtenAt, head, length };
  } finally {
    files.closeSync(descriptor);
  }
}

const firstLine = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.indexOf('\n') + 1);

/** Before that, there was no such file: the clock was not set when it was written, as that of a board without a battery. */
const FIRST_WRITTEN_AT = Date.UTC(2025, 0, 1);

/** For how long the last record of a segment has waited by the wall clock, as far as that can be. */
export const ageOf = ({ writtenAt }: Pick<FoundSegment, 'writtenAt'>, wallNow: number): number =>
  writtenAt < FIRST_WRITTEN_AT ? 0 : Math.max(0, wallNow - writtenAt);
