import fs, { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/queue/chunk.js';
import type { Segment } from '../../src/queue/segment.js';
import type { Files } from '../../src/spool/files.js';
import type { Sync } from '../../src/spool/shared-writing.js';
import { textsOf } from '../support/chunks.js';
import { turn } from '../support/fake-clock.js';
import { Lives, TestSpool, tempDirectory } from '../support/spool.js';

const KIB = 1024;
const SYNCS: readonly Sync[] = ['always', 'interval'];
/** So many records fill a file. */
const A_FILE = 64;
const json = (n: number): string => JSON.stringify({ n, text: 'x'.repeat(1000 - String(n).length) });
const numbersOf = (texts: readonly string[]): number[] => texts.map((record) => JSON.parse(record).n);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const EIO = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });

/** A disk whose syncs fail when a test says so, and take as long as it says. */
class SyncingDisk {
  isFailing = false;
  /** Whether syncs that nobody waits for take until `goOn`. */
  isSlow = false;
  #waiting: (() => void)[] = [];
  readonly files: Files = {
    ...fs,
    fdatasyncSync: () => {
      if (this.isFailing) throw EIO;
    },
    fdatasync: ((_: number, done: (error: Error | null) => void) => {
      const end = (): void => done(this.isFailing ? EIO : null);
      if (this.isSlow) this.#waiting.push(end);
      else setImmediate(end);
    }) as Files['fdatasync'],
  };

  goOn(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const end of waiting) end();
  }
}

function setUp(directory: string, sync: Sync) {
  const disk = new SyncingDisk();
  const lives = new Lives(directory);
  const spool = new TestSpool(lives, { sync, segmentBytes: 64 * KIB }, disk.files);
  const { segments } = spool.queue as unknown as { segments: Iterable<Segment> };
  let next = 0;
  const append = (count: number): void => {
    for (const end = next + count; next < end; next++) spool.append(json(next));
  };
  return { disk, lives, spool, segments, append };
}

/** Some records are written, and the sync after that fails. Their file is full then, or gets no more. */
async function failSync(directory: string, sync: Sync, before: number, count: number) {
  const all = setUp(directory, sync);
  all.append(before);
  await turn();
  await all.spool.clock.advance(1000);
  await turn();
  all.disk.isFailing = true;
  all.append(count);
  await turn();
  await all.spool.clock.advance(1000);
  await turn();
  return all;
}

describe('a queue on disk of which a sync fails', () => {
  it.each(SYNCS)('keeps in memory what the disk may have dropped: %s', async (sync) => {
    using directory = tempDirectory();
    // Much waits: files that are full are let go from memory. 8 records of the last file are safe.
    const { spool } = await failSync(directory.path, sync, 145 * A_FILE + 8, 30);
    const { queue } = spool;
    expect([spool.said.length, queue.unsettled - queue.onDisk]).toEqual([1, 30]);
    expect(spool.said[0]).toContain('EIO');
    truncateSync(join(directory.path, 'life-1', '00000146.log'), 9 * KIB);
    expect(numbersOf(spool.texts())).toEqual(upTo(145 * A_FILE + 38));
    expect(spool.damaged).toBe(0);
  });

  it('keeps in memory full files that wait for their last syncs', async () => {
    using directory = tempDirectory();
    const { disk, spool, segments, append } = setUp(directory.path, 'interval');
    append(140 * A_FILE + 1);
    await turn();
    await turn();
    disk.isSlow = true;
    append(3 * A_FILE);
    await turn();
    expect([...segments].slice(-4).every(({ isLoaded }) => isLoaded)).toBe(true);
    disk.isFailing = true;
    disk.goOn();
    expect([spool.said.length, spool.queue.unsettled - spool.queue.onDisk]).toEqual([1, 3 * A_FILE]);
    for (const number of [141, 142, 143])
      truncateSync(join(directory.path, 'life-1', `00000${number}.log`), 0);
    expect(numbersOf(spool.texts())).toEqual(upTo(143 * A_FILE + 1));
    expect(spool.damaged).toBe(0);
  });

  it('lets go of a full file after its last sync, and earlier where syncs take too long', async () => {
    using directory = tempDirectory();
    const { disk, spool, segments, append } = setUp(directory.path, 'interval');
    const loadedBytes = (): number => [...segments].reduce((sum, { bytes }) => sum + bytes.length, 0);
    disk.isSlow = true;
    append(20_000);
    await turn();
    expect(loadedBytes()).toBeGreaterThan(10 * KIB * KIB);
    expect(loadedBytes()).toBeLessThan(13 * KIB * KIB);
    disk.goOn();
    expect(loadedBytes()).toBeLessThan(9 * KIB * KIB);
    expect(numbersOf(spool.texts())).toEqual(upTo(20_000));
  });

  it.each(SYNCS)('counts each record once, and sends none again that was delivered: %s', async (sync) => {
    using directory = tempDirectory();
    const { lives, spool } = await failSync(directory.path, sync, 5, 6);
    const { queue } = spool;
    const chunk = spool.read();
    queue.settle(chunk, 4, 7, false);
    expect([queue.unsettled, queue.onDisk]).toEqual([8, 4]);
    expect([queue.keeps(chunk, 5), queue.keeps(chunk, 6)]).toEqual([true, false]);
    const givenUp: string[] = [];
    queue.giveUp((lost: Chunk) => {
      givenUp.push(...textsOf(lost));
      if (givenUp.length < 4) queue.settle(lost, 0, lost.length, true);
    });
    expect(numbersOf(givenUp)).toEqual([7, 8, 9, 10]);
    expect([queue.unsettled, queue.onDisk]).toEqual([5, 4]);
    await spool.clock.advance(1000);
    spool.die();
    // The last one could still be read.
    expect(numbersOf((await new TestSpool(lives).start()).texts())).toEqual([0, 1, 2, 3, 10]);
    queue.settle(chunk, 0, chunk.length, false);
    expect([queue.unsettled, queue.onDisk]).toEqual([0, 0]);
  });

  it('syncs again what was written during a sync of more than a second', async () => {
    using directory = tempDirectory();
    const { disk, spool, append } = setUp(directory.path, 'interval');
    append(1);
    await turn();
    disk.isSlow = true;
    await spool.clock.advance(1000);
    append(1);
    await turn();
    await spool.clock.advance(1000);
    disk.goOn();
    disk.isFailing = true;
    await spool.clock.advance(1000);
    disk.goOn();
    expect([spool.said.length, spool.queue.onDisk]).toEqual([1, 1]);
  });
});
