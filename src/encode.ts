import type { FlatDict } from './json.js';
import type { Format } from './options.js';

/** A record as it will stand in a body. Its data is let go: strings of it can hold far larger ones in memory. */
export interface EncodedRecord {
  readonly json: string;
  /** Bytes of `json` in UTF-8. */
  readonly bytes: number;
  /** What the queue was charged for it. */
  readonly queuedBytes: number;
}

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

export function encodeRecord(dict: FlatDict, queuedBytes = 0): EncodedRecord {
  const json = jsonOf(dict);
  return { json, bytes: Buffer.byteLength(json), queuedBytes };
}

export function encodeBody(records: readonly EncodedRecord[], format: Format): string {
  const { open, separator, close } = WIRE[format];
  return open + records.map((record) => record.json).join(separator) + close;
}

/** How many bytes the body of one record has. */
export const bodyBytes = (recordBytes: number, format: Format): number =>
  recordBytes + WIRE[format].open.length + WIRE[format].close.length;

/**
 * Groups records, in their order, so that no group's body passes `maxPayloadBytes`;
 * a record that passes it alone is a group of its own.
 */
export function pack(
  records: readonly EncodedRecord[],
  format: Format,
  maxPayloadBytes: number,
): EncodedRecord[][] {
  if (format === 'object') return records.map((record) => [record]);
  const groups: EncodedRecord[][] = [];
  let group: EncodedRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const more = group.length === 0 ? bodyBytes(record.bytes, format) : record.bytes + 1; // 1: the separator
    if (group.length > 0 && bytes + more > maxPayloadBytes) {
      groups.push(group);
      group = [record];
      bytes = bodyBytes(record.bytes, format);
    } else {
      group.push(record);
      bytes += more;
    }
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

/** JSON.stringify can't write a bigint, and JSON has no limit on digits. */
function jsonOf(dict: FlatDict): string {
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

/** A lower bound of a record's bytes, told without encoding it. This is what the queue is charged. */
export function sizeOf(dict: FlatDict): number {
  let size = 1;
  for (const key of Object.keys(dict)) {
    const value = dict[key];
    size += key.length + 4;
    if (typeof value === 'string') size += value.length + 2;
    else size += typeof value === 'bigint' ? value.toString().length : 1;
  }
  return size;
}

/** Whether a record alone makes a body within the limit. Encodes it only if its size leaves a doubt. */
export function fits(dict: FlatDict, size: number, format: Format, maxPayloadBytes: number): boolean {
  if (bodyBytes(size * MAX_BYTES_PER_SIZE, format) <= maxPayloadBytes) return true;
  if (bodyBytes(size, format) > maxPayloadBytes) return false;
  return bodyBytes(Buffer.byteLength(jsonOf(dict)), format) <= maxPayloadBytes;
}
