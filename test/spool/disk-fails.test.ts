import fs, { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Files } from '../../src/spool/files.js';
import { textsOf } from '../support/chunks.js';
import { turn } from '../support/fake-clock.js';
import { readSegment } from '../support/segments.js';
import { Lives, TestSpool, tempDirectory } from '../support/spool.js';

const json = (n: number): string => JSON.stringify({ n });
const upTo = (count: number): string[] => Array.from({ length: count }, (_, n) => json(n));
const errorOf = (code: string): Error => Object.assign(new Error(`${code}: the disk says no`), { code });

/** A disk that does what a test says with each write: how much of it is written, or an error after that. */
class FailingDisk {
  readonly files: Files;
  /** Of the next writes. */
  readonly script: { readonly takes: number; readonly error?: Error }[] = [];
  isFull = false;

  constructor() {
    const writeSync = (descriptor: number, bytes: Buffer, offset: number, length: number): number => {
      if (this.isFull) throw errorOf('ENOSPC');
      const { takes, error } = this.script.shift() ?? { takes: length };
      const written = fs.writeSync(descriptor, bytes, offset, Math.min(takes, length));
      if (error !== undefined) throw error;
      return written;
    };
    this.files = { ...fs, writeSync: writeSync as Files['writeSync'] };
  }
}

/** A spool whose disk was full when the first record was written. */
async function onFullDisk(directory: string) {
  const disk = new FailingDisk();
  const spool = new TestSpool(new Lives(directory), {}, disk.files);
  disk.isFull = true;
  spool.append(json(0));
  await turn();
  return { disk, spool };
}

/** Settles all, and says what it was. */
function deliver({ queue }: TestSpool): string[] {
  const texts: string[] = [];
  for (let chunk = queue.read(1e9); chunk !== undefined; chunk = queue.read(1e9)) {
    texts.push(...textsOf(chunk));
    queue.settle(chunk, 0, chunk.length, false);
  }
  return texts;
}

describe('a queue on disk whose disk fails', () => {
  it.each(['ENOSPC', 'EIO', 'EROFS', 'EDQUOT'])(
    'goes on in memory, loses nothing, and says so once: %s',
    async (code) => {
      using directory = tempDirectory();
      const disk = new FailingDisk();
      const spool = new TestSpool(new Lives(directory.path), { maxRecords: 30 }, disk.files);
      spool.append(...upTo(10));
      await turn();
      disk.script.push({ takes: 30, error: errorOf(code) });
      spool.append(...upTo(20).slice(10));
      await turn();
      expect([spool.queue.onDisk, spool.queue.unsettled]).toEqual([10, 20]);
      spool.append(...upTo(40).slice(20));
      await turn();
      expect(spool.said).toHaveLength(1);
      expect(spool.said[0]).toContain(code);
      expect(spool.append(json(40))).toEqual([-1]);
      expect(readSegment(join(directory.path, 'life-1', '00000001.log'))).toMatchObject({
        records: { length: 10 },
        damaged: 0,
      });
      expect(deliver(spool)).toEqual(upTo(40));
      expect([spool.queue.unsettled, spool.queue.onDisk]).toEqual([0, 0]);
    },
  );

  it('returns to the disk when that works again, and says so', async () => {
    using directory = tempDirectory();
    const { disk, spool } = await onFullDisk(directory.path);
    await spool.clock.advance(4999);
    disk.isFull = false;
    spool.append(json(1));
    await turn();
    expect(spool.queue.onDisk).toBe(0);
    await spool.clock.advance(1);
    spool.append(json(2));
    await turn();
    expect(spool.queue.onDisk).toBe(1);
    expect(spool.said.map((message) => /can't be written|written again/.exec(message)?.[0])).toEqual([
      "can't be written",
      'written again',
    ]);
    spool.append(json(3));
    await turn();
    expect([spool.queue.onDisk, deliver(spool)]).toEqual([2, upTo(4)]);
  });

  it('is tried with one segment, however much is logged meanwhile', async () => {
    using directory = tempDirectory();
    const { spool } = await onFullDisk(directory.path);
    await spool.clock.advance(5000);
    spool.append(...upTo(100).slice(1));
    const { segments } = spool.queue as unknown as { segments: Iterable<unknown> };
    expect([...segments]).toHaveLength(2);
    await turn();
    expect(deliver(spool)).toEqual(upTo(100));
  });

  it('completes what the disk takes in small pieces', async () => {
    using directory = tempDirectory();
    const disk = new FailingDisk();
    const lives = new Lives(directory.path);
    const spool = new TestSpool(lives, {}, disk.files);
    for (let piece = 0; piece < 50; piece++) disk.script.push({ takes: 7 });
    spool.append(...upTo(10));
    spool.die();
    const next = await new TestSpool(lives).start();
    expect([next.texts(), next.damaged]).toEqual([upTo(10), 0]);
  });

  it('leaves what it had written to the next process, and no torn line', async () => {
    using directory = tempDirectory();
    const disk = new FailingDisk();
    const lives = new Lives(directory.path);
    const spool = new TestSpool(lives, {}, disk.files);
    spool.append(...upTo(5));
    await turn();
    disk.script.push({ takes: 25, error: errorOf('EIO') });
    spool.append(json(5), json(6));
    await turn();
    const chunk = spool.read();
    spool.queue.settle(chunk, 0, 2, false);
    spool.queue.settle(chunk, 5, 7, false);
    await spool.clock.advance(1000);
    spool.die();
    const next = await new TestSpool(lives).start();
    expect([next.texts(), next.damaged]).toEqual([[2, 3, 4].map(json), 0]);
  });

  it('gives up what is in memory alone, and nothing else, when it is closed', async () => {
    using directory = tempDirectory();
    const disk = new FailingDisk();
    const spool = new TestSpool(new Lives(directory.path), {}, disk.files);
    spool.append(json(0));
    await turn();
    disk.isFull = true;
    spool.append(json(1));
    await turn();
    spool.append(json(2));
    const chunk = spool.read(1);
    const givenUp: string[] = [];
    spool.queue.giveUp((lost) => {
      givenUp.push(...textsOf(lost));
      spool.queue.settle(lost, 0, lost.length, true);
    });
    expect(givenUp).toEqual([json(1), json(2)]);
    expect([spool.queue.unsettled, spool.queue.onDisk, spool.queue.keeps(chunk, 1)]).toEqual([1, 1, true]);
  });

  it('goes on in memory where no folder can be made, and tries again', async () => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const open = lives.open.bind(lives);
    lives.open = () => {
      throw errorOf('EACCES');
    };
    const spool = new TestSpool(lives);
    spool.append(json(0));
    await turn();
    expect([spool.said.length, spool.queue.onDisk]).toEqual([1, 0]);
    lives.open = open;
    await spool.clock.advance(5000);
    spool.append(json(1));
    await turn();
    expect(spool.queue.onDisk).toBe(1);
    expect(deliver(spool)).toEqual(upTo(2));
  });

  it('notices within a second that its folder was removed, keeps what it has in memory, and makes another', async () => {
    using directory = tempDirectory();
    const spool = new TestSpool(new Lives(directory.path));
    spool.append(...upTo(5));
    await turn();
    rmSync(join(directory.path, 'life-1'), { recursive: true });
    await spool.clock.advance(1000);
    expect([spool.said.length, spool.queue.onDisk]).toEqual([1, 0]);
    await spool.clock.advance(5000);
    spool.append(json(5));
    await turn();
    expect(readdirSync(directory.path)).toEqual(['life-2']);
    expect(spool.queue.onDisk).toBe(1);
    expect(deliver(spool)).toEqual(upTo(6));
  });

  it('waits for descriptors where there are none left, and takes no file for damaged', async () => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const first = new TestSpool(lives);
    first.append(...upTo(3));
    first.die();
    let isShort = true;
    const openSync = ((path: string, flags: string) => {
      if (isShort && path.endsWith('.log')) throw errorOf('EMFILE');
      return fs.openSync(path, flags);
    }) as Files['openSync'];
    isShort = false;
    const next = await new TestSpool(lives, {}, { ...fs, openSync }).start();
    isShort = true;
    expect([next.queue.read(9), next.queue.isReadable, next.damaged]).toEqual([undefined, false, 0]);
    isShort = false;
    const { readables } = next;
    await next.clock.advance(1000);
    expect([next.readables, next.queue.isReadable]).toEqual([readables + 1, true]);
    expect(next.texts()).toEqual(upTo(3));
    expect(existsSync(directory.path)).toBe(true);
  });
});
