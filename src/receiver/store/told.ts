import { textOf } from '../../runtime/foreign.js';

/** What people are told when records can't be stored, and when they can be again. */

export const failureIn = (directory: string, error: unknown): string =>
  `records can't be stored in ${directory} now (${textOf(error)})`;

export function tellFailure(tell: (message: string) => void, failure: string): void {
  tell(`${failure}; senders are answered 503, and keep theirs`);
}

export function tellStored(tell: (message: string) => void, directory: string): void {
  tell(`records are stored in ${directory} again`);
}
