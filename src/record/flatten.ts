import type { Redaction } from '../redact/redaction.js';
import type { FlatDict } from '../types/json.js';
import { Copied, type CopiedFields } from './copied.js';
import { Copying } from './copying.js';
import { Entries, entriesOf, put } from './entries.js';
import { Redacting } from './redacting.js';
import { threw } from './resolve.js';
import { isFullStack, isNoRoom, isStackFull } from './room.js';
import { areWellFormed, flatOf, TOO_DEEP } from './text.js';

/** A value can unfold without end, so `flatten()` needs a limit too; `log()` has a far lower one. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/** A record of up to so many characters stays as it was copied: of longer ones, the engine writes a text faster than `write-record`. */
const SHORT = 256;

/** Why data is no record: there is nothing to send, its text would pass the limit, or the caller has left no stack to read it. */
export type FlattenRefusal = 'invalid' | 'too_large' | 'internal';

/** Makes a flat object of data, with what is redacted by then, or says why it is no record. */
export type Flattening<Dict = FlatDict> = (
  data: unknown,
  maxCharacters: number,
  redaction?: Redaction | undefined,
) => Dict | FlattenRefusal;

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
export const flattenWithin: Flattening = (data, maxCharacters, redaction) =>
  tidy(flattenTo(true, data, maxCharacters, redaction, flatDictOf));

/** The same for a text that is made at once: a short record, as most are, can stay as it was copied. */
export const flattenForJson: Flattening<FlatDict | Copied> = (data, maxCharacters, redaction) =>
  flattenTo(true, data, maxCharacters, redaction, asCopiedIfShort);

/** Flattens what must have fields. A bare value, such as a text, a list or a promise, is `invalid`. */
export const flattenFields: Flattening = (data, maxCharacters, redaction) =>
  tidy(flattenTo(false, data, maxCharacters, redaction, flatDictOf));

function flattenTo<Dict>(
  takesBare: boolean,
  data: unknown,
  maxCharacters: number,
  redaction: Redaction | undefined,
  finish: (record: object, copying: Copying, maxCharacters: number) => Dict,
): Dict | FlatDict | FlattenRefusal {
  const copying = new Copying(maxCharacters);
  try {
    const record = recordOf(data, copying, redaction, takesBare);
    if (record === undefined) return 'invalid';
    return finish(record, copying, maxCharacters);
  } catch (error) {
    const refusal = refusalOf(error);
    return takesBare || typeof refusal === 'string' ? refusal : 'invalid';
  }
}

/** What was thrown instead of a record. */
export function refusalOf(error: unknown): FlatDict | FlattenRefusal {
  if (isNoRoom(error)) return 'too_large';
  // The stack may also have been filled by an endless toJSON.
  return isStackFull() ? 'internal' : { body: TOO_DEEP };
}

/** The copy of data, redacted, with a bare value under the name by which it is sent; `undefined` for nothing. */
export function recordOf(
  data: unknown,
  copying: Copying,
  redaction: Redaction | undefined,
  takesBare = true,
): object | undefined {
  const copied = copyOf(data, copying);
  const isBare = typeof copied !== 'object' || copied === null || Array.isArray(copied);
  if (copied === undefined || (isBare && !takesBare)) return undefined;
  const record = isBare ? { body: copied } : copied;
  if (redaction !== undefined) new Redacting(redaction, (value) => copying.copy(value, '')).redact(record);
  return record;
}

/** What can't be read at all is sent as what it threw. */
function copyOf(data: unknown, copying: Copying): unknown {
  try {
    return typeof data === 'object' && data !== null ? copying.copyRecord(data) : copying.copy(data, '');
  } catch (error) {
    if (isNoRoom(error) || isFullStack(error)) throw error;
    return threw(error);
  }
}

function asCopiedIfShort(record: object, copying: Copying, maxCharacters: number): FlatDict | Copied {
  const isShort = maxCharacters - copying.room.left <= SHORT;
  return isShort && copying.isJson ? new Copied(record as CopiedFields) : flatDictOf(record, copying);
}

/** A copied record as a flat dict. */
export const flatDictOf = (record: object, copying: Flat = COPIED): FlatDict =>
  flattensInPlace(record, copying) ? (record as FlatDict) : freshDict(record, copying);

type Flat = Pick<Copying, 'flat'>;

/** Of what JSON.stringify can write. */
const COPIED: Flat = { flat: (copied) => flatOf(copied, true) };

/** A flat dict beside the copy, which stays as it is. */
export function freshDict(record: object, copying: Flat): FlatDict {
  const { keys, values } = entriesOf(record);
  const fields = {};
  for (const [index, key] of keys.entries()) {
    const value = values[index];
    if (value !== undefined) put(fields, key.toWellFormed(), copying.flat(value));
  }
  return fields;
}

/** The fastest way: the copy is nobody else's. */
function flattensInPlace(copied: object, copying: Flat): boolean {
  if (copied instanceof Entries) return false;
  const keys = Object.keys(copied);
  if (!areWellFormed(keys)) return false;
  const fields = copied as Record<string, unknown>;
  for (const key of keys) {
    const value = fields[key];
    const flat = copying.flat(value);
    if (flat !== value) fields[key] = flat;
  }
  return true;
}

function tidy(dict: FlatDict | FlattenRefusal): FlatDict | FlattenRefusal {
  if (typeof dict === 'string') return dict;
  for (const symbol of Object.getOwnPropertySymbols(dict)) Reflect.deleteProperty(dict, symbol);
  for (const key of Object.keys(dict)) if (dict[key] === undefined) delete dict[key];
  return dict;
}
