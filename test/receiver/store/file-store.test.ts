import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Disk } from '../../../src/receiver/store/disk.js';
import { diskWith, filesIn, idsIn, linesFor, openStore, temporary } from '../../support/stores.js';

const FILE = '2026-01-01T00.ndjson';
const LOG = join('.journal', '00000001.log');

describe('a store', () => {
  it('keeps records in a file that others can not read', async () => {
    using directory = temporary();
    const path = join(directory.path, 'records');
    const { store } = await openStore(path);
    expect(await store.append(linesFor({ id: 1 }, { id: 2 }), undefined)).toBe('stored');
    expect(readFileSync(join(path, FILE), 'utf8')).toBe(
      '{"id":1,"received_at":"2026-01-01T00:00:00.000Z"}\n{"id":2,"received_at":"2026-01-01T00:00:00.000Z"}\n',
    );
    const modes = [path, join(path, '.journal'), join(path, FILE), join(path, LOG)].map(
      (one) => statSync(one).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o700, 0o600, 0o600]);
    await store.close();
  });

  it('stores what comes again once, also while it is being written, and in the next process', async () => {
    using directory = temporary();
    const { store } = await openStore(directory.path);
    const both = [store.append(linesFor({ id: 1 }), 'key'), store.append(linesFor({ id: 1 }), 'key')];
    expect(await Promise.all(both)).toEqual(['stored', 'repeated']);
    expect(await store.append(linesFor({ id: 1 }), 'key')).toBe('repeated');
    await store.close();
    const { store: next } = await openStore(directory.path);
    expect(await next.append(linesFor({ id: 1 }), 'key')).toBe('repeated');
    expect(await next.append(linesFor({ id: 1 }), 'other key')).toBe('stored');
    expect(idsIn(directory.path)).toEqual([1, 1]);
    expect(filesIn(directory.path)).toEqual([FILE]);
    await next.close();
  });

  it('does not take other records for a repeat, whatever their key', async () => {
    using directory = temporary();
    const { store } = await openStore(directory.path);
    const both = [store.append(linesFor({ id: 1 }), 'key'), store.append(linesFor({ id: 2 }), 'key')];
    expect(await Promise.all(both)).toEqual(['stored', 'reused']);
    expect(await store.append(linesFor({ id: 2 }), 'key')).toBe('reused');
    await store.close();
  });

  it('writes what waits with one sync', async () => {
    using directory = temporary();
    const { store } = await openStore(directory.path);
    const all = Array.from({ length: 100 }, (_, id) => store.append(linesFor({ id }), `${id}`));
    await Promise.all(all);
    await store.close();
    // One that notes the file, the first payload, all others, and the end.
    expect(readFileSync(join(directory.path, LOG), 'latin1').trim().split('\n')).toHaveLength(4);
    expect(idsIn(directory.path)).toEqual(Array.from({ length: 100 }, (_, id) => id));
  });

  it('belongs to one process', async () => {
    using directory = temporary();
    const { store } = await openStore(directory.path);
    await expect(openStore(directory.path)).rejects.toThrow(
      /another process has .*: a receiver needs a directory of its own/,
    );
    await store.close();
    await (await openStore(directory.path)).store.close();
  });

  it('tells of records as soon as they are kept, with their places', async () => {
    using directory = temporary();
    const { store } = await openStore(directory.path);
    const told: unknown[] = [];
    const end = store.onStored((records) => {
      told.push(...records.map(({ file, offset, line }) => [file, offset, JSON.parse(line).id]));
    });
    await store.append(linesFor({ id: 1 }, { id: 2 }), undefined);
    await store.append(linesFor({ id: 3 }), undefined);
    expect(told).toEqual([
      [FILE, 0, 1],
      [FILE, 50, 2],
      [FILE, 100, 3],
    ]);
    end();
    await store.append(linesFor({ id: 4 }), undefined);
    expect(told).toHaveLength(3);
    await store.close();
  });
});

/** A store in which a process has died: what it wrote is cut off anywhere. */
async function storeToBreak(path: string): Promise<{ committed: number; size: number; lines: number[] }> {
  const { store } = await openStore(path);
  await store.append(linesFor({ id: 1 }), 'one');
  const committed = statSync(join(path, FILE)).size;
  const before = statSync(join(path, LOG)).size;
  await store.append(linesFor({ id: 2 }, { id: 22 }), 'two');
  const lines = [before, statSync(join(path, LOG)).size];
  const size = statSync(join(path, FILE)).size;
  copyAsKilled(path);
  await store.close();
  return { committed, size, lines };
}

/** As it is while its process lives. */
const copyAsKilled = (path: string): void =>
  cpSync(path, `${path}.killed`, { recursive: true, filter: (from) => !/lock\.\d+$/.test(from) });

describe('a store whose process was killed in the middle of a write', () => {
  it('has each payload once when it comes again, wherever both files were cut off', async () => {
    using directory = temporary();
    const path = join(directory.path, 'store');
    const { committed, size, lines } = await storeToBreak(path);
    const [from = 0, to = 0] = lines;
    const copy = join(directory.path, 'copy');
    for (const logEnd of [from, from + 1, from + 20, to - 1, to])
      for (const end of [committed, committed + 1, committed + 50, size - 1, size]) {
        cpSync(`${path}.killed`, copy, { recursive: true });
        truncateSync(join(copy, FILE), end);
        truncateSync(join(copy, LOG), logEnd);
        const { store } = await openStore(copy);
        const answers = [
          await store.append(linesFor({ id: 1 }), 'one'),
          await store.append(linesFor({ id: 2 }, { id: 22 }), 'two'),
        ];
        expect(answers).toEqual(['repeated', end === size && logEnd === to ? 'repeated' : 'stored']);
        expect(idsIn(copy)).toEqual([1, 2, 22]);
        await store.close();
        rmSync(copy, { recursive: true });
      }
  });

  it('has it once where the machine died, and the file has other bytes than were written', async () => {
    using directory = temporary();
    const path = join(directory.path, 'store');
    const { committed, size } = await storeToBreak(path);
    const killed = `${path}.killed`;
    const bytes = readFileSync(join(killed, FILE));
    writeFileSync(join(killed, FILE), bytes.fill(0, committed + 3, size));
    const { store, said } = await openStore(killed);
    expect(await store.append(linesFor({ id: 2 }, { id: 22 }), 'two')).toBe('stored');
    expect(idsIn(killed)).toEqual([1, 2, 22]);
    expect(said.join()).toMatch(
      /at its end were not answered, and come again; they are cut off, and kept in/,
    );
    await store.close();
  });

  it('keeps aside what is cut off', async () => {
    using directory = temporary();
    const path = join(directory.path, 'store');
    await storeToBreak(path);
    appendFileSync(join(`${path}.killed`, FILE), '{"id":3}\n{"id":');
    const { store } = await openStore(`${path}.killed`);
    const [name = ''] = filesInCutOff(`${path}.killed`);
    expect(readFileSync(join(`${path}.killed`, '.journal', 'cut-off', name), 'utf8')).toBe(
      '{"id":3}\n{"id":',
    );
    expect(idsIn(`${path}.killed`)).toEqual([1, 2, 22]);
    await store.close();
  });

  it('keeps the newest of what is cut off, however often it is killed', async () => {
    using directory = temporary();
    const path = join(directory.path, 'store');
    await storeToBreak(path);
    const killed = `${path}.killed`;
    const aside = join(killed, '.journal', 'cut-off');
    mkdirSync(aside);
    for (let nth = 0; nth < 200; nth++) {
      writeFileSync(join(aside, `old-${nth}`), 'x');
      utimesSync(join(aside, `old-${nth}`), nth, nth);
    }
    truncateSync(join(aside, 'old-150'), 64 * 1024 * 1024);
    utimesSync(join(aside, 'old-150'), 150, 150);
    appendFileSync(join(killed, FILE), '{"id":3}\n{"id":');
    const { store } = await openStore(killed);
    const kept = filesInCutOff(killed);
    expect(kept).toHaveLength(50);
    expect(kept).toEqual(expect.arrayContaining(['old-199', 'old-151', expect.stringContaining(FILE)]));
    await store.close();
  });

  it('begins a file that it had named and not yet made', async () => {
    using directory = temporary();
    const path = join(directory.path, 'store');
    const { lines } = await storeToBreak(path);
    const killed = `${path}.killed`;
    unlinkSync(join(killed, FILE));
    truncateSync(join(killed, LOG), readFileSync(join(killed, LOG)).indexOf('\n') + 1);
    expect(lines[0]).toBeGreaterThan(0);
    const { store } = await openStore(killed);
    expect(await store.append(linesFor({ id: 2 }), 'two')).toBe('stored');
    expect(filesIn(killed)).toEqual([FILE]);
    await store.close();
  });
});

const filesInCutOff = (directory: string): string[] => readdirSync(join(directory, '.journal', 'cut-off'));

describe('what people do with the files', () => {
  it.each([
    ['removed', (path: string) => unlinkSync(path)],
    ['compressed', (path: string) => renameSync(path, `${path}.gz`)],
    ['edited', (path: string) => writeFileSync(path, 'edited\n')],
    [
      'put in the place of',
      (path: string) => {
        writeFileSync(`${path}~`, readFileSync(path));
        renameSync(`${path}~`, path);
      },
    ],
  ])('is theirs: one that is %s is left, and another one is begun', async (_what, change) => {
    using directory = temporary();
    const { store } = await openStore(directory.path);
    await store.append(linesFor({ id: 1 }), 'one');
    change(join(directory.path, FILE));
    expect(await store.append(linesFor({ id: 2 }), 'two')).toBe('stored');
    expect(await store.append(linesFor({ id: 1 }), 'one')).toBe('repeated');
    const [last = ''] = filesIn(directory.path).slice(-1);
    expect(readFileSync(join(directory.path, last), 'utf8')).toMatch(/^\{"id":2,[^\n]*\n$/);
    await store.close();
  });

  it.each([
    ['well', true],
    ['by being killed', false],
  ])('is theirs after a process that ended %s, too', async (_how, isWell) => {
    using directory = temporary();
    const path = join(directory.path, 'store');
    await storeToBreak(path);
    const store = isWell ? path : `${path}.killed`;
    // Each line as long as it was, and one more.
    const edited = `${readFileSync(join(store, FILE), 'utf8').replaceAll('"id":', '"no":')}{"no":9}\n`;
    writeFileSync(join(store, FILE), edited);
    const { store: next } = await openStore(store);
    expect(await next.append(linesFor({ id: 1 }), 'one')).toBe('repeated');
    expect(await next.append(linesFor({ id: 3 }), 'three')).toBe('stored');
    expect(readFileSync(join(store, FILE), 'utf8')).toBe(edited);
    expect(filesIn(store)).toHaveLength(2);
    await next.close();
  });

  it('has a group once, in the file that was moved while the group was on its way', async () => {
    using directory = temporary();
    const path = join(directory.path, FILE);
    const open = (async (...args: Parameters<typeof fs.open>) => {
      const handle = await fs.open(...args);
      if (args[0] !== path) return handle;
      const sync = async (): Promise<void> => renameSync(path, join(directory.path, 'moved.ndjson'));
      return Object.defineProperty(handle, 'datasync', { value: sync });
    }) as Disk['open'];
    const { store } = await openStore(directory.path, {}, undefined, diskWith({ open }));
    expect(await store.append(linesFor({ id: 1 }), 'one')).toBe('stored');
    expect(await store.append(linesFor({ id: 1 }), 'one')).toBe('repeated');
    expect(await store.append(linesFor({ id: 2 }), 'two')).toBe('stored');
    expect(idsIn(directory.path).sort()).toEqual([1, 2]);
    await store.close();
  });

  it('leaves its name to a file that was moved away', async () => {
    using directory = temporary();
    const path = join(directory.path, 'records');
    const { store } = await openStore(path);
    await store.append(linesFor({ id: 1 }), 'one');
    renameSync(join(path, FILE), join(directory.path, FILE));
    await store.append(linesFor({ id: 2 }), 'two');
    const [second = ''] = filesIn(path);
    renameSync(join(path, second), join(directory.path, second));
    await store.close();
    const { store: next } = await openStore(path);
    await next.append(linesFor({ id: 3 }), 'three');
    expect(new Set([FILE, second, ...filesIn(path)]).size).toBe(3);
    await next.close();
  });

  it('is theirs where the process was killed after its first group: nothing is cut off in the middle of a line', async () => {
    using directory = temporary();
    const path = join(directory.path, 'store');
    const { store: first } = await openStore(path);
    await first.append(linesFor({ id: 1 }), 'one');
    await first.close();
    const { store } = await openStore(path);
    await store.append(linesFor({ id: 2 }), 'two');
    copyAsKilled(path);
    await store.close();
    const edited = readFileSync(join(path, FILE), 'utf8').replaceAll('"id"', '"i"');
    writeFileSync(join(`${path}.killed`, FILE), edited);
    const { store: next } = await openStore(`${path}.killed`);
    await next.append(linesFor({ id: 3 }), 'three');
    expect(readFileSync(join(`${path}.killed`, FILE), 'utf8')).toBe(edited);
    expect(filesIn(`${path}.killed`)).toHaveLength(2);
    await next.close();
  });

  it('with the folder is theirs, too: it is made again', async () => {
    using directory = temporary();
    const path = join(directory.path, 'records');
    const { store } = await openStore(path);
    await store.append(linesFor({ id: 1 }), 'one');
    rmSync(path, { recursive: true });
    expect(await store.append(linesFor({ id: 2 }), 'two')).toBe('stored');
    expect(await store.append(linesFor({ id: 1 }), 'one')).toBe('repeated');
    expect(idsIn(path)).toEqual([2]);
    await expect(openStore(path)).rejects.toThrow(/another process has/);
    await store.close();
    mkdirSync(path, { recursive: true });
  });
});
