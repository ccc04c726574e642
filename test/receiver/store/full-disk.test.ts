import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Disk } from '../../../src/receiver/store/disk.js';
import { diskWith, filesIn, idsIn, linesFor, openStore, temporary } from '../../support/stores.js';

const FILE = '2026-01-01T00.ndjson';
const MIB = 1024 * 1024;

/** A directory as it is when its process is killed after the record 1. */
async function killed(path: string): Promise<string> {
  const { store } = await openStore(path);
  await store.append(linesFor({ id: 1 }), 'one');
  cpSync(path, `${path}.killed`, { recursive: true, filter: (from) => !/lock\.\d+$/.test(from) });
  await store.close();
  return `${path}.killed`;
}

/** A disk on which files can't be opened for writing where there is an error for their path. */
const failingDisk = (errorFor: (path: string) => string | undefined): Disk =>
  diskWith({
    open: (async (path: string, flags: string, mode?: number) => {
      const code = flags === 'r' ? undefined : errorFor(path);
      if (code !== undefined) throw Object.assign(new Error(`${code}: it fails`), { code });
      return fs.open(path, flags, mode);
    }) as Disk['open'],
  });

describe('a disk that is full at the start', () => {
  it('gets room from old files, which are removed before anything is written', async () => {
    using directory = temporary();
    const path = await killed(join(directory.path, 'store'));
    const old = join(path, '2025-12-31T00.ndjson');
    writeFileSync(old, 'x'.repeat(1000));
    const disk = failingDisk(() => (existsSync(old) ? 'ENOSPC' : undefined));
    const { store, said } = await openStore(path, { maxBytes: 500 }, undefined, disk);
    expect(await store.append(linesFor({ id: 2 }), 'two')).toBe('stored');
    expect([idsIn(path), said]).toEqual([[1, 2], []]);
    await store.close();
  });

  it('keeps the newest file, which is written on, however little may be stored', async () => {
    using directory = temporary();
    const path = await killed(join(directory.path, 'store'));
    const { store } = await openStore(path, { maxBytes: 1 });
    expect(await store.append(linesFor({ id: 1 }), 'one')).toBe('repeated');
    expect(filesIn(path)).toEqual([FILE]);
    await store.close();
  });

  it('has what does not count cut off, also where there is no room to keep it aside', async () => {
    using directory = temporary();
    const path = await killed(join(directory.path, 'store'));
    appendFileSync(join(path, FILE), '{"id":9');
    const disk = failingDisk((name) => (name.includes('cut-off') ? 'ENOSPC' : undefined));
    const { store, said } = await openStore(path, {}, undefined, disk);
    expect(await store.append(linesFor({ id: 2 }), 'two')).toBe('stored');
    expect(idsIn(path)).toEqual([1, 2]);
    expect(said).toEqual([
      expect.stringMatching(/7 bytes .* are cut off, and not kept, as the disk is full$/),
    ]);
    await store.close();
  });

  it('has it told when the cause becomes another one, and no oftener', async () => {
    using directory = temporary();
    let code: string | undefined = 'ENOSPC';
    const { store, said, clock } = await openStore(
      directory.path,
      {},
      undefined,
      failingDisk(() => code),
    );
    const again = async (): Promise<void> => {
      await clock.advance(5000);
      while (clock.nextAt === undefined && said.length < 3) await new Promise(setImmediate);
    };
    await again();
    expect(said).toEqual([expect.stringContaining('ENOSPC: it fails')]);
    code = 'EROFS';
    await again();
    expect(said.slice(1)).toEqual([expect.stringContaining('EROFS: it fails')]);
    await expect(store.append(linesFor({ id: 1 }), 'one')).rejects.toThrow('EROFS');
    code = undefined;
    await again();
    expect(said.slice(2)).toEqual([expect.stringContaining('again')]);
    await store.close();
  });
});

describe('what is cut off', () => {
  it('is kept up to 64 MiB, beside a folder that somebody has made there', async () => {
    using directory = temporary();
    const path = await killed(join(directory.path, 'store'));
    const aside = join(path, '.journal', 'cut-off');
    for (let nth = 0; nth < 101; nth++) mkdirSync(join(aside, `folder-${nth}`), { recursive: true });
    const { size } = statSync(join(path, FILE));
    truncateSync(join(path, FILE), size + 65 * MIB);
    const { store, said } = await openStore(path);
    const [name = '', ...folders] = readdirSync(aside);
    expect(statSync(join(aside, name)).size).toBe(64 * MIB);
    expect(folders).toHaveLength(101);
    expect(said.join()).toContain(`the first ${64 * MIB} of them are kept in ${join(aside, name)}`);
    expect(statSync(join(path, FILE)).size).toBe(size);
    await store.close();
  });
});
