import type { Separator } from '../queue/layout.js';
import type { FlatDict } from '../types/json.js';
import type { Format } from '../types/options.js';

interface Wire {
  readonly contentType: string;
  readonly open: string;
  readonly separator: Separator;
  readonly close: string;
}

/** The separator of `object` is never sent. */
const WIRE: Readonly<Record<Format, Wire>> = {
  object: { contentType: 'application/json', open: '', separator: '\n', close: '' },
  // No newline after the last line: some receivers make an empty record of it.
  ndjson: { contentType: 'application/x-ndjson', open: '', separator: '\n', close: '' },
  array: { contentType: 'application/json', open: '[', separator: ',', close: ']' },
};

export const contentTypeOf = (format: Format): string => WIRE[format].contentType;

export const separatorOf = (format: Format): Separator => WIRE[format].separator;

/** The body of records that lie side by side. */
export function bodyOf(records: Buffer, format: Format): Buffer {
  const { open, close } = WIRE[format];
  return open === '' ? records : Buffer.concat([Buffer.from(open), records, Buffer.from(close)]);
}

/** How many bytes of a body are neither records nor separators. */
export const frameBytesOf = (format: Format): number => WIRE[format].open.length + WIRE[format].close.length;

/** How many bytes of records, with their separators, fit into a body of `bodyBytes`. */
export const recordBytesWithin = (bodyBytes: number, format: Format): number =>
  bodyBytes - frameBytesOf(format);

/** The fields of a record, read from its text. A number that JavaScript can't hold comes back rounded, though it was sent with all digits. */
export const parseRecord = (record: Buffer): FlatDict => JSON.parse(record.toString());
