import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/queue/chunk.js';
import type { Segment } from '../../src/queue/segment.js';
import { textsOf } from '../support/chunks.js';
import { turn } from '../support/fake-clock.js';
import { readSegment } from '../support/segments.js';
import { Lives, TestSpool, tempDirectory } from '../support/spool.js';

const filesIn = (directory: string): string[] =>
  (readdirSync(directory, { recursive: true }) as string[])
    .filter((name) => statSync(join(directory, name)).isFile())
    .sort();
const keysOf = (chunk: Chunk): string => `${chunk.keyPrefix} ${chunk.keyPositionOf(0)}+${chunk.length}`;
/** The bytes of all its segments that are in memory. */
const memoryOf = ({ queue }: TestSpool): number => {
  const { segments } = queue as unknown as { segments: Iterable<Segment> };
  return [...segments].reduce((sum, { bytes }) => sum + bytes.length, 0);
};
const json = (n: number): string => JSON.stringify({ n });
const upTo = (count: number): string[] => Array.from({ length: count }, (_, n) => json(n));

describe('a queue on disk', () => {
  it('has what was appended in its file at the end of the turn of the event loop', async () => {
    using directory = tempDirectory();
    const { queue, keyPrefix } = new TestSpool(new Lives(directory.path));
    queue.append(json(0), 1e9);
    queue.append(json(1), 1e9);
    expect(filesIn(directory.path)).toEqual([]);
    expect(queue.onDisk).toBe(0);
    await turn();
    expect(queue.onDisk).toBe(2);
    const { head, records } = readSegment(join(directory.path, 'life-1', '00000001.log'));
    expect(head).toEqual({ prefix: keyPrefix, first: 0, format: 'object' });
    expect(records.map((record) => record.json)).toEqual(upTo(2));
    expect(statSync(join(directory.path, 'life-1', '00000001.log')).mode & 0o777).toBe(0o600);
  });

  it('writes at once what is much, also in one turn', () => {
    using directory = tempDirectory();
    const spool = new TestSpool(new Lives(directory.path));
    const record = JSON.stringify({ text: 'x'.repeat(100_000) });
    spool.append(record, record, record);
    expect(spool.queue.onDisk).toBe(3);
  });

  it('is taken over when its process dies, with the same keys', async () => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const first = new TestSpool(lives, { segmentBytes: 40 });
    first.append(...upTo(20));
    const keys = first.readAll(1).map(keysOf);
    first.die();
    const second = await new TestSpool(lives).start();
    expect([second.takenOver, second.queue.unsettled, second.queue.unread]).toEqual([20, 20, 20]);
    const chunks = second.readAll(1);
    expect(chunks.flatMap(textsOf)).toEqual(upTo(20));
    expect(chunks.map(keysOf)).toEqual(keys);
    for (const chunk of chunks) second.queue.settle(chunk, 0, 1, false);
    expect([second.queue.unsettled, second.queue.onDisk]).toEqual([0, 0]);
    expect(filesIn(directory.path)).toEqual([]);
  });

  it('does not give out what was settled a second before its process died', async () => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const first = new TestSpool(lives);
    first.append(...upTo(10));
    const chunk = first.read();
    first.queue.settle(chunk, 2, 5, false);
    await first.clock.advance(1000);
    first.queue.settle(chunk, 8, 10, true);
    await first.clock.advance(1000);
    first.queue.settle(chunk, 0, 1, false);
    first.die();
    const second = await new TestSpool(lives).start();
    expect(second.texts()).toEqual([0, 1, 5, 6, 7].map(json));
    expect(second.queue.unsettled).toBe(5);
  });

  it('gives out in the same ranges what goes out together, also when its process died', async () => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const together = { format: 'ndjson', chunkBytes: 40 };
    const first = new TestSpool(lives, together);
    first.append(...upTo(12));
    const keys = [first.read(3), first.read(100), first.read(2)].map(keysOf);
    first.die();
    const second = await new TestSpool(lives, { ...together, chunkBytes: 1000 }).start();
    const again = [second.read(100), second.read(100), second.read(100)];
    expect(again.map(keysOf)).toEqual(keys);
    expect(keysOf(second.read(100))).toBe(`${first.keyPrefix} 10+2`);
    second.queue.settle(again[1] as Chunk, 0, 2, false);
    second.queue.rewind();
    expect(second.readAll(100).map(keysOf)).toEqual([
      keys[0],
      `${first.keyPrefix} 5+3`,
      keys[2],
      `${first.keyPrefix} 10+2`,
    ]);
  });

  it('gives out alone again what went out alone', async () => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const together = { format: 'ndjson', chunkBytes: 1000 };
    const first = new TestSpool(lives, together);
    first.append(...upTo(1));
    const alone = keysOf(first.read());
    first.append(...upTo(3).slice(1));
    first.die();
    const second = await new TestSpool(lives, together).start();
    expect(second.readAll().map(keysOf)).toEqual([alone, `${first.keyPrefix} 1+2`]);
  });

  it('of another format is cut anew', async () => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const first = new TestSpool(lives, { format: 'ndjson', chunkBytes: 20 });
    first.append(...upTo(6));
    expect(first.readAll()).toHaveLength(3);
    first.die();
    const second = await new TestSpool(lives, { format: 'array', chunkBytes: 1000 }).start();
    expect(second.readAll().map(({ length }) => length)).toEqual([6]);
  });

  it('keeps little in memory, and reads the rest again when its turn comes', async () => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const spool = new TestSpool(lives, { segmentBytes: 1024 * 1024 });
    const text = 'x'.repeat(1000);
    for (let n = 0; n < 30_000; n++) spool.append(JSON.stringify({ n, text }));
    await turn();
    expect(spool.queue.unsettled).toBe(30_000);
    expect(memoryOf(spool)).toBeLessThan(11 * 1024 * 1024);
    let next = 0;
    while (next < 30_000) {
      const chunk = spool.read(1024);
      const numbers = textsOf(chunk).map((record) => JSON.parse(record).n);
      expect(numbers).toEqual(Array.from(numbers, () => next++));
      spool.queue.settle(chunk, 0, chunk.length, false);
      expect(memoryOf(spool)).toBeLessThan(11 * 1024 * 1024);
    }
    expect(spool.queue.unsettled).toBe(0);
    expect(filesIn(directory.path)).toEqual(['life-1/00000030.log']);
  });

  it.each([0, 19_999])(
    'has all the rest on disk when one is settled before it is written: %d',
    async (early) => {
      using directory = tempDirectory();
      const spool = new TestSpool(new Lives(directory.path), { segmentBytes: 1024 * 1024 });
      for (let n = 0; n < 20_000; n++) spool.append('{}'); // several writes
      spool.queue.settle(spool.read(), early, early + 1, false);
      expect([spool.queue.unsettled, spool.queue.onDisk]).toEqual([19_999, 0]);
      await turn();
      expect(spool.queue.onDisk).toBe(19_999);
    },
  );

  it('leaves nothing behind when nothing waits', async () => {
    using directory = tempDirectory();
    const spool = new TestSpool(new Lives(directory.path));
    spool.append(...upTo(3));
    await turn();
    spool.queue.settle(spool.read(), 0, 3, false);
    spool.queue.leave();
    expect(readdirSync(directory.path)).toEqual([]);
    spool.append(json(7));
    await turn();
    expect(filesIn(directory.path)).toEqual(['life-2/00000002.log']);
    spool.queue.close();
    const next = await new TestSpool(spool.lives).start();
    expect(next.texts()).toEqual([json(7)]);
  });

  it("keeps its folder while it takes over those of others, which are nobody else's by it", async () => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const first = new TestSpool(lives);
    first.append(...upTo(3));
    first.die();
    const spool = new TestSpool(lives);
    spool.queue.start();
    spool.queue.leave();
    expect(readdirSync(directory.path)).toEqual(['life-1', 'life-2']);
    for (let turns = 0; turns < 10; turns++) await turn();
    const chunk = spool.read();
    spool.queue.leave();
    expect(readdirSync(directory.path)).toEqual(['life-1', 'life-2']);
    spool.queue.settle(chunk, 0, 3, false);
    spool.queue.leave();
    expect(readdirSync(directory.path)).toEqual([]);
  });

  it('refuses the newest when its files are as large as they may be, and takes some again when there is room', async () => {
    using directory = tempDirectory();
    const spool = new TestSpool(new Lives(directory.path), { maxDiskBytes: 1000, segmentBytes: 100 });
    while (spool.append(json(1234))[0] !== -1) await turn();
    const size = filesIn(directory.path).reduce(
      (sum, name) => sum + statSync(join(directory.path, name)).size,
      0,
    );
    expect(size).toBeGreaterThan(800);
    expect(size).toBeLessThanOrEqual(1000);
    for (const chunk of spool.readAll()) spool.queue.settle(chunk, 0, chunk.length, false);
    expect(spool.append(json(1))).toEqual([7]);
  });

  it('takes some again when all is settled of the one file that they have room for', async () => {
    using directory = tempDirectory();
    const spool = new TestSpool(new Lives(directory.path), { maxDiskBytes: 1000, segmentBytes: 100_000 });
    while (spool.append(json(1234))[0] !== -1) await turn();
    const chunk = spool.read();
    spool.queue.settle(chunk, 0, chunk.length - 1, false);
    expect(spool.append(json(1))).toEqual([-1]);
    spool.queue.settle(chunk, 0, chunk.length, false);
    expect(spool.append(json(1))).toEqual([7]);
    await turn();
    expect(filesIn(directory.path)).toHaveLength(1);
  });

  describe('that was damaged', () => {
    /** A spool of three segments whose process died. */
    async function left(directory: string): Promise<{ lives: Lives; path: (name: string) => string }> {
      const lives = new Lives(directory);
      const first = new TestSpool(lives, { segmentBytes: 40 });
      first.append(...upTo(15));
      first.die();
      return { lives, path: (name) => join(directory, 'life-1', name) };
    }

    it('loses the damaged records alone, counts and tells of them, and keeps the file aside', async () => {
      using directory = tempDirectory();
      const { lives, path } = await left(directory.path);
      const bytes = readFileSync(path('00000002.log'));
      bytes[bytes.indexOf('{"n":7}') + 5] = 0x39;
      writeFileSync(path('00000002.log'), bytes);
      const spool = await new TestSpool(lives).start();
      const { allSettled } = spool.queue.mark();
      const chunks = spool.readAll();
      expect(chunks.flatMap(textsOf)).toEqual(upTo(15).filter((record) => record !== json(7)));
      expect([spool.damaged, spool.queue.unsettled]).toEqual([1, 14]);
      for (const chunk of chunks) spool.queue.settle(chunk, 0, chunk.length, false);
      await allSettled;
      expect(filesIn(directory.path)).toEqual(['damaged/life-1-00000002.log']);
    });

    it.each([
      ['is gone', (path: string) => rmSync(path), 10],
      ['is empty', (path: string) => writeFileSync(path, ''), 10],
      ['is no segment', (path: string) => writeFileSync(path, 'hello\nworld\n'), 10],
    ])('goes on with the others where one %s', async (_, damage, count) => {
      using directory = tempDirectory();
      const { lives, path } = await left(directory.path);
      damage(path('00000002.log'));
      const spool = await new TestSpool(lives).start();
      expect(spool.texts()).toHaveLength(count);
      expect(spool.queue.unsettled).toBe(count);
    });

    it('while it is running loses what was let go from memory, and nothing else', async () => {
      using directory = tempDirectory();
      const { lives, path } = await left(directory.path);
      const spool = await new TestSpool(lives).start();
      rmSync(path('00000002.log'));
      const { allSettled } = spool.queue.mark();
      const chunks = spool.readAll();
      expect(chunks.flatMap(textsOf)).toHaveLength(10);
      expect(spool.damaged).toBe(5);
      for (const chunk of chunks) spool.queue.settle(chunk, 0, chunk.length, false);
      await allSettled;
      expect(existsSync(path('00000001.log'))).toBe(false);
    });
  });
});
