import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Files } from '../../src/spool/files.js';
import { turn } from '../support/fake-clock.js';
import { Lives, TestSpool, tempDirectory } from '../support/spool.js';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const json = (n: number): string => JSON.stringify({ n });

/** A disk of so many bytes, of which so many are free. */
class Disk {
  looks = 0;
  readonly files: Files;

  constructor(
    bytes: number,
    public free: number,
  ) {
    const statfsSync = () => {
      this.looks++;
      return { bsize: 4096, blocks: bytes / 4096, bavail: this.free / 4096 };
    };
    this.files = { ...fs, statfsSync: statfsSync as unknown as Files['statfsSync'] };
  }
}

describe('a queue on a disk that others need, too', () => {
  it.each([
    ['5 % of a small disk', undefined, GIB, 51 * MIB, 52 * MIB],
    ['256 MiB of a large one', undefined, 1024 * GIB, 255 * MIB, 256 * MIB],
    ['what is set', 2 * GIB, 1024 * GIB, 2 * GIB - 4096, 2 * GIB],
  ])('takes none of %s', async (_, minFreeBytes, bytes, tooLittle, enough) => {
    using directory = tempDirectory();
    const disk = new Disk(bytes, tooLittle);
    const spool = new TestSpool(new Lives(directory.path), { minFreeBytes, maxRecords: 2 }, disk.files);
    expect(spool.append(json(0), json(1), json(2))).toEqual([7, 7, -1]);
    await turn();
    expect(spool.queue.onDisk).toBe(0);
    expect(spool.said).toEqual([expect.stringMatching(/can't be written .* spool\.minFreeBytes.*in memory/)]);
    const { looks } = disk;
    disk.free = enough;
    await spool.clock.advance(4999);
    expect(disk.looks).toBe(looks);
    await spool.clock.advance(1);
    spool.queue.settle(spool.read(), 0, 1, false);
    spool.append(json(3));
    await turn();
    expect(spool.queue.onDisk).toBe(1);
    expect(spool.said).toHaveLength(2);
  });

  it.each([
    ['where nothing is to be left', 0, GIB],
    ['where the file system does not say how large it is', undefined, 0],
  ])('takes all of it %s', async (_, minFreeBytes, bytes) => {
    using directory = tempDirectory();
    const disk = new Disk(bytes, 0);
    const spool = new TestSpool(new Lives(directory.path), { minFreeBytes }, disk.files);
    spool.append(json(0));
    await turn();
    expect([spool.queue.onDisk, spool.said]).toEqual([1, []]);
  });

  it('asks once a file', async () => {
    using directory = tempDirectory();
    const disk = new Disk(GIB, GIB);
    const settings = { minFreeBytes: undefined, segmentBytes: 40 };
    const spool = new TestSpool(new Lives(directory.path), settings, disk.files);
    for (let n = 0; n < 10; n++) spool.append(json(n));
    await turn();
    expect(disk.looks).toBe(2);
  });
});
