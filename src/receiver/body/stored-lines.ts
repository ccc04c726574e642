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
  /** Of the texts of the records as they came: tells whether two payloads hold the same. */
  readonly checksum: number;
}

/** Makes a line of each record, its text as it came, with the time of its arrival. */
export function linesOf(body: Buffer, records: readonly FoundRecord[], receivedAt: string): Lines {
  const tails = tailsFor(receivedAt);
  const size = records.reduce((sum, { start, end }) => sum + end - start + LONGEST_TAIL, 0);
  const bytes = Buffer.allocUnsafe(size);
  let [length, checksum] = [0, 0];
  for (const record of records) {
    checksum = crc32(body.subarray(record.start, record.end), checksum);
    const from = length;
    length += body.copy(bytes, length, record.start, record.end - 1);
    if (record.hasNewline) joinLines(bytes, from, length);
    for (const at of record.loneSurrogates) bytes.write(REPLACEMENT, from + at - record.start, 'latin1');
    const [afterNone, afterSome] = tails(record.taken);
    length += bytes.write(record.isEmpty ? afterNone : afterSome, length, 'latin1');
  }
  return { bytes: bytes.subarray(0, length), count: records.length, checksum };
}

const LONGEST_TAIL = 64;
const REPLACEMENT = '\\ufffd';
const [NEWLINE, RETURN, SPACE] = [0x0a, 0x0d, 0x20];

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
