import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/queue/chunk.js';
import type { Mark } from '../../src/queue/marks.js';
import { MemoryQueue } from '../../src/queue/memory-queue.js';
import type { Queue } from '../../src/queue/queue.js';
import { isLogName } from '../../src/spool/segment-file.js';
import { KEY, textsOf } from '../support/chunks.js';
import { FakeClock, turn } from '../support/fake-clock.js';
import { Lives, TestSpool, tempDirectory } from '../support/spool.js';

const numRuns = Math.ceil(Number(process.env['FC_RUNS'] ?? 2000) / 20);

/** What a queue is: records in a row, of which each is settled once. Each is known by its key. */
class Model {
  readonly records: { readonly text: string; key?: string; isSettled: boolean; isKnownSettled: boolean }[] =
    [];
  /** Each chunk that may yet be settled, and its records. */
  chunks: { readonly chunk: Chunk; readonly indexes: readonly number[] }[] = [];
  /** What was read last, in the order of reading. */
  order: number[] = [];
  next = 0;
  readonly marks: { readonly end: number; readonly mark: Mark; isOver: boolean }[] = [];

  get unsettled(): number {
    return this.records.filter(({ isSettled }) => !isSettled).length;
  }
}

/** A queue that is used, and whatever else can be done to it. */
interface Real {
  queue: Queue;
  /** Its process dies, and the next takes over. */
  reopen?(): Promise<void>;
  /** A second passes. */
  wait?(): Promise<void>;
}

type Step = fc.AsyncCommand<Model, Real>;

const step = (name: string, run: (model: Model, real: Real) => Promise<void> | void): Step => ({
  check: () => true,
  toString: () => name,
  async run(model, real) {
    await run(model, real);
    expect(real.queue.unsettled).toBe(model.unsettled);
    for (const { chunk, indexes } of model.chunks) {
      for (const [at, index] of indexes.entries()) {
        if (!model.records[index]?.isSettled)
          expect(chunk.slice(at, at + 1).toString()).toBe(model.records[index]?.text);
      }
    }
    await turn();
    for (const mark of model.marks) {
      expect(mark.isOver).toBe(model.records.slice(0, mark.end).every(({ isSettled }) => isSettled));
    }
  },
});

const append = (length: number): Step =>
  step(`append ${length}`, (model, { queue }) => {
    const text = JSON.stringify({ n: model.records.length, text: 'é'.repeat(length) });
    expect(queue.append(text, 1e9)).toBe(Buffer.byteLength(text));
    model.records.push({ text, isSettled: false, isKnownSettled: false });
  });

/** Which record each of a chunk is, by its text, which is unlike all others. */
const indexesOf = (chunk: Chunk): number[] => textsOf(chunk).map((text) => JSON.parse(text).n);

const read = (most: number): Step =>
  step(`read ${most}`, (model, { queue }) => {
    const before = queue.unread;
    const chunk = queue.read(most);
    if (chunk === undefined) {
      expect(queue.unread).toBe(0);
      return;
    }
    const indexes = indexesOf(chunk);
    expect(queue.unread).toBe(before - chunk.length);
    for (const [at, index] of indexes.entries()) {
      const record = model.records[index];
      expect(textsOf(chunk)[at]).toBe(record?.text);
      expect(record?.isSettled).toBe(false);
      const key = `${chunk.keyPrefix} ${chunk.keyPositionOf(at)}`;
      if (record !== undefined) record.key ??= key;
      expect(key).toBe(record?.key);
    }
    model.chunks.push({ chunk, indexes });
    model.chunks = model.chunks.slice(-10);
  });

const settle = (which: number, from: number, count: number): Step =>
  step(`settle ${count} from ${from} of ${which}`, (model, { queue }) => {
    const taken = model.chunks[which % Math.max(1, model.chunks.length)];
    if (taken === undefined) return;
    const first = from % taken.indexes.length;
    const fresh = taken.indexes
      .slice(first, first + count)
      .filter((index) => !model.records[index]?.isSettled);
    expect(queue.settle(taken.chunk, first, Math.min(first + count, taken.indexes.length), false)).toBe(
      fresh.length,
    );
    for (const index of fresh) {
      const record = model.records[index];
      if (record !== undefined) record.isSettled = true;
    }
  });

const rewind = step('rewind', (model, { queue }) => {
  queue.rewind();
  expect(queue.unread).toBe(model.unsettled);
});

const mark = step('mark', (model, { queue }) => {
  const marked = { end: model.records.length, mark: queue.mark(), isOver: false };
  void marked.mark.allSettled.then(() => {
    marked.isOver = true;
  });
  model.marks.push(marked);
});

const wait = step('wait', async (model, real) => {
  if (real.wait === undefined) return;
  await real.wait();
  for (const record of model.records) record.isKnownSettled = record.isSettled;
});

/** What was settled in the last second may wait again. */
const reopen = step('reopen', async (model, real) => {
  await real.reopen?.();
  model.chunks = [];
  model.marks.length = 0;
  const waiting = new Set<number>();
  for (let chunk = real.queue.read(1e9); chunk !== undefined; chunk = real.queue.read(1e9)) {
    for (const index of indexesOf(chunk)) {
      expect(waiting.has(index)).toBe(false);
      waiting.add(index);
    }
  }
  real.queue.rewind();
  for (const [index, record] of model.records.entries()) {
    if (!record.isSettled) expect(waiting.has(index)).toBe(true);
    if (record.isKnownSettled) expect(waiting.has(index)).toBe(false);
    record.isSettled = !waiting.has(index);
  }
});

const common = [
  fc.nat(60).map(append),
  fc.nat(60).map(append),
  fc.integer({ min: 1, max: 8 }).map(read),
  fc.integer({ min: 1, max: 8 }).map(read),
  fc.tuple(fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 5 })).map((args) => settle(...args)),
  fc.tuple(fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 5 })).map((args) => settle(...args)),
  fc.constant(rewind),
  fc.constant(mark),
];
const onDisk = [...common, fc.constant(wait), fc.constant(reopen)];
const settings = fc.record({
  segmentBytes: fc.constantFrom(1, 64, 300),
  chunkBytes: fc.constantFrom(undefined, 40, 200),
});

const check = (commands: Iterable<Step>, real: Real): Promise<void> =>
  fc.asyncModelRun(() => ({ model: new Model(), real }), commands);

describe('what a queue is', () => {
  it('holds for one in memory', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(common, { maxCommands: 60 }), settings, async (commands, sizes) => {
        const fixed = { separator: '\n', isShared: false, keyPrefix: KEY.prefix } as const;
        await check(commands, { queue: new MemoryQueue({ ...fixed, ...sizes }, new FakeClock()) });
      }),
      { numRuns },
    );
  });

  it('holds for one on disk, however often its process dies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(onDisk, { maxCommands: 60 }), settings, async (commands, sizes) => {
        using directory = tempDirectory();
        const lives = new Lives(directory.path);
        let spool = new TestSpool(lives, sizes);
        const real: Real = {
          queue: spool.queue,
          async wait() {
            await spool.clock.advance(1000);
          },
          async reopen() {
            spool.die();
            spool = await new TestSpool(lives, sizes).start();
            real.queue = spool.queue;
          },
        };
        await check(commands, real);
        for (let chunk = spool.queue.read(9); chunk; chunk = spool.queue.read(9)) {}
        expect(spool.said).toEqual([]);
      }),
      { numRuns },
    );
  });

  it('holds on disk for all that damage does not cover', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.commands(onDisk, { maxCommands: 30 }),
        settings,
        fc.array(fc.tuple(fc.nat(), fc.nat(7)), { minLength: 1, maxLength: 4 }),
        async (commands, sizes, flips) => {
          using directory = tempDirectory();
          const lives = new Lives(directory.path);
          const model = new Model();
          let spool = new TestSpool(lives, sizes);
          const real: Real = {
            queue: spool.queue,
            async reopen() {
              spool.die();
              spool = await new TestSpool(lives, sizes).start();
              real.queue = spool.queue;
            },
          };
          await fc.asyncModelRun(() => ({ model, real }), commands);
          spool.die();
          const files = (readdirSync(directory.path, { recursive: true }) as string[]).filter((name) =>
            isLogName(name.slice(name.indexOf('/') + 1)),
          );
          const touched = new Set<string>();
          for (const [at, bit] of flips) {
            const name = files[at % Math.max(1, files.length)];
            if (name === undefined) continue;
            const bytes = readFileSync(join(directory.path, name));
            const place = at % bytes.length;
            bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
            writeFileSync(join(directory.path, name), bytes);
            touched.add(name);
          }
          const next = await new TestSpool(lives, sizes).start();
          const found = next.readAll().flatMap(indexesOf);
          for (const index of found) expect(model.records[index]).toBeDefined();
          const missing = model.records.filter(
            ({ isSettled }, index) => !isSettled && !found.includes(index),
          );
          expect(missing.length).toBeLessThanOrEqual(flips.length);
          // Of lines that were joined at the end of a file, it is not known how many they were.
          if (missing.length > 0) expect(next.damagedPaths).not.toEqual([]);
          expect(next.queue.unsettled).toBe(found.length);
        },
      ),
      { numRuns },
    );
  });
});
