import type { FlatDict } from './json.js';
import type { Format } from './options.js';

interface Wire {
  readonly contentType: string;
  readonly open: string;
  readonly separator: string;
  readonly close: string;
}

/** A separator is one byte. That of `object` is never sent. */
const WIRE: Readonly<Record<Format, Wire>> = {
  object: { contentType: 'application/json', open: '', separator: '\n', close: '' },
  // No newline after the last line: some receivers make an empty record of it.
  ndjson: { contentType: 'application/x-ndjson', open: '', separator: '\n', close: '' },
  array: { contentType: 'application/json', open: '[', separator: ',', close: ']' },
};

export const contentTypeOf = (format: Format): string => WIRE[format].contentType;

/** Records from a place up to another, as bytes one after the other. They wait outside of the heap, where no garbage collection copies them. */
export class EncodedRecords {
  readonly bytes: Buffer;
  /** Where each ends; the next begins a separator later. */
  readonly ends: Uint32Array;

  /** Of JSON text. */
  constructor(records: readonly string[], format: Format) {
    const text = records.join(WIRE[format].separator);
    this.bytes = Buffer.from(text);
    this.ends = new Uint32Array(records.length);
    const isAscii = this.bytes.length === text.length;
    let end = -1;
    for (const [index, record] of records.entries()) {
      end += 1 + (isAscii ? record.length : Buffer.byteLength(record));
      this.ends[index] = end;
    }
  }

  get length(): number {
    return this.ends.length;
  }

  /** The bytes of the records from `from` up to `to`, and of what separates them. */
  slice(from: number, to: number): Buffer {
    return this.bytes.subarray(this.#startOf(from), this.ends[to - 1]);
  }

  /** The bytes of the records alone. */
  bytesOf(from: number, to: number): number {
    return (this.ends[to - 1] ?? 0) - this.#startOf(from) - (to - from - 1);
  }

  #startOf(index: number): number {
    return index === 0 ? 0 : (this.ends[index - 1] ?? 0) + 1;
  }
}

/** The body of the records from `from` up to `to`. */
export function encodeBody(records: EncodedRecords, from: number, to: number, format: Format): Buffer {
  const { open, close } = WIRE[format];
  const bytes = records.slice(from, to);
  return open === '' ? bytes : Buffer.concat([Buffer.from(open), bytes, Buffer.from(close)]);
}

/** The fields of a record again. A number that JavaScript can't hold comes back rounded; it was sent whole. */
export const fieldsOf = (record: FlatDict | string | Buffer): FlatDict =>
  typeof record === 'string' || Buffer.isBuffer(record) ? JSON.parse(record.toString()) : record;

/** How many bytes the body of one record has. */
export const bodyBytes = (recordBytes: number, format: Format): number =>
  recordBytes + WIRE[format].open.length + WIRE[format].close.length;

/** Where records do not share a body, so many characters of them at the most are encoded together: one that is long on its way holds all of them in memory. */
const OBJECTS_CHARACTERS = 64 * 1024;

/**
 * How far the records from `from` on are encoded together: as many as make a body within `maxPayloadBytes` or, where each
 * is a body of its own, not too many at a time. At least one.
 */
export function endOfPart(
  records: readonly string[],
  from: number,
  format: Format,
  maxPayloadBytes: number,
): number {
  const isShared = format !== 'object';
  const most = isShared ? maxPayloadBytes - bodyBytes(0, format) : OBJECTS_CHARACTERS;
  let sum = -1; // as many separators as records but one
  let end = from;
  for (; end < records.length; end++) {
    const record = records[end] ?? '';
    sum += 1 + (isShared ? Buffer.byteLength(record) : record.length);
    if (sum > most && end > from) break;
  }
  return end;
}

/** The JSON text of a record. JSON.stringify can't write a bigint, and JSON has no limit on digits. */
export function encodeRecord(dict: FlatDict): string {
  try {
    // It throws for a bigint, unless somebody has told bigints what to do.
    if (!('toJSON' in BigInt.prototype)) return JSON.stringify(dict);
  } catch {}
  const keys = Object.keys(dict).filter((key) => dict[key] !== undefined);
  const fields = keys.map((key) => {
    const value = dict[key];
    return `${JSON.stringify(key)}:${typeof value === 'bigint' ? value : JSON.stringify(value)}`;
  });
  return `{${fields.join(',')}}`;
}

/** How many times its `sizeOf` a record's bytes can be: a character takes six where it is written as \u0000. */
const MAX_BYTES_PER_SIZE = 6;

/** What the queue is charged: the bytes of a record's text or, told without encoding it, a lower bound of them. */
export function sizeOf(record: FlatDict | string): number {
  if (typeof record === 'string') return Buffer.byteLength(record);
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
  if (typeof record === 'string') return bodyBytes(size, format) <= maxPayloadBytes;
  if (bodyBytes(size * MAX_BYTES_PER_SIZE, format) <= maxPayloadBytes) return true;
  if (bodyBytes(size, format) > maxPayloadBytes) return false;
  return bodyBytes(Buffer.byteLength(encodeRecord(record)), format) <= maxPayloadBytes;
}
