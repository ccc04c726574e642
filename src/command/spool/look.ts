import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FoundLife, listLives } from '../../spool/lives.js';
import { readOwner } from '../../spool/owner.js';
import { ageOf, counted, sizeOf } from '../words.js';
import { waitingIn } from './contents.js';
import { wordsOnDeadLetters } from './dead-letters.js';

interface Sum {
  readonly records: number;
  readonly bytes: number;
  readonly damaged: number;
  /** Of the oldest segment with a record that waits. */
  readonly since: number;
  /** Files that can't be read at all. */
  readonly unreadable: number;
}

const NOTHING: Sum = { records: 0, bytes: 0, damaged: 0, since: Number.POSITIVE_INFINITY, unreadable: 0 };

/** What waits in a directory, as text: a line for all, and one for each life. Says whether all of it can be read. */
export async function look(
  directory: string,
  now: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const lives = await listLives(directory);
  const found = lives.map((life) => ({ life, sum: sumOf(life) })).sort((a, b) => a.sum.since - b.sum.since);
  const rows = found.map(({ life, sum }) => [life.id, stateOf(life), ...wordsOf(sum, now), ownerOf(life)]);
  const all = found.reduce((sum, { sum: one }) => add(sum, one), NOTHING);
  const lines = [
    `${directory}: ${wordsOfAll(all, now)}`,
    ...(rows.length > 0 ? ['', ...table([HEAD, ...rows])] : []),
    ...keptAside(directory),
    ...givenUp(directory),
  ];
  return { text: `${lines.join('\n')}\n`, isWhole: all.damaged === 0 && all.unreadable === 0 };
}

const HEAD = ['LIFE', 'STATE', 'RECORDS', 'SIZE', 'OLDEST', 'DAMAGED', 'PROCESS'];

function sumOf(life: FoundLife): Sum {
  let sum = NOTHING;
  for (const { records, bytes, damaged, since, unreadable } of waitingIn(life)) {
    sum = add(sum, {
      records: records.length,
      bytes,
      damaged,
      since: records.length > 0 ? since : NOTHING.since,
      unreadable: unreadable === undefined ? 0 : 1,
    });
  }
  return sum;
}

const add = (a: Sum, b: Sum): Sum => ({
  records: a.records + b.records,
  bytes: a.bytes + b.bytes,
  damaged: a.damaged + b.damaged,
  since: Math.min(a.since, b.since),
  unreadable: a.unreadable + b.unreadable,
});

function wordsOfAll({ records, bytes, damaged, since, unreadable }: Sum, now: number): string {
  return [
    records === 0 ? 'no records wait' : `${counted(records, 'record')} waiting, ${sizeOf(bytes)}`,
    ...(records > 0 ? [`the oldest for ${ageOf(since, now)} at the most`] : []),
    ...(damaged > 0 ? [`${damaged} damaged`] : []),
    ...(unreadable > 0 ? [`${counted(unreadable, 'file')} that can't be read`] : []),
  ].join(', ');
}

const wordsOf = ({ records, bytes, damaged, since }: Sum, now: number): string[] => [
  `${records}`,
  sizeOf(bytes),
  records > 0 ? ageOf(since, now) : '-',
  `${damaged}`,
];

/** It may be alive on another machine, or belong to another user. */
const stateOf = ({ state, takenBy }: FoundLife): string =>
  takenBy !== undefined && state === 'alive' ? 'taken over' : state;

function ownerOf({ path, takenBy }: FoundLife): string {
  const { pid, host, since } = readOwner(path) ?? {};
  const owner = pid === undefined ? 'unknown' : `${pid} on ${host}, since ${since}`;
  return takenBy === undefined ? owner : `${owner}; taken over by ${takenBy}`;
}

function keptAside(directory: string): string[] {
  try {
    const { length } = readdirSync(join(directory, 'damaged'));
    return length === 0
      ? []
      : ['', `${counted(length, 'damaged file')} kept in ${join(directory, 'damaged')}`];
  } catch {
    return [];
  }
}

function givenUp(directory: string): string[] {
  const words = wordsOnDeadLetters(directory);
  return words === undefined ? [] : ['', words];
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
