import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type RemoteLogger } from '../../src/index.js';
import { turn } from '../support/fake-clock.js';
import { canMountDisk, mountDisk } from '../support/mount-disk.js';
import { Receiver } from '../support/receiver.js';

const COUNT = 3000;

/** Logs, a hundred records in each turn of the event loop. */
async function logAll(logger: RemoteLogger): Promise<void> {
  for (let id = 0; id < COUNT; id++) {
    logger.log({ id, text: 'x'.repeat(300) });
    if (id % 100 === 99) await turn();
  }
}

describe('a logger with a queue on a real disk', () => {
  const canMount = canMountDisk();

  it.skipIf(!canMount).each([
    ['that fills up', { minFreeBytes: 0 }, 0, 'ENOSPC'],
    ['that others need, too', { minFreeBytes: 200_000, segmentBytes: 65_536 }, 120_000, 'minFreeBytes'],
  ])('%s loses nothing, and its account is exact', async (_, settings, leastFree, why) => {
    using disk = mountDisk(512 * 1024);
    if (disk === undefined) return;
    await using receiver = await Receiver.start();
    receiver.otherwise(503);
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const logger = createRemoteLogger({
      url: receiver.url,
      spool: { directory: join(disk.path, 'spool'), sync: 'never', ...settings },
      retry: { initialDelayMillis: 5, maxDelayMillis: 20 },
      batch: { scheduledDelayMillis: 5 },
    });
    logger.log({ id: -1 });
    await turn();
    await logAll(logger);
    const { accepted, pending, onDisk = 0 } = logger.stats();
    expect([accepted, pending]).toEqual([COUNT + 1, COUNT + 1]);
    expect(onDisk).toBeGreaterThan(0);
    expect(onDisk).toBeLessThan(COUNT);
    const { bavail, bsize } = statfsSync(disk.path);
    expect(bavail * bsize).toBeGreaterThanOrEqual(leastFree);
    const told = warnings.mock.calls.map(([message]) => String(message));
    expect(told.filter((message) => message.includes("can't be written"))).toEqual([
      expect.stringContaining(why),
    ]);
    receiver.otherwise(204);
    await logger.flush();
    expect(await logger.shutdown()).toMatchObject({
      accepted: COUNT + 1,
      delivered: COUNT + 1,
      pending: 0,
      failed: {},
    });
    expect(new Set(receiver.records.map(({ id }) => id)).size).toBe(COUNT + 1);
    warnings.mockRestore();
  });
});
