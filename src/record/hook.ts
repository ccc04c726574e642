import { show } from '../config/rules.js';
import type { Redaction } from '../redact/redaction.js';
import { promiseOf, textOf } from '../runtime/foreign.js';
import { asOwnWork } from '../runtime/own-work.js';
import type { FlatDict } from '../types/json.js';
import { type FlattenRefusal, flattenFields } from './flatten.js';

/** What is wrong with what a function of the application did, for people: `threw Error: no`, say. */
export class HookFault {
  constructor(readonly what: string) {}
}

/** What a function of the application answers: fields, flattened, or none. */
type Answer = FlatDict | null | undefined | Exclude<FlattenRefusal, 'invalid'> | HookFault;

/**
 * Asks a function of the application for the fields of a record. It must answer at once, within `log()`, and what it logs is not sent.
 * Its answer is copied, so what it does with it later does not show.
 */
export function callHook(
  hook: () => unknown,
  maxCharacters: number,
  redaction?: Redaction | undefined,
): Answer {
  let returned: unknown;
  try {
    returned = asOwnWork(hook);
  } catch (error) {
    return new HookFault(`threw ${textOf(error)}`);
  }
  if (returned === null || returned === undefined) return returned;
  const promise = promiseOf(returned);
  if (promise !== undefined) {
    promise.catch(ignore); // a rejection that nobody takes would end the process
    return new HookFault('returned a promise, and must answer at once');
  }
  const fields = flattenFields(returned, maxCharacters, redaction);
  return fields === 'invalid' ? new HookFault(`returned ${show(returned)} that has no fields`) : fields;
}

const ignore = (): void => {};
