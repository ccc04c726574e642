import type { FlatDict } from '../types/json.js';
import { encodeRecord } from './encode-record.js';

/** Most bytes that a character can take in a record's text: six, where it is written as \u0000. */
const MAX_BYTES_PER_CHARACTER = 6;

/** Whether the text of a record has no more than so many bytes. Makes that text only where it is in doubt. */
export function isWithin(dict: FlatDict, mostBytes: number): boolean {
  const least = leastBytesOf(dict);
  if (least * MAX_BYTES_PER_CHARACTER <= mostBytes) return true;
  if (least > mostBytes) return false;
  try {
    return Buffer.byteLength(encodeRecord(dict)) <= mostBytes;
  } catch {
    return false; // longer than any text can be
  }
}

function leastBytesOf(dict: FlatDict): number {
  let bytes = 1;
  for (const key of Object.keys(dict)) {
    const value = dict[key];
    bytes += key.length + 4;
    if (typeof value === 'string') bytes += value.length + 2;
    else bytes += typeof value === 'bigint' ? value.toString().length : 1;
  }
  return bytes;
}
