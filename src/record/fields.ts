import { isNativeError } from 'node:util/types';

/** The names of the fields that an object sends: its own enumerable ones with string keys, and what an Error holds. */
export function fieldsOf(value: object): readonly string[] {
  const keys = Object.keys(value);
  if (!isError(value)) return keys;
  const hidden = HIDDEN_ERROR_FIELDS.filter((key) => key in value);
  return [...hidden, ...keys.filter((key) => !hidden.includes(key))];
}

/** What an Error keeps out of Object.keys. `errors` is AggregateError's. */
const HIDDEN_ERROR_FIELDS: readonly string[] = ['name', 'message', 'stack', 'cause', 'errors'];

// isNativeError knows errors of other realms, instanceof those that only inherit, such as DOMException.
export const isError = (value: object): boolean => isNativeError(value) || value instanceof Error;

/** Whether an object is a part of the running program: a socket, a stream, an agent, a request of Node's or undici's. */
export const isEmitter = (value: object): boolean =>
  typeof Reflect.get(value, 'on') === 'function' && typeof Reflect.get(value, 'emit') === 'function';

export const nameOfEmitter = (value: object): string => kindOf(value) ?? '[EventEmitter]';

/** Whether an object has fields and nothing else, as most instances of classes: so one question takes the place of many. */
export function hasFieldsOnly(value: object): boolean {
  try {
    // Finds the engine's own kinds of objects and those with a Symbol.toStringTag, but not a Map that has lost its prototype.
    if (Object.prototype.toString.call(value) !== '[object Object]') return false;
    return !(value instanceof Error) && Object.getPrototypeOf(value) !== null;
  } catch {
    return false;
  }
}

/** What an object without fields is, such as `[Promise]`: `{}` would hide that there was more. `undefined` for a mere `{}`. */
export function kindOf(value: object): string | undefined {
  const tag = tagOf(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const name = tag === undefined || tag === '' ? classOf(prototype) : tag;
  return name === undefined || name === 'Object' ? undefined : `[${name}]`;
}

function classOf(prototype: unknown): string | undefined {
  const made: unknown = Object(prototype).constructor;
  const name: unknown = typeof made === 'function' ? made.name : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** What an object says that it is. */
export function tagOf(value: object): string | undefined {
  try {
    const tag: unknown = Reflect.get(value, Symbol.toStringTag);
    return typeof tag === 'string' ? tag : undefined;
  } catch {
    return undefined;
  }
}
