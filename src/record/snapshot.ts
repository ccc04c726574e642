import * as types from 'node:util/types';
import type { Scalar } from '../json.js';
import { eachField, eachItem, isList } from './fields.js';
import { plainText } from './plain.js';
import { resolve, threw } from './resolve.js';

/** Stand-ins for what cannot be written; `[Threw: message]` is the third of them. */
const CIRCULAR = '[Circular]';
export const TOO_DEEP = '[Too deep]';

/** Deeper nesting is cut: it can overflow the stack here, and most JSON parsers refuse it. */
export const MAX_DEPTH = 1000;

/** Thrown out of a walk whose text grows past its limit. */
export class NoRoomError extends Error {}
const NO_ROOM = new NoRoomError('no room');

/** Compared by identity: what a Proxy throws can be a Proxy itself, and throw when it is looked at. */
export const isNoRoom = (error: unknown): boolean => error === NO_ROOM;

/** A walk over one record: where it is, and how many characters it may still write. */
export class Walk {
  /** The objects on the way from the root to here. Most walks meet none that has to be walked. */
  #ancestors: Set<object> | undefined;
  #root: object | undefined;
  depth = 0;
  #room: number;

  constructor(maxCharacters: number) {
    this.#room = maxCharacters;
  }

  // With toJSON, the object that was met and the one that is walked differ: a way back to either is a circle.

  isWithin(met: object, resolved: object): boolean {
    if (resolved === this.#root || met === this.#root) return true;
    return this.#ancestors !== undefined && (this.#ancestors.has(resolved) || this.#ancestors.has(met));
  }

  enterRoot(root: object): void {
    this.depth++;
    this.#root = root;
  }

  enter(met: object, resolved: object): void {
    this.depth++;
    this.#ancestors ??= new Set();
    this.#ancestors.add(met).add(resolved);
  }

  /** How many characters may still be written. */
  get room(): number {
    return this.#room;
  }

  leave(met: object, resolved: object): void {
    this.depth--;
    this.#ancestors?.delete(met);
    this.#ancestors?.delete(resolved);
  }

  /** A shared reference is written out each time it is met, so a small value can unfold without end: count while writing. */
  charge(characters: number): void {
    this.#room -= characters;
    if (this.#room < 0) throw NO_ROOM;
  }
}

/**
 * Takes a value as it is now: a scalar stays, an object or a list becomes JSON text,
 * `undefined` says that the value is left out. Throws nothing but NoRoomError.
 */
export function snapshot(value: unknown, key: string, walk: Walk): Scalar | undefined {
  const plain = typeof value === 'object' && value !== null ? plainText(value, walk.room) : undefined;
  if (plain !== undefined) {
    walk.charge(plain.characters);
    return plain.text;
  }
  const resolved = resolve(value, key);
  if (typeof resolved === 'object' && resolved !== null)
    return snapshotObject(value as object, resolved, walk);
  if (resolved !== undefined) walk.charge(lengthOf(resolved));
  return resolved;
}

/** The same for an object that was met, and for what it resolved to. */
export function snapshotObject(met: object, resolved: object, walk: Walk): string {
  const text = textOf(met, resolved, walk);
  return text.startsWith('"') ? JSON.parse(text) : text; // a stand-in is a string of its own, not JSON
}

/** A Map key that is an object, as text. */
export const keyText =
  (walk: Walk) =>
  (key: object): string =>
    String(snapshot(key, '', walk));

/** The JSON text of an object or a list; of a stand-in, if it can't be walked. */
function textOf(met: object, resolved: object, walk: Walk): string {
  walk.charge(2); // its brackets, or its quotes
  if (walk.isWithin(met, resolved)) return standIn(CIRCULAR, walk);
  if (walk.depth >= MAX_DEPTH) return standIn(TOO_DEEP, walk);
  walk.enter(met, resolved);
  try {
    return isList(resolved) ? listText(resolved, walk) : objectText(resolved, walk);
  } catch (error) {
    if (isNoRoom(error)) throw error;
    // The caller can be deep in a recursion of his own.
    return standIn(isFullStack(error) ? TOO_DEEP : threw(error), walk);
  } finally {
    walk.leave(met, resolved);
  }
}

function standIn(text: string, walk: Walk): string {
  walk.charge(text.length);
  return JSON.stringify(text);
}

/** Whether it is the engine that says so, and not somebody's own RangeError. */
export const isFullStack = (error: unknown): boolean =>
  types.isNativeError(error) && error instanceof RangeError && /call stack/i.test(error.message);

function listText(list: readonly unknown[] | ReadonlySet<unknown>, walk: Walk): string {
  let text = '[';
  eachItem(list, (item) => {
    // As in JSON.stringify, what would be left out is null in a list: indexes must not shift.
    const itemText = nestedText(item, '', walk) ?? chargedNull(walk);
    text += text === '[' ? itemText : `,${itemText}`;
  });
  return `${text}]`;
}

function objectText(value: object, walk: Walk): string {
  let text = '{';
  eachField(value, keyText(walk), (key, field) => {
    const fieldText = nestedText(field, key, walk);
    if (fieldText === undefined) return;
    walk.charge(key.length + 3);
    text += `${text === '{' ? '' : ','}${JSON.stringify(key)}:${fieldText}`;
  });
  return `${text}}`;
}

/** The JSON text of a value inside an object or a list, `undefined` if it is left out. */
function nestedText(value: unknown, key: string, walk: Walk): string | undefined {
  const resolved = resolve(value, key);
  if (typeof resolved === 'object' && resolved !== null) return textOf(value as object, resolved, walk);
  if (resolved === undefined) return undefined;
  walk.charge(lengthOf(resolved) + 1); // 1: the comma
  return typeof resolved === 'bigint' ? resolved.toString() : JSON.stringify(resolved);
}

function chargedNull(walk: Walk): string {
  walk.charge(5);
  return 'null';
}

function lengthOf(value: Scalar): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'bigint' ? value.toString().length : 1;
}
