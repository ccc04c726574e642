import { AsyncLocalStorage } from 'node:async_hooks';
import { promiseOf } from './foreign.js';

/**
 * Marks what runs on the logger's own behalf: its requests, its messages, its callbacks. A record that is logged there,
 * through a bridged diag, an instrumented console or a headers function, would cause the next one, and so on.
 * The mark goes where the work goes, into whatever it starts, so it ends with the work.
 */
type Marks = AsyncLocalStorage<Work>;

/** Work of the logger, which knows when it is over. */
export interface Work {
  readonly over: boolean;
}

/** For all copies of this package in the process: what one of them sends, another must not log. */
const GLOBAL_KEY = Symbol.for('otel-remote-logger.own-work');
const global = globalThis as { [GLOBAL_KEY]?: Marks };
global[GLOBAL_KEY] ??= new AsyncLocalStorage();
const marks: Marks = global[GLOBAL_KEY];

/** Whether a moment of own work is on. */
let isMoment = false;

export const isOwnWork = (): boolean => isMoment || marks.getStore()?.over === false;

/**
 * Begins a moment of own work, for what returns at once and is done for each record, such as measuring it: a mark would cost too
 * much. Returns `false` within such a moment: then the caller must do nothing, as that would cause the next moment, and so on.
 * Otherwise the caller ends the moment.
 */
export function beginMoment(): boolean {
  if (isMoment) return false;
  isMoment = true;
  return true;
}

export function endMoment(): void {
  isMoment = false;
}

/** Runs work whose records are not sent, until it returns or, if it is asynchronous, settles. */
export function asOwnWork<T>(work: () => T): T {
  const mark = { over: false };
  const end = (): void => {
    mark.over = true;
  };
  let result: T | undefined;
  try {
    result = marks.run(mark, work);
    return result;
  } finally {
    const promise = promiseOf(result);
    if (promise === undefined) end();
    else promise.then(end, end);
  }
}

const FOREVER: Work = { over: false };

/** Whether what runs is marked for as long as it lives, so that it needs no other mark. */
export const isOwnForever = (): boolean => marks.getStore() === FOREVER;

/** The same for work that goes on after what starts it has returned, until it is over. It is marked once. */
export const runAsOwnWork = <T>(work: Work, start: () => T): T =>
  marks.getStore() === work ? start() : marks.run(work, start);

/** The same for what nobody but the logger ever uses, such as its sockets: their events come for as long as they live. */
export const asOwnForever = <T>(work: () => T): T => marks.run(FOREVER, work);
