import { checksumIn, checksumOf } from './checksum.js';

/** All files of a spool are lines: eight hex digits of a CRC-32, a space, and what it covers. */
const CHECKSUM_BYTES = 9;
const SPACE = 0x20;
const NEWLINE = 0x0a;
const ZERO = 0x30;
const HEX = Buffer.from('0123456789abcdef');

/** Most bytes of a record's line but those of the record. */
export const LINE_OVERHEAD_BYTES = 20;

/** Most records of a segment: a larger index is damage. */
export const MOST_RECORDS = 2 ** 25;

export const lineOf = (text: string): string => `${checksumOf(text).toString(16).padStart(8, '0')} ${text}\n`;

/** Memory in which lines are put together. */
export interface Target {
  readonly bytes: Buffer;
  /** The same memory. */
  readonly view: DataView;
}

export const targetIn = (bytes: Buffer): Target => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
});

/** Writes the line of a record, whose bytes are moved there from further behind in the same memory. Says where the line ends. */
export function writeRecordLine(
  { bytes, view }: Target,
  start: number,
  index: number,
  from: number,
  to: number,
): number {
  const covered = start + CHECKSUM_BYTES;
  const text = writeDigits(bytes, covered, index);
  bytes[text] = SPACE;
  bytes.copyWithin(text + 1, from, to);
  const end = text + 1 + to - from;
  writeChecksum(bytes, start, checksumIn(view, covered, end));
  bytes[end] = NEWLINE;
  return end + 1;
}

function writeDigits(target: Buffer, start: number, number: number): number {
  let end = start + 1;
  for (let rest = number; rest >= 10; rest = Math.floor(rest / 10)) end++;
  let rest = number;
  for (let at = end - 1; at >= start; at--) {
    target[at] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return end;
}

function writeChecksum(target: Buffer, start: number, value: number): void {
  for (let digit = 0; digit < 8; digit++) {
    target[start + digit] = HEX[(value >>> (28 - 4 * digit)) & 15] ?? 0;
  }
  target[start + 8] = SPACE;
}

/** Whether the bytes from one place up to another, where a newline is, are a line as it was written. */
function isWhole(bytes: Buffer, from: number, to: number): boolean {
  const covered = from + CHECKSUM_BYTES;
  return covered < to && checksumAt(bytes, from) === checksumOf(bytes.subarray(covered, to));
}

/** -1 where there is none. */
function checksumAt(bytes: Buffer, from: number): number {
  if (bytes[from + 8] !== SPACE) return -1;
  let value = 0;
  for (let at = from; at < from + 8; at++) {
    const digit = HEX.indexOf(bytes[at] ?? 0);
    if (digit === -1) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** Is told of each line, in order: where what the checksum covers begins, or of a damaged one where it begins, and where it ends. */
export interface LineReader {
  whole(from: number, to: number): void;
  damaged(from: number, to: number): void;
}

export function readLines(bytes: Buffer, reader: LineReader): void {
  for (let from = 0; from < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, from);
    let to = newline === -1 ? bytes.length : newline;
    if (newline === -1 && isWhole(bytes, from, to - 1)) to--; // the last newline is damaged
    if (isWhole(bytes, from, to)) reader.whole(from + CHECKSUM_BYTES, to);
    else if (from < to) readJoined(bytes, from, to, reader);
    from = to + 1;
  }
}

/** Between two lines, the newline itself may be what is damaged. */
function readJoined(bytes: Buffer, from: number, to: number, reader: LineReader): void {
  const starts: number[] = [];
  let end = to;
  while (!isWhole(bytes, from, end)) {
    const start = lastStart(bytes, from, end);
    if (start === -1) break;
    starts.push(start);
    end = start - 1;
  }
  if (isWhole(bytes, from, end)) reader.whole(from + CHECKSUM_BYTES, end);
  else reader.damaged(from, end);
  for (let at = starts.length - 1; at >= 0; at--) {
    const nextStart = starts[at - 1];
    reader.whole((starts[at] ?? 0) + CHECKSUM_BYTES, nextStart === undefined ? to : nextStart - 1);
  }
}

/** So many places are looked at where a line could begin: the text of a record can be full of what looks so. */
const MOST_LOOKED_AT = 16;

/** Where the last line of a record begins behind a damaged newline, or -1. */
function lastStart(bytes: Buffer, from: number, to: number): number {
  let at = to;
  for (let looks = 0; looks < MOST_LOOKED_AT; looks++) {
    at = bytes.lastIndexOf(' {', at - 1);
    if (at <= from) return -1;
    let digits = at;
    while (isDigit(bytes[digits - 1])) digits--;
    const start = digits - CHECKSUM_BYTES;
    if (digits < at && start > from && isWhole(bytes, start, to)) return start;
  }
  return -1;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= ZERO + 9;

/** A number that stands in a line, with a space behind it, or -1. */
export function numberAt(bytes: Buffer, from: number): number {
  let value = 0;
  let at = from;
  for (; isDigit(bytes[at]) && value < MOST_RECORDS; at++) value = value * 10 + (bytes[at] ?? 0) - ZERO;
  return at > from && value < MOST_RECORDS && bytes[at] === SPACE ? value : -1;
}

/** Whether a damaged line still looks like that of a record. */
export const looksLikeRecord = (bytes: Buffer, from: number): boolean =>
  checksumAt(bytes, from) !== -1 && isDigit(bytes[from + CHECKSUM_BYTES]);
