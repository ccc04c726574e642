import type { FlatDict } from '../types/json.js';
import { Copied } from './copied.js';
import { flatDictOf } from './flatten.js';

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

/** The same of one that may not be flat yet. */
export const encodeTaken = (record: FlatDict | Copied): string =>
  encodeRecord(record instanceof Copied ? flatDictOf(record.fields) : record);
