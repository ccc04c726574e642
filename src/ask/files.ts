import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file of records: an object a line. */
export interface RecordFile {
  readonly path: string;
  readonly bytes: number;
}

/** A span of time, in milliseconds since 1970. */
export interface Span {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

const HOUR_MILLIS = 3_600_000;
const HOUR = /^(\d{4}-\d{2}-\d{2}T\d{2})/;

/** The files of a directory that can have records of the span, by the hours in their names, the oldest first. */
export function recordFiles(
  directory: string,
  { since = 0, until = Number.POSITIVE_INFINITY }: Span = {},
): RecordFile[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.ndjson'));
  const inSpan = names.sort().filter((name) => {
    const begin = Date.parse(`${HOUR.exec(name)?.[1] ?? ''}:00:00Z`);
    // What arrived at the end of an hour may have been written in the next one.
    return Number.isNaN(begin) || (begin < until + HOUR_MILLIS && begin + HOUR_MILLIS > since);
  });
  return inSpan
    .map((name) => {
      const path = join(directory, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      return { path, bytes: stat?.isFile() ? stat.size : 0 };
    })
    .filter(({ bytes }) => bytes > 0);
}
