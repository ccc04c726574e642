// Not from node:util: on Node 24, importing that opens stderr.
import * as types from 'node:util/types';
import type { Scalar } from '../json.js';

/** What stands in for a value that could not be read. */
export const threw = (error: unknown): string => `[Threw: ${messageOf(error)}]`;

/**
 * Takes one value to what JSON can hold: a scalar, `undefined` for a value that is left out,
 * or the object whose fields or items are to be walked. Reads, never writes, never throws.
 */
export function resolve(value: unknown, key: string): Scalar | object | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'object':
      return value === null ? null : resolveObject(value, key);
    default:
      return undefined; // undefined, function, symbol
  }
}

function resolveObject(value: object, key: string): Scalar | object | undefined {
  try {
    // Bytes before toJSON: Buffer has one, which would make an array of numbers.
    if (isBytes(value)) return base64(value);
    const toJson: unknown = Reflect.get(value, 'toJSON');
    if (typeof toJson !== 'function') return resolveOwn(value);
    const replacement: unknown = toJson.call(value, key);
    // As in JSON.stringify, the toJSON of what toJSON returned is not asked again.
    if (typeof replacement !== 'object' || replacement === null) return resolve(replacement, key);
    return isBytes(replacement) ? base64(replacement) : resolveOwn(replacement);
  } catch (error) {
    return threw(error);
  }
}

function resolveOwn(value: object): Scalar | object | undefined {
  if (types.isDate(value)) {
    const millis = Date.prototype.getTime.call(value);
    return Number.isNaN(millis) ? null : new Date(millis).toISOString();
  }
  if (types.isBoxedPrimitive(value)) return resolve(unbox(value), '');
  return value;
}

const isBytes = (value: object): value is ArrayBufferView | ArrayBufferLike =>
  ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value);

function base64(bytes: ArrayBufferView | ArrayBufferLike): string {
  const buffer = ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes);
  return buffer.toString('base64');
}

/** The prototypes' own methods: a subclass can say what it likes, a boxed value holds what it holds. */
function unbox(value: object): unknown {
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return undefined; // a boxed symbol is left out like a bare one
}

function messageOf(error: unknown): string {
  try {
    return String(types.isNativeError(error) ? error.message : error);
  } catch {
    return 'unknown';
  }
}
