import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import {
  createRemoteLogger,
  type DeliveryStats,
  type RemoteLogger,
  type RemoteLoggerOptions,
} from '../../src/index.js';
import { expectBalance } from '../support/account.js';
import { ChaosEndpoint, chanceFrom, FAULTS, pickFrom, type Taste } from '../support/chaos-endpoint.js';
import { ProcessWatch } from '../support/chaos-watch.js';

/** For all seeds together. CI takes 60. */
const SECONDS = Number(process.env['CHAOS_SECONDS'] ?? 5);
/** The first of ten. A run with the same one meets the same faults, as far as time allows. */
const FIRST_SEED = Number(process.env['CHAOS_SEED'] ?? 1);
const SEEDS = Array.from({ length: 10 }, (_, index) => FIRST_SEED + index);
const HEALING_MILLIS = 120_000;

const total = { logged: 0, delivered: 0, failed: 0, dropped: 0, duplicates: 0 };
const faults = new Set<string>();
const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, count) => all + count, 0);

function optionsFrom(chance: () => number): RemoteLoggerOptions {
  return {
    format: pickFrom(['object', 'ndjson', 'array'], chance),
    compression: pickFrom(['none', 'gzip'], chance),
    concurrency: pickFrom([1, 3, 10], chance),
    batch: {
      scheduledDelayMillis: pickFrom([0, 5, 50], chance),
      maxExportBatchSize: pickFrom([1, 16, 512], chance),
    },
    maxPayloadBytes: pickFrom([300, 1024 * 1024], chance),
    maxQueueSize: pickFrom([50, 500, 2000], chance),
    timeoutMillis: 200,
    // Short pauses and no end to patience: nothing is given up but what the endpoint can't take.
    retry: { initialDelayMillis: 5, maxDelayMillis: 50, maxElapsedMillis: 3_600_000 },
  };
}

const tasteFrom = (chance: () => number): Taste => {
  const poison = Math.floor(chance() * 97);
  return { isPoison: (id) => id % 97 === poison, maxRecords: pickFrom([3, 20, 1000], chance) };
};

/** Logs for a while, with flushes in between, some of them overlapping, some with a deadline that is too short. */
async function logThrough(
  seed: number,
  endpoint: ChaosEndpoint,
  chance: () => number,
): Promise<{
  readonly logger: RemoteLogger;
  readonly logged: number;
  readonly accepted: ReadonlySet<number>;
}> {
  const accepted = new Set<number>();
  let logged = 0;
  const logger = createRemoteLogger({ url: endpoint.url, ...optionsFrom(chance) });
  const sample = (): DeliveryStats => {
    const stats = logger.stats();
    expectBalance(stats, logged);
    return stats;
  };
  const flushes: Promise<unknown>[] = [];
  const until = performance.now() + (SECONDS * 1000) / SEEDS.length;
  // A thread and an HTTP client take a moment to load.
  while (performance.now() < until || endpoint.requests < 50) {
    for (let burst = Math.ceil(chance() * 40); burst > 0; burst--) {
      const id = logged++;
      logger.log({ id, seed, text: 'x'.repeat(chance() * 100) });
      if (sample().accepted > accepted.size) accepted.add(id);
    }
    if (chance() < 0.1) {
      const before = accepted.size;
      const timeoutMillis = pickFrom([0, 50, HEALING_MILLIS], chance);
      const flush = logger.flush({ timeoutMillis }).then(({ delivered, failed, pending }) => {
        // Only a deadline excuses a flush that leaves something behind.
        if (timeoutMillis < HEALING_MILLIS)
          expect(delivered + sum(failed) + pending).toBeGreaterThanOrEqual(before);
        else expect(delivered + sum(failed)).toBeGreaterThanOrEqual(before);
      });
      flushes.push(flush);
      // A long flush goes on under the ones to come.
      if (timeoutMillis < HEALING_MILLIS) await flush;
    }
    await sleep(chance() * 10);
    sample();
  }
  endpoint.healed = true;
  await Promise.all(flushes);
  return { logger, logged, accepted };
}

describe('a chaotic endpoint', () => {
  afterAll(() => {
    const { logged, delivered, failed, dropped, duplicates } = total;
    console.log(
      `chaos: ${SEEDS.length} seeds, ${logged} logged, ${delivered} delivered, ${failed} failed, ` +
        `${dropped} dropped, ${duplicates} duplicates`,
    );
  });

  it.each(SEEDS)(
    'loses nothing and confuses no account: seed %i',
    async (seed) => {
      const watch = new ProcessWatch();
      const chance = chanceFrom(seed);
      const taste = tasteFrom(chance);
      await using endpoint = await ChaosEndpoint.start(chance, taste);
      const { logger, logged, accepted } = await logThrough(seed, endpoint, chance);

      const stats = await logger.flush({ timeoutMillis: HEALING_MILLIS });
      expectBalance(stats, logged);
      const poisoned = [...accepted].filter(taste.isPoison);
      const wanted = [...accepted].filter((id) => !taste.isPoison(id));
      expect(stats).toMatchObject({
        accepted: accepted.size,
        delivered: wanted.length,
        pending: 0,
        failed: poisoned.length > 0 ? { rejected: poisoned.length } : {},
      });
      expect([...endpoint.taken.keys()].sort((a, b) => a - b)).toEqual(wanted);
      for (const [id, keys] of endpoint.taken) {
        expect(new Set(keys).size, `the keys of record ${id}`).toBe(1);
        total.duplicates += keys.length - 1;
      }
      expect(await logger.shutdown()).toEqual(stats);
      await watch.expectCalm();
      expect(stats.delivered).toBeGreaterThan(0);

      total.logged += logged;
      total.delivered += stats.delivered;
      total.failed += sum(stats.failed);
      total.dropped += sum(stats.dropped);
      for (const name of endpoint.faults) faults.add(name);
    },
    (SECONDS / SEEDS.length) * 1000 + 2 * HEALING_MILLIS,
  );

  it('has shown all its faults by then', () => {
    expect([...faults].sort()).toEqual(Object.keys(FAULTS).sort());
  });
});
