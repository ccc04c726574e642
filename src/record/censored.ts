import { CENSORED, type Rule } from '../redact/rule.js';
import { promiseOf } from '../runtime/foreign.js';
import { entriesOf, put } from './entries.js';
import { isNoRoom } from './room.js';

/** What stands for a copied value, `undefined` if it is left out. A function that fails must not let the value through. */
export function censored(
  value: unknown,
  { censor, removes }: Rule,
  path: readonly (string | number)[],
  copy: (value: unknown) => unknown,
): unknown {
  if (removes) return undefined;
  if (typeof censor === 'string') return censor;
  try {
    const returned = censor(plain(value), path.map(String));
    const promise = promiseOf(returned);
    if (promise === undefined) return copy(returned);
    promise.catch(() => {}); // nobody else would
    return CENSORED;
  } catch (error) {
    if (isNoRoom(error)) throw error;
    return CENSORED;
  }
}

/** A copy as an application knows it, of plain objects and arrays. */
function plain(copied: unknown): unknown {
  if (typeof copied !== 'object' || copied === null) return copied;
  if (Array.isArray(copied)) return copied.map(plain);
  const { keys, values } = entriesOf(copied);
  const fields = {};
  for (const [index, key] of keys.entries()) put(fields, key, plain(values[index]));
  return fields;
}
