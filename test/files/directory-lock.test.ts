import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from '../../src/files/directory-lock.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the lock of a directory', () => {
  it('belongs to one, until it is let go', async () => {
    const first = await lockDirectory(folder);
    expect(await lockDirectory(folder)).toBeUndefined();
    first?.release();
    const second = await lockDirectory(folder);
    expect(second).toBeDefined();
    expect(readdirSync(folder)).toEqual(['lock.2']);
    second?.release();
  });

  it('goes to one of many who find a dead one at the same moment', async () => {
    (await lockDirectory(folder))?.release();
    for (let round = 0; round < 20; round++) {
      const locks = await Promise.all(Array.from({ length: 8 }, () => lockDirectory(folder)));
      const taken = locks.filter((lock) => lock !== undefined);
      expect(taken).toHaveLength(1);
      expect(readdirSync(folder)).toHaveLength(1);
      taken[0]?.release();
    }
  });
});
