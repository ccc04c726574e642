import { isProxy } from 'node:util/types';
import { threw } from './resolve.js';

/** Whether all fields can be read in one go. Those of a Proxy may change from one look to the next. */
export const isPlain = (value: object): boolean =>
  Object.getPrototypeOf(value) === Object.prototype &&
  !Array.isArray(value) &&
  !('toJSON' in value) &&
  !isProxy(value);

/** As with fields, all at once is the fastest way. Of an array that says that it is something else, slice() would make that. */
export function readItems(list: readonly unknown[], length: number): unknown[] {
  try {
    if (list.constructor === Array) return Array.prototype.slice.call(list, 0, length);
  } catch {} // a getter threw
  return Array.from({ length }, (_, index) => read(list, index));
}

/** A getter or a trap that throws costs no other field. */
export function read(holder: object, key: PropertyKey): unknown {
  try {
    return (holder as Record<PropertyKey, unknown>)[key];
  } catch (error) {
    return threw(error);
  }
}
