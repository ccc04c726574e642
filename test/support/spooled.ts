import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { waitingIn } from '../../src/command/spool/contents.js';

/**
 * Whether the suite runs with queues on disk, as the projects `faults-spool` and `faults-spool-thread` have it. Each test has a
 * directory for its loggers then (`spool-setup.ts`), and each process that it starts has one of its own (`child.ts`).
 */
export const isSpooled = process.env['SPOOLED'] === 'true';

/** What holds in both kinds of suite, side by side: with queues in memory, and with queues on disk. */
export const where = <T>(both: { readonly inMemory: T; readonly onDisk: T }): T =>
  isSpooled ? both.onDisk : both.inMemory;

/** A new directory for a queue on disk; empty text, which is no setting, where queues are in memory. */
export const newSpool = (): string => (isSpooled ? mkdtempSync(join(tmpdir(), 'spool-')) : '');

/** The ids of the records that wait in a directory, in order; `undefined` where none does, or where there is no directory. */
export function leftIn(directory: string | undefined): readonly unknown[] | undefined {
  if (!directory) return undefined;
  const lives = readdirSync(directory).map((name) => ({ path: join(directory, name) }));
  const ids = lives.flatMap((life) => [...waitingIn({ ...life, state: 'dead' })]).flatMap(idsOf);
  return ids.length === 0 ? undefined : ids.sort((a, b) => Number(a) - Number(b));
}

const idsOf = ({ records }: { readonly records: readonly string[] }): unknown[] =>
  records.map((record) => JSON.parse(record).id);

/** The same for the loggers of the test that is running. */
export const leftHere = (): readonly unknown[] | undefined => leftIn(process.env['REMOTE_LOGGER_SPOOL']);

/** What a process leaves in its directory that ends with these undelivered: the ids of all of them. */
export const left = (...ids: readonly unknown[]): readonly unknown[] | undefined =>
  where({ inMemory: undefined, onDisk: ids });

/** The same of one that dies without a word: what was delivered in its last second may be there, too. */
export const leftByDeath = (...ids: readonly unknown[]): readonly unknown[] | undefined =>
  where({ inMemory: undefined, onDisk: expect.arrayContaining([...ids]) });

/** What a process says of its undelivered records as it ends; with queues on disk nothing, as none is lost. */
export const undelivered = (...counts: readonly number[]): string[] =>
  where({
    inMemory: counts.map(
      (count) =>
        `otel-remote-logger: the process ends with ${count} ${count === 1 ? 'record' : 'records'} undelivered`,
    ),
    onDisk: [],
  });
