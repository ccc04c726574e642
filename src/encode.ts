import type { FlatDict } from './json.js';
import type { Format } from './options.js';

interface Wire {
  readonly contentType: string;
  readonly open: string;
  readonly separator: string;
  readonly close: string;
}

const WIRE: Readonly<Record<Format, Wire>> = {
  object: { contentType: 'application/json', open: '', separator: '', close: '' },
  // No newline after the last line: some receivers make an empty record of it.
  ndjson: { contentType: 'application/x-ndjson', open: '', separator: '\n', close: '' },
  array: { contentType: 'application/json', open: '[', separator: ',', close: ']' },
};

export const contentTypeOf = (format: Format): string => WIRE[format].contentType;

/** Characters that are encoded before the event loop gets a turn: about a millisecond of work. */
export const SLICE_CHARACTERS = 256 * 1024;
/** What a record takes beside its own characters, in the time of so many. */
export const RECORD_CHARACTERS = 512;

/** The body of the records from `from` up to `to`, which is not of them; each is JSON text. */
export function encodeBody(records: readonly string[], from: number, to: number, format: Format): string {
  if (format === 'object') return records[from] ?? '';
  const { open, separator, close } = WIRE[format];
  return open + records.slice(from, to).join(separator) + close;
}

/** The fields of a record again. A number that JavaScript can't hold comes back rounded; it was sent whole. */
export const fieldsOf = (record: FlatDict | string): FlatDict =>
  typeof record === 'string' ? JSON.parse(record) : record;

/** How many bytes the body of one record has. */
const bodyBytes = (recordBytes: number, format: Format): number =>
  recordBytes + WIRE[format].open.length + WIRE[format].close.length;

/**
 * Where a body ends that begins with the record at `from`: the place after the last one with which it does not pass
 * `maxPayloadBytes`. One record alone may pass it.
 */
export function endOfBody(
  records: readonly string[],
  from: number,
  format: Format,
  maxPayloadBytes: number,
): number {
  let end = from + 1;
  if (format === 'object') return end;
  let bytes = bodyBytes(Buffer.byteLength(records[from] ?? ''), format);
  for (; end < records.length; end++) {
    bytes += Buffer.byteLength(records[end] ?? '') + 1; // 1: the separator
    if (bytes > maxPayloadBytes) break;
  }
  return end;
}

/** The JSON text of a record. JSON.stringify can't write a bigint, and JSON has no limit on digits. */
export function encodeRecord(dict: FlatDict): string {
  if (!hasBigInt(dict)) return JSON.stringify(dict);
  const fields = Object.keys(dict).map((key) => {
    const value = dict[key];
    return `${JSON.stringify(key)}:${typeof value === 'bigint' ? value : JSON.stringify(value)}`;
  });
  return `{${fields.join(',')}}`;
}

function hasBigInt(dict: FlatDict): boolean {
  for (const key of Object.keys(dict)) if (typeof dict[key] === 'bigint') return true;
  return false;
}

/** How many times its `sizeOf` a record's bytes can be: a character takes six where it is written as \u0000. */
const MAX_BYTES_PER_SIZE = 6;

/** A lower bound of a record's bytes, told without encoding it: what the queue is charged. */
export function sizeOf(record: FlatDict | string): number {
  if (typeof record === 'string') return record.length;
  let size = 1;
  for (const key of Object.keys(record)) {
    const value = record[key];
    size += key.length + 4;
    if (typeof value === 'string') size += value.length + 2;
    else size += typeof value === 'bigint' ? value.toString().length : 1;
  }
  return size;
}

/** Whether a record of a size alone makes a body within the limit. Encodes it only if its size leaves a doubt. */
export function fits(
  record: FlatDict | string,
  size: number,
  format: Format,
  maxPayloadBytes: number,
): boolean {
  if (typeof record === 'string') return textFits(record, format, maxPayloadBytes);
  if (bodyBytes(size * MAX_BYTES_PER_SIZE, format) <= maxPayloadBytes) return true;
  if (bodyBytes(size, format) > maxPayloadBytes) return false;
  return textFits(encodeRecord(record), format, maxPayloadBytes);
}

/** No character of JSON text takes more bytes in UTF-8. */
const MAX_BYTES_PER_CHARACTER = 3;

/** Whether a record, as JSON text, alone makes a body within the limit. */
export const textFits = (json: string, format: Format, maxPayloadBytes: number): boolean =>
  bodyBytes(json.length * MAX_BYTES_PER_CHARACTER, format) <= maxPayloadBytes ||
  bodyBytes(Buffer.byteLength(json), format) <= maxPayloadBytes;
