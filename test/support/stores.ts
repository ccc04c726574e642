import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRecords } from '../../src/receiver/body/find-records.js';
import { ADDED_NAMES, type Lines, linesOf } from '../../src/receiver/body/stored-lines.js';
import type { Disk } from '../../src/receiver/store/disk.js';
import { FileStore, type StoreSettings } from '../../src/receiver/store/file-store.js';
import { FakeClock } from './fake-clock.js';

/** A directory that goes with the test. */
export function temporary(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'receiver-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

const STORE_SETTINGS: Omit<StoreSettings, 'directory'> = {
  isSynced: true,
  maxFileBytes: 2 ** 28,
  maxKeys: 1000,
  retentionMillis: undefined,
  maxBytes: undefined,
};

/** The disk, some of whose functions a test replaces. */
export const diskWith = (functions: Partial<Disk>): Disk => ({ ...fs, statSync, ...functions });

/** A clock that a test can set, besides moving it on. */
export class WallClock extends FakeClock {
  offset = 0;

  override wallNow(): number {
    return super.wallNow() + this.offset;
  }
}

/** A store, and what it says. */
export async function openStore(
  directory: string,
  settings: Partial<StoreSettings> = {},
  clock = new WallClock(),
  disk?: Disk,
): Promise<{ readonly store: FileStore; readonly said: string[]; readonly clock: WallClock }> {
  const said: string[] = [];
  const store = await FileStore.open(
    { ...STORE_SETTINGS, directory, ...settings },
    (message) => said.push(message),
    clock,
    disk,
  );
  return { store, said, clock };
}

/** The lines of records, all with the same time of arrival. */
export function linesFor(...records: readonly object[]): Lines {
  const body = Buffer.from(records.map((record) => JSON.stringify(record)).join('\n'));
  return linesOf(body, findRecords(body, ADDED_NAMES), '2026-01-01T00:00:00.000Z');
}

/** The files with records, by name. */
export const filesIn = (directory: string): string[] =>
  readdirSync(directory).filter((name) => name.endsWith('.ndjson'));

/** The ids of all records in the files. */
export const idsIn = (directory: string): unknown[] =>
  filesIn(directory)
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).id);
