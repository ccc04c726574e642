import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRemoteLogger } from '../../src/index.js';
import { openLife } from '../../src/spool/life.js';
import { listLives } from '../../src/spool/lives.js';
import { readOwner } from '../../src/spool/owner.js';

const NFS = 0x6969;
const EXT4 = 0xef53;

/** On which file system a test is. */
const disk = vi.hoisted(() => ({ type: 0 }));
vi.mock('node:fs', async (original) => ({
  ...(await original<typeof import('node:fs')>()),
  statfsSync: () => ({ type: disk.type }),
}));

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spool-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A dead life, with an owner's file as `change` makes it. */
function leave(change: (text: string) => string): void {
  const life = openLife(directory, { wallNow: () => 0 });
  writeFileSync(join(life.path, '00000001.log'), 'a record\n');
  const text = JSON.stringify(readOwner(life.path));
  life.close();
  writeFileSync(join(life.path, 'owner'), change(text));
}

test('an owner is somebody whom people know', () => {
  const life = openLife(directory, { wallNow: () => 0 });
  expect(readOwner(life.path)).toMatchObject({
    pid: process.pid,
    host: expect.any(String),
    since: '1970-01-01T00:00:00.000Z',
  });
  life.close();
});

test('an owner says where a logger sends, without its secrets', async () => {
  const url = 'http://user:secret@127.0.0.1:9/logs?key=secret';
  const logger = createRemoteLogger({ url, spool: directory });
  logger.log({ a: 1 });
  const [life] = await listLives(directory);
  const text = JSON.stringify(readOwner(life?.path ?? ''));
  expect(text).toContain('http://127.0.0.1:9/logs?***');
  expect(text).not.toContain('secret');
  await logger.shutdown({ timeoutMillis: 0 });
});

const same = (text: string): string => text;
const another = (text: string): string => text.replace(/"boot":"[^"]*"/, '"boot":"another"');
const damaged = (text: string): string => text.slice(0, 20);

test.skipIf(process.platform !== 'linux').each([
  ['of this start of the machine, on a disk,', same, EXT4, 'dead'],
  ['of this start of the machine, on a network file system,', same, NFS, 'dead'],
  ['of another start, on a disk, which one machine has at a time,', another, EXT4, 'dead'],
  ['of another start, on a network file system, where another machine may have it,', another, NFS, 'unknown'],
  ['of whom nothing is known, on a disk,', damaged, EXT4, 'dead'],
  ['of whom nothing is known, on a network file system,', damaged, NFS, 'unknown'],
])('what nobody here has locked, %s is as it should be', async (_name, change, type, state) => {
  disk.type = type;
  leave(change);
  expect((await listLives(directory)).map((life) => life.state)).toEqual([state]);
});
