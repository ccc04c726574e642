import { crc32 } from 'node:zlib';

/**
 * A line of the journal: so far a file with records counts. The records from `start` to `end` came with these keys. Both are in
 * one line, so a payload counts if, and only if, its key is known.
 */
export interface Commit {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  /** Of the bytes of the file from `start` to `end`. */
  readonly checksum: number;
  /** See `keyOf`. */
  readonly keys: readonly string[];
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

const lineOf = (text: string): string => `${hex(crc32(text))} ${text}\n`;

export const commitLine = ({ file, start, end, checksum, keys }: Commit): string =>
  lineOf(`${file} ${start} ${end} ${hex(checksum)} ${keys.join(',')}`);

/** The last line of a process that has ended well: all before it counts, whatever people do to the files afterwards. */
export const CLOSED = lineOf('closed');

/** A line as it was read: where it begins and ends in its file, and what it says. */
export interface ReadLine {
  readonly start: number;
  readonly end: number;
  /** `undefined` for that of a process that has ended well. */
  readonly commit: Commit | undefined;
}

/** The whole lines of a journal's file. What is damaged is left out. */
export function* linesIn(bytes: Buffer): Generator<ReadLine> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf('\n', start);
    if (newline === -1) return;
    const text = bytes.toString('latin1', start, newline);
    const end = newline + 1;
    if (text.slice(0, 8) === hex(crc32(text.slice(9)))) yield { start, end, commit: commitIn(text) };
    start = end;
  }
}

function commitIn(text: string): Commit | undefined {
  const [, file = '', start, end, checksum = '', keys = ''] = text.split(' ');
  if (end === undefined) return undefined;
  return {
    file,
    start: Number(start),
    end: Number(end),
    checksum: Number.parseInt(checksum, 16),
    keys: keys === '' ? [] : keys.split(','),
  };
}
