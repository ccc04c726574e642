import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve as absolute } from 'node:path';
import { clearTimeout, setTimeout } from '../runtime/timers.js';
import { recordFiles, type Span } from './files.js';
import { type Answer, AskError, type NoAnswer, type Question } from './question.js';

export interface AskOptions extends Span {
  readonly maxRows?: number;
  readonly timeoutMillis?: number;
  readonly maxMemoryBytes?: number;
  /** Of an answer. */
  readonly maxCharacters?: number;
  /** Ends the question, and its process. */
  readonly signal?: AbortSignal;
}

/** Asks the records in the files of a directory. Throws an `AskError` where there is no answer. */
export function ask(directory: string, sql: string, options: AskOptions = {}): Promise<Answer> {
  const { maxRows = 1000, timeoutMillis = 60_000, maxMemoryBytes = 2e9 } = options;
  const { maxCharacters = 64 * 1024 * 1024, since, until } = options;
  let question: Question;
  try {
    const files = recordFiles(directory, { since, until });
    if (files.length === 0) throw new AskError(`there are no records in ${directory}`, 'failed');
    const limits = { maxRows, maxMemoryBytes, maxCharacters };
    question = { sql, directory: absolute(directory), files, ...limits, since, until };
  } catch (error) {
    return Promise.reject(error);
  }
  return inChild(question, timeoutMillis, options.signal);
}

/** A process of its own: it can be ended at any moment, and what it does wrong ends nobody else. */
function inChild(
  question: Question,
  timeoutMillis: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(childFile(), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: ['--no-warnings'],
    });
    const end = (settle: () => void): void => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', cancel);
      child.kill('SIGKILL');
      settle();
    };
    const fail = (message: string, why: NoAnswer['why']): void =>
      end(() => reject(new AskError(message, why)));
    const limit = setTimeout(
      () => fail(`no answer within ${timeoutMillis / 1000} s`, 'limit'),
      timeoutMillis,
    );
    const cancel = (): void => fail('cancelled', 'failed');
    signal?.addEventListener('abort', cancel, { once: true });
    child.once('message', (message: Answer | NoAnswer) => {
      if ('error' in message) fail(message.error, message.why);
      else end(() => resolve(message));
    });
    // There can be two: of the process, and of what it was to be sent.
    child.on('error', ({ message }) => fail(message, 'failed'));
    child.once('exit', (code, by) =>
      fail(`the process that answers has ended (${by ?? code}), for want of memory perhaps`, 'limit'),
    );
    if (signal?.aborted) cancel();
    else if (child.connected) child.send(question, () => {});
  });
}

/** Beside this file as it is built, or built from it. */
function childFile(): string {
  const places = [`${import.meta.dirname}/ask-child.cjs`, `${import.meta.dirname}/../../dist/ask-child.cjs`];
  const found = places.find((path) => existsSync(path));
  if (found === undefined) throw new AskError(`${places[0]} is not there`, 'failed');
  return found;
}
