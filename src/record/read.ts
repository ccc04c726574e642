import { isProxy } from 'node:util/types';
import { threw } from './resolve.js';

/** Whether all fields of what is no array can be read in one go. Those of a Proxy may change from one look to the next. */
export const isPlain = (value: object): boolean =>
  Object.getPrototypeOf(value) === Object.prototype && !('toJSON' in value) && !isProxy(value);

/**
 * Reads all items at once, which is the fastest way. Of an array with a constructor of its own, slice() would make an instance of that; and a
 * Proxy may have any length by now.
 */
export function readItems(list: readonly unknown[], length: number): unknown[] {
  try {
    if (Object.is(list.constructor, Array) && list.length === length && !isProxy(list))
      return Array.prototype.slice.call(list);
  } catch {} // a getter threw
  return Array.from({ length }, (_, index) => read(list, index));
}

/** Reads a field. Where a getter or a Proxy's trap throws, only this field is lost. */
export function read(holder: object, key: PropertyKey): unknown {
  try {
    return (holder as Record<PropertyKey, unknown>)[key];
  } catch (error) {
    return threw(error);
  }
}
