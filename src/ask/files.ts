import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beginOf, HOUR_MILLIS } from '../receiver/store/file-names.js';
import { codeOf } from '../runtime/foreign.js';

/** A file of records: an object a line. */
export interface RecordFile {
  /** Its name: whoever reads it does so in its directory. */
  readonly path: string;
  readonly bytes: number;
}

/** A span of time, in milliseconds since 1970. */
export interface Span {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

const GZIPPED = /\.gz$/;

export const isGzipped = (path: string): boolean => GZIPPED.test(path);

const plain = (name: string): string => name.replace(GZIPPED, '');

/** None where the directory was not made yet, or was removed. */
function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The files of a directory that can have records of the span, by the hours in their names, the oldest first. */
export function recordFiles(
  directory: string,
  { since = 0, until = Number.POSITIVE_INFINITY }: Span = {},
): RecordFile[] {
  const all = new Set(namesIn(directory));
  // While gzip is at work, both are there, and the compressed one is not whole.
  const names = [...all].filter(
    (name) => plain(name).endsWith('.ndjson') && !(isGzipped(name) && all.has(plain(name))),
  );
  const inSpan = names.sort().filter((name) => {
    const begin = beginOf(plain(name));
    // What arrived at the end of an hour may have been written in the next one.
    return Number.isNaN(begin) || (begin < until + HOUR_MILLIS && begin + HOUR_MILLIS > since);
  });
  return inSpan
    .map((name) => {
      const stat = statSync(join(directory, name), { throwIfNoEntry: false });
      return { path: name, bytes: stat?.isFile() ? stat.size : 0 };
    })
    .filter(({ bytes }) => bytes > 0);
}
