import type { FlatDict, Scalar } from '../json.js';
import { eachField, isList } from './fields.js';
import { plainFields } from './plain.js';
import { resolve, threw } from './resolve.js';
import { isFullStack, isNoRoom, keyText, snapshot, snapshotObject, TOO_DEEP, Walk } from './snapshot.js';

/** A value can unfold without end, so `flatten()` needs a limit too; `log()` has a far lower one. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Why data is no record: there is nothing to send, or its text would pass the limit. */
export type FlattenRefusal = 'invalid' | 'too_large';

/**
 * Flattens data as `log()` does: scalars stay, nested objects and arrays become JSON strings, a bare value goes
 * under `body`. Never throws and never changes its input. `undefined`, a function or a symbol gives `{}`;
 * data whose text would pass 16 Mi characters gives `{ body: '[Too large]' }`.
 */
export function flatten(data: unknown): FlatDict {
  const result = flattenWithin(data, MAX_CHARACTERS);
  if (typeof result === 'object') return result;
  return result === 'invalid' ? {} : { body: '[Too large]' };
}

/** Flattens data, or says why it is no record. Stops as soon as the text passes `maxCharacters`. */
export function flattenWithin(data: unknown, maxCharacters: number): FlatDict | FlattenRefusal {
  const walk = new Walk(maxCharacters);
  try {
    return flattenOn(walk, data) ?? 'invalid';
  } catch (error) {
    if (isNoRoom(error)) return 'too_large';
    return { body: isFullStack(error) ? TOO_DEEP : threw(error) };
  }
}

function flattenOn(walk: Walk, data: unknown): FlatDict | undefined {
  const fields = plainFields(data);
  if (fields !== undefined) return flattenFields(walk, data as object, fields);
  const resolved = resolve(data, '');
  if (resolved === undefined) return undefined;
  const dict: FlatDict = {};
  if (typeof resolved !== 'object' || resolved === null) {
    put(dict, 'body', snapshot(resolved, 'body', walk));
    return dict;
  }
  if (isList(resolved)) {
    put(dict, 'body', snapshotObject(data as object, resolved, walk));
    return dict;
  }
  walk.enter(data as object, resolved);
  eachField(resolved, keyText(walk), (key, value) => {
    const flat = snapshot(value, key, walk);
    if (flat === undefined) return;
    walk.charge(key.length);
    put(dict, key, flat);
  });
  return dict;
}

/** What most data is: a plain object, whose fields are copied in one go and then flattened where they stand. */
function flattenFields(walk: Walk, data: object, fields: Record<string, unknown>): FlatDict {
  walk.enterRoot(data);
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    const flat = snapshot(value, key, walk);
    if (flat === undefined) {
      delete fields[key];
      continue;
    }
    walk.charge(key.length);
    if (flat !== value) fields[key] = flat;
  }
  return fields as FlatDict;
}

/** Sets a field. `__proto__` is a key like any other here, where an assignment would set the prototype. */
export function put(dict: FlatDict, key: string, value: Scalar | undefined): void {
  if (value === undefined) return;
  if (key === '__proto__') {
    Object.defineProperty(dict, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    dict[key] = value;
  }
}
