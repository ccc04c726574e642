import * as types from 'node:util/types';
import { threw } from './resolve.js';

/** An array, or a Set, which is walked like one. */
export const isList = (value: object): value is readonly unknown[] | ReadonlySet<unknown> =>
  Array.isArray(value) || types.isSet(value);

/** Calls `take` for every item of a list. A hole of a sparse array is an item too: indexes must not shift. */
export function eachItem(
  list: readonly unknown[] | ReadonlySet<unknown>,
  take: (item: unknown) => void,
): void {
  if (types.isSet(list)) {
    Set.prototype.forEach.call(list, take);
    return;
  }
  for (let index = 0; index < list.length; index++) take(read(list, index));
}

/**
 * Calls `take` for every field that an object sends: its own enumerable ones with string keys,
 * and what a Map or an Error holds. `keyText` writes a Map key that is an object.
 */
export function eachField(
  value: object,
  keyText: (key: object) => string,
  take: (key: string, field: unknown) => void,
): void {
  if (types.isMap(value)) {
    // Keys such as 1 and '1' become one: the later entry wins, as in Object.fromEntries.
    const entries = new Map<string, unknown>();
    for (const [key, field] of Map.prototype.entries.call(value)) {
      entries.set(typeof key === 'object' && key !== null ? keyText(key) : String(key), field);
    }
    for (const [key, field] of entries) take(key, field);
    return;
  }
  const hidden = isError(value) ? HIDDEN_ERROR_FIELDS : [];
  for (const key of hidden) if (key in value) take(key, read(value, key));
  for (const key of Object.keys(value)) if (!hidden.includes(key)) take(key, read(value, key));
}

/** What an Error keeps out of Object.keys. `errors` is AggregateError's. */
const HIDDEN_ERROR_FIELDS: readonly string[] = ['name', 'message', 'stack', 'cause', 'errors'];

// isNativeError knows errors of other realms, instanceof those that only inherit, such as DOMException.
const isError = (value: object): boolean => types.isNativeError(value) || value instanceof Error;

function read(holder: object, key: PropertyKey): unknown {
  try {
    return Reflect.get(holder, key);
  } catch (error) {
    return threw(error);
  }
}
