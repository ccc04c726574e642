// Not from node:util: on Node 24, importing that opens stderr.
import {
  isAnyArrayBuffer,
  isBigIntObject,
  isBooleanObject,
  isBoxedPrimitive,
  isDate,
  isNativeError,
  isNumberObject,
  isRegExp,
  isStringObject,
} from 'node:util/types';
import type { Scalar } from '../types/json.js';
import type { Room } from './room.js';

/** What stands in for a value that could not be read. */
export const threw = (error: unknown): string => `[Threw: ${messageOf(error)}]`;

/** What an object's toJSON returns; the object itself, if it has none. Throws what toJSON throws. */
export function replacementOf(value: object, key: string): unknown {
  // Buffer has a toJSON, too, but it would make an array of numbers.
  if (ArrayBuffer.isView(value)) return value;
  const toJson: unknown = Reflect.get(value, 'toJSON');
  if (typeof toJson !== 'function' || (toJson === DATE_TO_JSON && isDate(value))) return value;
  return toJson.call(value, key);
}

/** The toJSON of the engine: it would make the same text as here, but takes twice as long. A toJSON that somebody has put in its place is called. */
const DATE_TO_JSON = ((toJson) =>
  /\[native code\]/.test(Function.prototype.toString.call(toJson)) ? toJson : undefined)(
  Date.prototype.toJSON,
);

/** The scalar that an object stands for, `undefined` if that is left out; the object itself, if it has fields or items. */
export function contentOf(value: object, room: Room): unknown {
  if (isDate(value)) {
    const millis = Date.prototype.getTime.call(value);
    return Number.isNaN(millis) ? null : Date.prototype.toISOString.call(value);
  }
  if (ArrayBuffer.isView(value) || isAnyArrayBuffer(value)) return base64(value, room);
  if (isBoxedPrimitive(value)) return unbox(value);
  return isRegExp(value) ? RegExp.prototype.toString.call(value) : value;
}

function base64(bytes: ArrayBufferView | ArrayBufferLike, room: Room): string {
  const buffer = ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes);
  // Checked before the text is made: there can be hundreds of megabytes.
  room.mustFit((buffer.length / 3) * 4);
  return buffer.toString('base64');
}

/** The methods of the prototypes, and not the object's own: those of a subclass can return anything, and these return the value that is boxed. */
function unbox(value: object): Scalar | undefined {
  if (isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (isStringObject(value)) return String.prototype.valueOf.call(value);
  if (isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return undefined; // a boxed symbol is left out like a bare one
}

function messageOf(error: unknown): string {
  try {
    return String(isNativeError(error) ? error.message : error);
  } catch {
    return 'unknown';
  }
}
