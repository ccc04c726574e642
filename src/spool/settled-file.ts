import fs from 'node:fs';
import type { Range } from '../queue/cuts.js';
import type { Files } from './files.js';
import { lineOf, MOST_RECORDS, readLines } from './line.js';

/** What became of a segment's records: those that are settled, and those that go out in one payload. */
export interface Ranges {
  readonly settled: readonly Range[];
  /** In order; none overlaps another. */
  readonly cuts: readonly Range[];
}

export const NO_RANGES: Ranges = { settled: [], cuts: [] };

export const rangeLine = (kind: 'settled' | 'cut', from: number, to: number): string =>
  lineOf(`${kind} ${from} ${to}`);

/** Reads what is whole. What is damaged is not settled: its records are sent again, with the same key. */
export function scanSettled(bytes: Buffer): Ranges {
  const settled: Range[] = [];
  const cuts: Range[] = [];
  readLines(bytes, {
    whole(start, end) {
      const [, kind, from, to] = LINE.exec(bytes.toString('latin1', start, end)) ?? [];
      const range = { from: Number(from), to: Number(to) };
      if (kind === undefined || range.from >= range.to || range.to > MOST_RECORDS) return;
      if (kind === 'settled') settled.push(range);
      else cuts.push(range);
    },
    damaged() {},
  });
  return { settled, cuts: apart(cuts) };
}

const LINE = /^(settled|cut) (\d{1,8}) (\d{1,8})$/;

/** In order, without those that overlap an earlier one. */
function apart(cuts: readonly Range[]): Range[] {
  let end = 0;
  return [...cuts]
    .sort((a, b) => a.from - b.from)
    .filter(({ from, to }) => {
      if (from < end) return false;
      end = to;
      return true;
    });
}

/** Nothing is settled where there is no such file. */
export function readSettled(path: string, files: Pick<Files, 'readFileSync'> = fs): Ranges {
  try {
    return scanSettled(files.readFileSync(path));
  } catch {
    return NO_RANGES;
  }
}
