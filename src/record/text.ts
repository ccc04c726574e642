import { Entries, entriesOf, laterWins } from './entries.js';
import { isFullStack, refuse } from './room.js';

/** Stands for what is nested deeper than can be walked or written. */
export const TOO_DEEP = '[Too deep]';
export const CIRCULAR = '[Circular]';

/**
 * The JSON text of a copy, with only well-formed Unicode in it. `isPlain` says that JSON.stringify can write it. No code of an
 * application runs here: what fails is a full stack, or longer than a string can be.
 */
export function textOf(copied: object, isPlain: boolean): string {
  try {
    const text = write(copied, isPlain);
    // JSON.stringify escapes lone surrogates, so that they are in no text by themselves. Few others hold these characters; JSON from Python may.
    return text.includes('\\ud') && !isWellFormed(copied) ? written(wellFormed(copied)) : text;
  } catch (error) {
    return isFullStack(error) ? TOO_DEEP : refuse();
  }
}

/** A toJSON that somebody has added to all arrays or objects has been called before, or must not be called. */
const write = (copied: unknown, isPlain: boolean): string =>
  isPlain && !('toJSON' in Array.prototype) ? JSON.stringify(copied) : written(copied);

/** JSON has no limit on digits, but JSON.stringify writes no bigint. */
function written(copied: unknown): string {
  if (typeof copied === 'bigint') return copied.toString();
  if (typeof copied !== 'object' || copied === null) return JSON.stringify(copied);
  if (Array.isArray(copied)) return `[${copied.map(written).join()}]`;
  const { keys, values } = entriesOf(copied);
  const fields: string[] = [];
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value !== undefined) fields.push(`${JSON.stringify(key)}:${written(value)}`);
  }
  return `{${fields.join()}}`;
}

/** Whether there is no lone surrogate in it. */
function isWellFormed(copied: unknown): boolean {
  if (typeof copied === 'string') return copied.isWellFormed();
  if (typeof copied !== 'object' || copied === null) return true;
  if (Array.isArray(copied)) return copied.every(isWellFormed);
  const { keys, values } = entriesOf(copied);
  return keys.every(isWellFormed) && values.every(isWellFormed);
}

/** The same with U+FFFD for each lone surrogate. Of two keys that become one, the later wins. */
function wellFormed(copied: unknown): unknown {
  if (typeof copied === 'string') return copied.toWellFormed();
  if (typeof copied !== 'object' || copied === null) return copied;
  if (Array.isArray(copied)) return copied.map(wellFormed);
  const { keys, values } = entriesOf(copied);
  const entries = new Entries(
    keys.map((key) => key.toWellFormed()),
    values.map(wellFormed),
  );
  return laterWins(entries);
}

/** What was copied as a field of a record: a scalar, or JSON text. */
export function flatOf(copied: unknown, isPlain: boolean): unknown {
  if (typeof copied === 'object' && copied !== null) return textOf(copied, isPlain);
  return typeof copied === 'string' ? copied.toWellFormed() : copied;
}

/** The names of the fields of the last record: most records have the same, and comparing is faster than checking each name again. */
let names: readonly string[] = [];

/** Whether all names of a record are well-formed. */
export function areWellFormed(keys: readonly string[]): boolean {
  if (keys.length === names.length && keys.every((key, index) => key === names[index])) return true;
  if (!keys.every((key) => key.isWellFormed())) return false;
  names = keys;
  return true;
}
