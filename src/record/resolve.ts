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
import type { Scalar } from '../json.js';
import type { Room } from './room.js';

/** What stands in for a value that could not be read. */
export const threw = (error: unknown): string => `[Threw: ${messageOf(error)}]`;

/**
 * Takes an object to what JSON can hold: a scalar, `undefined` for one that is left out, or the object whose fields or items
 * are to be copied. Throws what the object's own code throws.
 */
export function resolve(value: object, key: string, room: Room): unknown {
  // Bytes before toJSON: Buffer has one, which would make an array of numbers.
  if (isBytes(value)) return base64(value, room);
  const toJson: unknown = Reflect.get(value, 'toJSON');
  if (typeof toJson !== 'function') return resolveOwn(value);
  const replacement: unknown = toJson.call(value, key);
  // As in JSON.stringify, the toJSON of what toJSON returned is not asked again.
  if (typeof replacement !== 'object' || replacement === null) return replacement;
  return isBytes(replacement) ? base64(replacement, room) : resolveOwn(replacement);
}

function resolveOwn(value: object): Scalar | object | undefined {
  if (isDate(value)) {
    const millis = Date.prototype.getTime.call(value);
    return Number.isNaN(millis) ? null : new Date(millis).toISOString();
  }
  if (isBoxedPrimitive(value)) return unbox(value);
  return isRegExp(value) ? RegExp.prototype.toString.call(value) : value;
}

const isBytes = (value: object): value is ArrayBufferView | ArrayBufferLike =>
  ArrayBuffer.isView(value) || isAnyArrayBuffer(value);

function base64(bytes: ArrayBufferView | ArrayBufferLike, room: Room): string {
  const buffer = ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes);
  // Before it is written: there can be hundreds of megabytes.
  room.mustFit((buffer.length / 3) * 4);
  return buffer.toString('base64');
}

/** The prototypes' own methods: a subclass can say what it likes, a boxed value holds what it holds. */
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
