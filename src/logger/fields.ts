import type { AdmissionConfig } from '../config/config.js';
import { show } from '../config/rules.js';
import { Copied, type CopiedFields } from '../record/copied.js';
import { put } from '../record/entries.js';
import { flatDictOf, flattenFields } from '../record/flatten.js';
import { callHook, HookFault } from '../record/hook.js';
import { areWellFormed } from '../record/text.js';
import { warnOfSettings } from '../runtime/warnings.js';
import type { FlatDict } from '../types/json.js';

/** What a logger adds to its records, the nearest first. An object is flat already; a function is asked for each record. */
export type FieldSources = readonly (FlatDict | (() => FlatDict | undefined))[];

export type FieldsConfig = Pick<AdmissionConfig, 'maxPayloadBytes' | 'redact'>;

/** The fields of a logger, before those of the one that it is a child of, if it is one. Never throws: `child()` is called while requests come. */
export function joinFields(
  given: unknown,
  outer: FieldSources | undefined,
  config: FieldsConfig,
): FieldSources | undefined {
  const own = typeof given === 'function' ? askingFor(given as () => unknown, config) : flat(given, config);
  if (own === undefined) return outer;
  const [next, ...others] = outer ?? [];
  if (next === undefined) return [own];
  if (typeof own === 'function' || typeof next === 'function') return [own, next, ...others];
  addMissing(own, next);
  return [own, ...others];
}

/** A record with what it does not have, by the names that are sent. May change it. */
export function withFields(record: FlatDict | Copied, sources: FieldSources): FlatDict | Copied {
  if (!(record instanceof Copied)) {
    addFields(record, sources);
    return record;
  }
  const { fields } = record;
  if (!areWellFormed(Object.keys(fields))) return withFields(flatDictOf(fields), sources);
  addFields(fields, sources);
  return record;
}

function addFields(dict: CopiedFields, sources: FieldSources): void {
  for (const source of sources) {
    const fields = typeof source === 'function' ? source() : source;
    if (fields !== undefined) addMissing(dict, fields);
  }
}

/** A field that is undefined is not sent, so it is missing, too. */
function addMissing(dict: CopiedFields, fields: FlatDict): void {
  for (const key of Object.keys(fields)) {
    if (!Object.hasOwn(dict, key) || dict[key] === undefined) put(dict, key, fields[key]);
  }
}

/** Fields as they are now. */
function flat(given: unknown, { maxPayloadBytes, redact }: FieldsConfig): FlatDict | undefined {
  if (given === null || given === undefined) return undefined;
  const fields = flattenFields(given, maxPayloadBytes, redact);
  if (typeof fields === 'object') return fields;
  tell(fields === 'invalid' ? `must be an object with fields, or a function, got ${show(given)}` : TOO_LARGE);
  return undefined;
}

/** Tells once what is wrong with a function: it is asked for each record. */
function askingFor(
  ask: () => unknown,
  { maxPayloadBytes, redact }: FieldsConfig,
): () => FlatDict | undefined {
  let isTold = false;
  return () => {
    const fields = callHook(ask, maxPayloadBytes, redact);
    if (fields === null || fields === undefined) return undefined;
    if (typeof fields === 'object' && !(fields instanceof HookFault)) return fields;
    if (!isTold) tell(typeof fields === 'string' ? TOO_LARGE : `are asked of a function that ${fields.what}`);
    isTold = true;
    return undefined;
  };
}

const TOO_LARGE = 'can not be read, or are above maxPayloadBytes';

/** What a fault says can be different each time, and children come by the thousand: all such warnings count as one. */
const tell = (fault: string): void =>
  warnOfSettings(`fields ${fault}; records are sent without them`, 'warn', 'fields');
