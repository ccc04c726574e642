import type { Scalar } from '../json.js';
import { eachField, isList, eachItem } from './fields.js';
import { resolve, threw } from './resolve.js';

/** Stand-ins for what cannot be written; `[Threw: message]` is the third of them. */
const CIRCULAR = '[Circular]';
export const TOO_DEEP = '[Too deep]';

/** Deeper nesting is cut: it can overflow the stack here, and most JSON parsers refuse it. */
export const MAX_DEPTH = 1000;

/** Thrown out of a walk whose text grows past its limit. */
export class NoRoomError extends Error {}

/** A walk over one record: where it is, and how many characters it may still write. */
export class Walk {
  readonly ancestors: object[] = [];
  #room: number;

  constructor(maxCharacters: number) {
    this.#room = maxCharacters;
  }

  /** A shared reference is written out each time it is met, so a small value can unfold without end: count while writing. */
  charge(characters: number): void {
    this.#room -= characters;
    if (this.#room < 0) throw new NoRoomError();
  }
}

/**
 * Takes a value as it is now: a scalar stays, an object or a list becomes JSON text,
 * `undefined` says that the value is left out. Throws nothing but NoRoomError.
 */
export function snapshot(value: unknown, key: string, walk: Walk): Scalar | undefined {
  const resolved = resolve(value, key);
  if (typeof resolved === 'object' && resolved !== null) {
    const text = textOf(value as object, resolved, walk);
    return text.startsWith('"') ? JSON.parse(text) : text; // a stand-in is a string of its own, not JSON
  }
  walk.charge(lengthOf(resolved));
  return resolved;
}

/** A Map key that is an object, as text. */
export const keyText =
  (walk: Walk) =>
  (key: object): string =>
    String(snapshot(key, '', walk));

/** The JSON text of an object or a list; of a stand-in, if it can't be walked. */
function textOf(met: object, resolved: object, walk: Walk): string {
  const { ancestors } = walk;
  // With toJSON, the object that was met and the one that is walked differ: a way back to either is a circle.
  if (ancestors.includes(resolved) || ancestors.includes(met)) return `"${CIRCULAR}"`;
  const depth = ancestors.length;
  if (depth >= 2 * MAX_DEPTH) return `"${TOO_DEEP}"`;
  ancestors.push(met, resolved);
  try {
    return isList(resolved) ? listText(resolved, walk) : objectText(resolved, walk);
  } catch (error) {
    if (error instanceof NoRoomError) throw error;
    // The caller can be deep in a recursion of his own: a full stack leaves no room for another call.
    return error instanceof RangeError ? `"${TOO_DEEP}"` : JSON.stringify(threw(error));
  } finally {
    ancestors.length = depth;
  }
}

function listText(list: readonly unknown[] | ReadonlySet<unknown>, walk: Walk): string {
  let text = '[';
  eachItem(list, (item) => {
    // As in JSON.stringify, what would be left out is null in a list: indexes must not shift.
    const itemText = nestedText(item, '', walk) ?? 'null';
    text += text === '[' ? itemText : `,${itemText}`;
  });
  return `${text}]`;
}

function objectText(value: object, walk: Walk): string {
  let text = '{';
  eachField(value, keyText(walk), (key, field) => {
    const fieldText = nestedText(field, key, walk);
    if (fieldText === undefined) return;
    walk.charge(key.length);
    text += `${text === '{' ? '' : ','}${JSON.stringify(key)}:${fieldText}`;
  });
  return `${text}}`;
}

/** The JSON text of a value inside an object or a list, `undefined` if it is left out. */
function nestedText(value: unknown, key: string, walk: Walk): string | undefined {
  const resolved = resolve(value, key);
  if (typeof resolved === 'object' && resolved !== null) {
    walk.charge(2); // its brackets
    return textOf(value as object, resolved, walk);
  }
  walk.charge(lengthOf(resolved) + 1); // 1: the comma
  return typeof resolved === 'bigint' ? resolved.toString() : JSON.stringify(resolved);
}

function lengthOf(value: Scalar | undefined): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'bigint' ? value.toString().length : 1;
}
