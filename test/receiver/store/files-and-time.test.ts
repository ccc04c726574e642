import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { turn } from '../../support/fake-clock.js';
import { filesIn, idsIn, linesFor, openStore, temporary, WallClock } from '../../support/stores.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The store has looked for files to remove, and waits for the next look. */
async function looked({ clock }: { readonly clock: WallClock }): Promise<void> {
  while (clock.nextAt === undefined) await turn();
}

describe('the files of a store', () => {
  it('are one an hour, or more where they grow large', async () => {
    using directory = temporary();
    const { store, clock } = await openStore(directory.path, { maxFileBytes: 100 });
    for (const id of [1, 2, 3]) await store.append(linesFor({ id }), undefined);
    await clock.advance(HOUR);
    await store.append(linesFor({ id: 4 }), undefined);
    expect(filesIn(directory.path)).toEqual([
      '2026-01-01T00.ndjson',
      '2026-01-01T00_001.ndjson',
      '2026-01-01T01.ndjson',
    ]);
    expect((await store.last(10, 10_000)).map(({ line }) => JSON.parse(line).id)).toEqual([1, 2, 3, 4]);
    await store.close();
  });

  it('are written on in the hour in which a process ended, and not later', async () => {
    using directory = temporary();
    const clock = new WallClock();
    for (const id of [1, 2]) {
      const { store } = await openStore(directory.path, {}, clock);
      await store.append(linesFor({ id }), undefined);
      await store.close();
    }
    expect(filesIn(directory.path)).toEqual(['2026-01-01T00.ndjson']);
    await clock.advance(HOUR);
    const { store } = await openStore(directory.path, {}, clock);
    await store.append(linesFor({ id: 3 }), undefined);
    expect(filesIn(directory.path)).toEqual(['2026-01-01T00.ndjson', '2026-01-01T01.ndjson']);
    await store.close();
  });

  it('are never written over or into where the clock jumps', async () => {
    using directory = temporary();
    const { store, clock } = await openStore(directory.path);
    let id = 0;
    for (const offset of [0, 400 * DAY, 0, -400 * DAY, HOUR, 0]) {
      clock.offset = offset;
      await store.append(linesFor({ id: id++ }), `${id}`);
    }
    expect(filesIn(directory.path)).toHaveLength(6);
    expect(idsIn(directory.path).sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await store.append(linesFor({ id: 0 }), '1')).toBe('repeated');
    await store.close();
  });

  it('are removed when they are too old, and not the one that is written', async () => {
    using directory = temporary();
    for (const name of [
      '2025-12-30T22.ndjson',
      '2025-12-31T02.ndjson',
      '2025-12-30T01.ndjson.gz',
      'mine.txt',
    ])
      writeFileSync(join(directory.path, name), '{}\n');
    const opened = await openStore(directory.path, { retentionMillis: DAY });
    const { store, clock } = opened;
    await store.append(linesFor({ id: 1 }), undefined);
    await looked(opened);
    expect(existsSync(join(directory.path, '2025-12-30T22.ndjson'))).toBe(true); // nobody knows yet whether the clock is right
    for (let minute = 0; minute <= 61; minute++) {
      await clock.advance(60_000);
      await looked(opened);
    }
    expect(readdirSync(directory.path).sort()).toEqual([
      '.journal',
      '2025-12-30T01.ndjson.gz',
      '2025-12-31T02.ndjson',
      '2026-01-01T00.ndjson',
      'mine.txt',
    ]);
    await store.close();
  });

  it('are not removed by a clock that jumps ahead, until it has been right for an hour', async () => {
    using directory = temporary();
    writeFileSync(join(directory.path, '2025-12-31T23.ndjson'), '{}\n');
    const opened = await openStore(directory.path, { retentionMillis: DAY });
    const { store, clock } = opened;
    // The newest file is never removed.
    await store.append(linesFor({ id: 1 }), undefined);
    for (let minute = 0; minute <= 130; minute++) {
      clock.offset = minute > 61 && minute < 100 ? 400 * DAY : 0;
      await clock.advance(60_000);
      await looked(opened);
    }
    expect(filesIn(directory.path)).toEqual(['2025-12-31T23.ndjson', '2026-01-01T00.ndjson']);
    await store.close();
  });

  it('are removed, the oldest first, when all have too much', async () => {
    using directory = temporary();
    for (const name of [
      '2025-12-31T02.ndjson',
      '2025-12-31T10.ndjson',
      '2025-12-31T10_002.ndjson',
      '2025-12-31T10_010.ndjson',
    ])
      writeFileSync(join(directory.path, name), 'x'.repeat(100));
    const opened = await openStore(directory.path, { maxBytes: 260 });
    const { store, clock } = opened;
    await store.append(linesFor({ id: 1 }), undefined);
    await looked(opened);
    await clock.advance(60_000);
    await looked(opened);
    expect(filesIn(directory.path)).toEqual([
      '2025-12-31T10_002.ndjson',
      '2025-12-31T10_010.ndjson',
      '2026-01-01T00.ndjson',
    ]);
    await store.close();
  });
});
