import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Life, openLife } from '../../src/spool/life.js';
import { lineOf } from '../../src/spool/line.js';
import {
  headLine,
  logName,
  type SegmentHead,
  scanSegment,
  settledName,
} from '../../src/spool/segment-file.js';

/** Of the keys of all of their records. */
export const PREFIX = '00000000-0000-8000';

/** A segment's file with records that have these ids, and what is settled of it; gives its path. */
export function segmentOf({ path }: Life, ids: readonly number[], settled = '', number = 1): string {
  const file = join(path, logName(number));
  const lines = ids.map((id, index) => lineOf(`${index} {"id":${id},"text":"schön"}`));
  writeFileSync(file, headLine({ prefix: PREFIX, first: 0, format: 'object' }) + lines.join(''));
  if (settled !== '') writeFileSync(settledName(file), settled);
  return file;
}

/** The same in a life that is over. */
export function leaveSegment(directory: string, ids: readonly number[], settled = ''): string {
  const life = openLife(directory, { wallNow: () => 0 });
  const file = segmentOf(life, ids, settled);
  life.close();
  return file;
}

/** What is whole in a segment's file. */
export function readSegment(path: string): {
  readonly head: SegmentHead | undefined;
  readonly records: readonly { readonly index: number; readonly json: string }[];
  readonly damaged: number;
} {
  const bytes = readFileSync(path);
  const { head, indexes, starts, ends, damaged } = scanSegment(bytes);
  const records = indexes.map((index, at) => ({ index, json: bytes.toString('utf8', starts[at], ends[at]) }));
  return { head, records, damaged };
}
