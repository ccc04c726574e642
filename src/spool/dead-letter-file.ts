import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Refused, whyOf } from '../types/send-result.js';
import { lineOf, numberAt, readLines } from './line.js';

/** The folder of a spool's directory for records that were given up. */
export const deadLetterFolder = (directory: string): string => join(directory, 'dead-letters');

/** The paths of the files in it; none where there is no such folder. */
export function deadLetterFiles(directory: string): string[] {
  const folder = deadLetterFolder(directory);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

/** Says why and when the records behind it were given up. A segment's reader skips it. */
export const noteLine = (why: Refused, now: number): string =>
  lineOf(`given-up ${new Date(now).toISOString()} ${why.reason} ${JSON.stringify(whyOf(why))}`);

const NOTE = /^given-up \S+ (\S+) /;

export interface DeadLetter {
  readonly reason: string;
  readonly json: string;
}

/** What is whole in a file. */
export function scanDeadLetters(bytes: Buffer): DeadLetter[] {
  const letters: DeadLetter[] = [];
  let reason = 'unknown';
  readLines(bytes, {
    whole(from, to) {
      const text = bytes.toString('utf8', from, to);
      if (numberAt(bytes, from) === -1) reason = NOTE.exec(text)?.[1] ?? reason;
      else letters.push({ reason, json: text.slice(text.indexOf(' ') + 1) });
    },
    damaged() {},
  });
  return letters;
}
