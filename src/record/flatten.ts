import type { FlatDict } from '../types/json.js';
import { Copying } from './copying.js';
import { entriesOf, put } from './entries.js';
import { threw } from './resolve.js';
import { isFullStack, isNoRoom, isStackFull } from './room.js';
import { TOO_DEEP } from './text.js';

/** A value can unfold without end, so `flatten()` needs a limit too; `log()` has a far lower one. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** Why data is no record: there is nothing to send, its text would pass the limit, or the caller has left no stack to read it. */
export type FlattenRefusal = 'invalid' | 'too_large' | 'internal';

/** Makes a flat object of data, or says why it is no record. */
export type Flattening = (data: unknown, maxCharacters: number) => FlatDict | FlattenRefusal;

/**
 * Flattens data as `log()` does: scalars stay, nested objects and arrays become JSON strings, a bare value goes
 * under `body`. Never throws and never changes its input. `undefined`, a function or a symbol gives `{}`;
 * data whose text would pass 16 Mi characters gives `{ body: '[Too large]' }`.
 */
export function flatten(data: unknown): FlatDict {
  const result = flattenWithin(data, MAX_CHARACTERS);
  if (typeof result === 'object') return result;
  if (result === 'invalid') return {};
  return { body: result === 'too_large' ? '[Too large]' : TOO_DEEP };
}

/** Flattens data, or says why it is no record. Stops as soon as the text passes `maxCharacters`. */
export const flattenWithin: Flattening = (data, maxCharacters) => {
  const dict = flattenForJson(data, maxCharacters);
  return typeof dict === 'string' ? dict : tidy(dict);
};

/** The same for JSON.stringify, which leaves out fields that are undefined or have a symbol as their key: such fields may still be there. */
export const flattenForJson: Flattening = (data, maxCharacters) => {
  const copying = new Copying(maxCharacters);
  try {
    if (typeof data === 'object' && data !== null) return flatRecord(copying.copyRecord(data), copying);
    return flatRecord(copying.copy(data, ''), copying);
  } catch (error) {
    if (isNoRoom(error)) return 'too_large';
    if (!isFullStack(error)) return { body: threw(error).toWellFormed() };
    // The stack may also have been filled by an endless toJSON.
    return isStackFull() ? 'internal' : { body: TOO_DEEP };
  }
};

function flatRecord(copied: unknown, copying: Copying): FlatDict | FlattenRefusal {
  if (copied === undefined) return 'invalid';
  if (typeof copied !== 'object' || copied === null || Array.isArray(copied)) {
    return { body: copying.flat(copied) } as FlatDict;
  }
  if (copying.isFlat) return copied as FlatDict;
  const { keys, values } = entriesOf(copied);
  const fields = {};
  for (const [index, key] of keys.entries()) put(fields, key.toWellFormed(), copying.flat(values[index]));
  return fields;
}

function tidy(dict: FlatDict): FlatDict {
  for (const symbol of Object.getOwnPropertySymbols(dict)) Reflect.deleteProperty(dict, symbol);
  for (const key of Object.keys(dict)) if (dict[key] === undefined) delete dict[key];
  return dict;
}
