import { crc32 } from 'node:zlib';
import type { FoundRecord } from './find-records.js';

/** The field with the time of arrival, or its other name where a record has one of its own. */
const RECEIVED_AT = 'received_at';
const OTHER_RECEIVED_AT = 'otel.received_at';
export const ADDED_NAMES = [RECEIVED_AT, OTHER_RECEIVED_AT];

/** Records as the lines that they are in a file. */
export interface Lines {
  readonly bytes: Buffer;
  readonly count: number;
  /** How many numbers are null for being `NaN` or infinite. */
  readonly nonFinite: number;
  /** Of the texts of the records as they came: tells whether two payloads hold the same. */
  readonly checksum: number;
}

/** Most bytes that the lines of records take. */
export const mostBytesOf = (records: readonly FoundRecord[]): number =>
  records.reduce((sum, { start, end, refused }) => sum + end - start + refused.length + LONGEST_TAIL, 0);

/** Makes a line of each record, its text as it came, with the time of its arrival. */
export function linesOf(body: Buffer, records: readonly FoundRecord[], receivedAt: string): Lines {
  const tails = tailsFor(receivedAt);
  const bytes = Buffer.allocUnsafe(mostBytesOf(records));
  let [length, checksum, nonFinite] = [0, 0, 0];
  for (const record of records) {
    checksum = crc32(body.subarray(record.start, record.end), checksum);
    const from = length;
    length = copyRecord(body, record, bytes, from);
    if (record.hasNewline) joinLines(bytes, from, length);
    const [afterNone, afterSome] = tails(record.taken);
    length += bytes.write(record.isEmpty ? afterNone : afterSome, length, 'latin1');
    for (const at of record.refused) if (body[at] !== BACKSLASH) nonFinite++;
  }
  return { bytes: bytes.subarray(0, length), count: records.length, nonFinite, checksum };
}

const LONGEST_TAIL = 64;
const [NEWLINE, RETURN, SPACE, BACKSLASH] = [0x0a, 0x0d, 0x20, 0x5c];

/** What strict parsers refuse, by its first byte: how long it is, and what stands in its place. At most one byte more. */
const REPLACED: ReadonlyMap<number, readonly [length: number, by: Buffer]> = new Map(
  Object.entries({ '\\udc00': '\\ufffd', NaN: 'null', Infinity: 'null', '-Infinity': 'null' }).map(
    ([text, by]) => [text.charCodeAt(0), [text.length, Buffer.from(by)]],
  ),
);

/** Copies a record without its last brace. Gives where the copy ends. */
function copyRecord(body: Buffer, { start, end, refused }: FoundRecord, to: Buffer, from: number): number {
  let [at, next] = [from, start];
  for (const place of refused) {
    const [length, by] = REPLACED.get(body[place] as number) ?? [0, NOTHING];
    at = copyRange(body, next, place, to, at);
    at = copyRange(by, 0, by.length, to, at);
    next = place + length;
  }
  return copyRange(body, next, end - 1, to, at);
}

const NOTHING = Buffer.alloc(0);
/** A call of `copy()` costs more than so few bytes. A body can have millions of places. */
const FEW_BYTES = 64;

/** Gives where the copy ends. */
function copyRange(from: Buffer, start: number, end: number, to: Buffer, at: number): number {
  if (end - start > FEW_BYTES) return at + from.copy(to, at, start, end);
  const offset = at - start;
  for (let next = start; next < end; next++) to[next + offset] = from[next] as number;
  return end + offset;
}

/** Ends of line within a record stand between its tokens: within a text they are escaped. */
function joinLines(bytes: Buffer, from: number, to: number): void {
  for (let at = from; at < to; at++) if (bytes[at] === NEWLINE || bytes[at] === RETURN) bytes[at] = SPACE;
}

/** What stands in the place of a record's last brace: behind no field, and behind some. */
type Tails = readonly [afterNone: string, afterSome: string];

const END: Tails = ['}\n', '}\n'];

function tailsFor(receivedAt: string): (taken: readonly string[]) => Tails {
  const as = (name: string): Tails => {
    const field = `"${name}":"${receivedAt}"}\n`;
    return [field, `,${field}`];
  };
  const usual = as(RECEIVED_AT);
  return (taken) => {
    if (taken.length === 0) return usual;
    const free = ADDED_NAMES.find((name) => !taken.includes(name));
    return free === undefined ? END : as(free);
  };
}
