import type { KeyBase } from '../queue/layout.js';
import { lineOf, looksLikeRecord, numberAt, readLines } from './line.js';

/** What the first line of a segment's file says. */
export interface SegmentHead extends KeyBase {
  readonly format: string;
}

const MAGIC = 'otel-remote-logger-spool';
const VERSION = '1';

/** Most bytes of a segment's first line. */
export const HEAD_BYTES = 128;

export const headLine = ({ prefix, first, format }: SegmentHead): string =>
  lineOf(`${MAGIC} ${VERSION} ${prefix} ${first} ${format}`);

/** What a segment's file holds. */
export interface Scan {
  /** `undefined` where it is damaged. */
  readonly head: SegmentHead | undefined;
  /** Whether another version of this package has written it, which alone can read it. */
  readonly isOfOtherVersion: boolean;
  /** Of each whole record, in order. */
  readonly indexes: readonly number[];
  /** Where each begins and ends. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** How many records were in it, damaged ones included. */
  readonly length: number;
  readonly damaged: number;
}

/** Finds the whole records of a segment's file. Those that damage covers are missing, and no others. */
export function scanSegment(bytes: Buffer): Scan {
  const [indexes, starts, ends]: [number[], number[], number[]] = [[], [], []];
  let head: SegmentHead | undefined;
  let isOfOtherVersion = false;
  let length = 0;
  /** Damaged lines since the last whole one, and how many of them look like a record. */
  let [damagedLines, damagedRecords] = [0, 0];
  readLines(bytes, {
    whole(from, to) {
      const index = numberAt(bytes, from);
      if (index === -1) {
        const words = bytes.toString('latin1', from, to).split(' ');
        if (words[0] !== MAGIC) return;
        if (words[1] === VERSION) head ??= headOf(words);
        else isOfOtherVersion = true;
      } else if (index >= length) {
        indexes.push(index);
        starts.push(bytes.indexOf(' ', from) + 1);
        ends.push(to);
        length = index + 1;
        damagedLines = 0;
        damagedRecords = 0;
      }
    },
    damaged(from) {
      if (from > 0) damagedLines++;
      if (looksLikeRecord(bytes, from)) damagedRecords++;
    },
  });
  // Between whole records, the indexes tell how many are missing; behind the last one, only what is left of them.
  length += Math.max(damagedRecords, Math.min(damagedLines, 1));
  return { head, isOfOtherVersion, indexes, starts, ends, length, damaged: length - indexes.length };
}

function headOf([, , prefix = '', first = '', format = '']: readonly string[]): SegmentHead {
  return { prefix, first: Number(first), format };
}

/** How many records the last line says that there are, or -1 where it is damaged or longer than `bytes`: the end of a segment's file. */
export function lengthAtEnd(bytes: Buffer): number {
  const before = bytes.length < 2 ? -1 : bytes.lastIndexOf('\n', bytes.length - 2);
  if (before === -1) return -1;
  const { head, length, damaged } = scanSegment(bytes.subarray(before + 1));
  // Those before it count as damaged here.
  return head === undefined && length > 0 && damaged === length - 1 ? length : -1;
}

/** The names of a segment's files in the folder of its life. */
export const logName = (number: number): string => `${String(number).padStart(8, '0')}.log`;
export const settledName = (log: string): string => log.replace(/\.log$/, '.settled');

/** Whether a file is a segment's, by its name. */
export const isLogName = (name: string): boolean => /^\d{8,}\.log$/.test(name);
