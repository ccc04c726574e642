/**
 * What the application's own functions return and throw. It can be anything: a Proxy that throws when it is read for the
 * second time, an object that can't be made text of, a promise of another realm.
 */

/** What was thrown, as text. */
export function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return `${typeof thrown} that is no text`;
  }
}

/**
 * What a function returned, as a promise of ours, where it is one or acts as one; `undefined` where it is neither. Never
 * throws: what goes wrong with it is a rejection, and it settles once, whatever it does.
 */
export function promiseOf<T>(returned: T): Promise<Awaited<T>> | undefined {
  if ((typeof returned !== 'object' && typeof returned !== 'function') || returned === null) return undefined;
  try {
    if (typeof (returned as { readonly then?: unknown }).then !== 'function') return undefined;
  } catch (error) {
    return Promise.reject(error);
  }
  return new Promise((resolve) => resolve(returned as Awaited<T>));
}

/** The code of a system error; '' for anything else. */
export function codeOf(error: unknown): string {
  const { code } = Object(error) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}
