import fs, { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Files } from '../../src/spool/files.js';
import { isLogName } from '../../src/spool/segment-file.js';
import { textsOf } from '../support/chunks.js';
import { turn } from '../support/fake-clock.js';
import { Lives, TestSpool, tempDirectory } from '../support/spool.js';

const numRuns = Math.ceil(Number(process.env['FC_RUNS'] ?? 2000) / 20);

type Change =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Buffer; isDurable: boolean }
  | { readonly kind: 'truncate'; readonly length: number; isDurable: boolean };

/** A file as the system sees it, of which the disk may have any part that it was not told to keep. */
interface Watched {
  readonly changes: Change[];
  isNameDurable: boolean;
  isRemoved: boolean;
}

/** The real file system, which notes what a machine may lose when its power is cut: all that no sync has returned for, in any order. */
class WatchedDisk {
  readonly watched = new Map<string, Watched>();
  readonly #paths = new Map<number, string>();
  readonly files: Files;

  constructor() {
    this.files = {
      ...fs,
      openSync: ((path: string, flags: string, mode?: number) => {
        const descriptor = fs.openSync(path, flags, mode);
        this.#paths.set(descriptor, path);
        if (flags !== 'r' && !this.watched.has(path))
          this.watched.set(path, { changes: [], isNameDurable: false, isRemoved: false });
        return descriptor;
      }) as Files['openSync'],
      writeSync: ((descriptor: number, bytes: Buffer, start: number, length: number) => {
        const offset = fs.fstatSync(descriptor).size;
        const copy = Buffer.from(bytes.subarray(start, start + length));
        this.#of(descriptor)?.changes.push({ kind: 'write', offset, bytes: copy, isDurable: false });
        return fs.writeSync(descriptor, bytes, start, length);
      }) as Files['writeSync'],
      ftruncateSync: ((descriptor: number, length: number) => {
        this.#of(descriptor)?.changes.push({ kind: 'truncate', length, isDurable: false });
        fs.ftruncateSync(descriptor, length);
      }) as Files['ftruncateSync'],
      fdatasync: ((descriptor: number, done: (error: null) => void) => {
        for (const change of this.#of(descriptor)?.changes ?? []) change.isDurable = true;
        done(null);
      }) as Files['fdatasync'],
      fsync: ((descriptor: number, done: (error: null) => void) => {
        const folder = this.#paths.get(descriptor) ?? '';
        for (const [path, file] of this.watched) if (dirname(path) === folder) file.isNameDurable = true;
        done(null);
      }) as Files['fsync'],
      unlinkSync: ((path: string) => {
        fs.unlinkSync(path);
        const file = this.watched.get(path);
        if (file !== undefined) file.isRemoved = true;
      }) as Files['unlinkSync'],
    };
  }

  /** What is on the disk when the machine starts again; `isLucky` decides on all that was not certain. */
  cutPower(from: string, to: string, isLucky: () => boolean): void {
    for (const [path, file] of this.watched) {
      if (file.isRemoved && isLucky()) continue;
      if (!file.isNameDurable && !isLucky()) continue;
      let bytes = Buffer.alloc(0);
      for (const change of file.changes) {
        if (!change.isDurable && !isLucky()) continue;
        if (change.kind === 'truncate') bytes = bytes.subarray(0, change.length);
        else {
          // Of a write that was under way, pages come in any number; what was never written reads as zeros.
          const part =
            change.isDurable || isLucky() ? change.bytes : change.bytes.subarray(0, change.bytes.length >> 1);
          const longer = Buffer.alloc(Math.max(bytes.length, change.offset + part.length));
          bytes.copy(longer);
          part.copy(longer, change.offset);
          bytes = longer;
        }
      }
      const target = join(to, relative(from, path));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, bytes);
    }
  }

  /** Of each file with records, whether the disk was told to keep its name and all that it has. */
  get durable(): boolean[] {
    return [...this.watched]
      .filter(([path]) => isLogName(basename(path)))
      .map(([, file]) => file.isNameDurable && file.changes.every(({ isDurable }) => isDurable));
  }

  #of(descriptor: number): Watched | undefined {
    return this.watched.get(this.#paths.get(descriptor) ?? '');
  }
}

type Step = { readonly do: 'append' | 'turn' | 'read' | 'settle' | 'second'; readonly n: number };
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom('append', 'append', 'append', 'turn', 'turn', 'read', 'settle', 'second'),
  n: fc.nat(30),
});

/** A turn of the event loop writes so many files. */
async function filesOf(directory: string, count: number) {
  const disk = new WatchedDisk();
  const settings = { sync: 'interval', segmentBytes: 20 } as const;
  const spool = new TestSpool(new Lives(directory), settings, disk.files);
  for (let id = 0; id < count; id++) spool.append(JSON.stringify({ id, text: 'abc' }));
  await turn();
  return { disk, spool };
}

describe('a queue on disk whose machine loses its power', () => {
  it('mangles nothing, and loses nothing that was logged a second before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 50 }),
        fc.constantFrom(1, 64, 300),
        fc.constantFrom(undefined, 60),
        fc.infiniteStream(fc.boolean()),
        async (steps, segmentBytes, chunkBytes, luck) => {
          using before = tempDirectory();
          using after = tempDirectory();
          const disk = new WatchedDisk();
          const settings = { segmentBytes, chunkBytes, sync: 'interval' } as const;
          const spool = new TestSpool(new Lives(before.path), settings, disk.files);
          const settled = new Set<number>();
          const chunks: { read: ReturnType<TestSpool['read']>; ids: number[] }[] = [];
          let [count, certain] = [0, 0];
          for (const { do: what, n } of steps) {
            if (what === 'append') spool.append(JSON.stringify({ id: count++, text: 'é'.repeat(n) }));
            else if (what === 'turn') await turn();
            else if (what === 'second') {
              await turn();
              await spool.clock.advance(1000);
              certain = count;
            } else if (what === 'read') {
              const read = spool.queue.read(1 + (n % 7));
              if (read) chunks.push({ read, ids: textsOf(read).map((text) => JSON.parse(text).id) });
            } else {
              const chunk = chunks[n % Math.max(1, chunks.length)];
              if (chunk === undefined) continue;
              spool.queue.settle(chunk.read, 0, chunk.read.length, false);
              for (const id of chunk.ids) settled.add(id);
            }
          }
          const stream = luck[Symbol.iterator]();
          disk.cutPower(before.path, after.path, () => stream.next().value === true);

          const next = await new TestSpool(new Lives(after.path), settings).start();
          const found = next.texts().map((text) => JSON.parse(text));
          for (const { id, text } of found) {
            expect(id).toBeLessThan(count);
            expect(text).toMatch(/^é*$/);
          }
          const ids = found.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (let id = 0; id < certain; id++) if (!settled.has(id)) expect(ids).toContain(id);
        },
      ),
      { numRuns },
    );
  });

  it('is not told to keep a file whose records were delivered within the second', async () => {
    using directory = tempDirectory();
    const { disk, spool } = await filesOf(directory.path, 5);
    for (const chunk of spool.readAll().slice(0, 3)) spool.queue.settle(chunk, 0, chunk.length, false);
    await spool.clock.advance(1000);
    expect(disk.durable).toEqual([false, false, false, true, true]);
  });

  it('is told at once to keep those that become full while many wait for that', async () => {
    using directory = tempDirectory();
    const { disk } = await filesOf(directory.path, 11);
    expect(disk.durable).toEqual([...new Array(8).fill(false), true, true, false]);
  });

  it('has been told to keep each file, and its name', async () => {
    using directory = tempDirectory();
    const { disk, spool } = await filesOf(directory.path, 5);
    await spool.clock.advance(1000);
    expect(disk.durable).toEqual(new Array(5).fill(true));
  });
});
