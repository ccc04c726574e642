import { describe, expect, it } from 'vitest';
import { createRemoteLogger, type DeliveryStats } from '../../src/index.js';
import { allDelivered, expectBalance } from '../support/account.js';
import { runChild } from '../support/child.js';
import { Receiver } from '../support/receiver.js';
import { where } from '../support/spooled.js';

/** A queue without a limit passes this with a small part of a million records of 1 kB. */
const SMALL_HEAP = ['--max-old-space-size=128'];
const CALLS = 1_000_000;
/** What the queue is charged for `{"id":1234567,"text":"x..."}`: at least its characters. */
const RECORD_BYTES = 1000;

interface Overloaded {
  readonly inFlight: DeliveryStats;
  readonly stats: DeliveryStats;
  readonly turnsInLoop: number;
  readonly unbalanced: number;
  readonly maxPending: number;
  readonly maxHeapBytes: number;
}

/** With queues on disk, the limit is that of their files. */
const MAX_DISK_BYTES = 3_000_000;
const DISK_LIMIT = { REMOTE_LOGGER_SPOOL_MAX_BYTES: `${MAX_DISK_BYTES}` };

describe('a million records', () => {
  it.each([
    ['in one go', CALLS, 'a queue of few records', { maxQueueSize: 2000 }],
    ['in one go', CALLS, 'a queue of few bytes', { maxQueueBytes: 2_000_000 }],
    ['with turns between', 5000, 'a queue of few records', { maxQueueSize: 2000 }],
    ['with turns between', 5000, 'a queue of few bytes', { maxQueueBytes: 2_000_000 }],
    [
      'with turns between, gzipped in lines',
      5000,
      'a queue of few bytes',
      { maxQueueBytes: 2_000_000, format: 'ndjson', compression: 'gzip' },
    ],
  ])('%s (%i at a time) against a slow endpoint stay within %s', async (_, calls, __, limits) => {
    await using receiver = await Receiver.start();
    receiver.otherwise((_, response) => {
      setTimeout(() => response.writeHead(204).end(), 20);
    });
    const options = { url: receiver.url, batch: { scheduledDelayMillis: 0 }, ...limits };
    const env = where<NodeJS.ProcessEnv>({ inMemory: {}, onDisk: DISK_LIMIT });
    const ended = await runChild('overload', { args: [options, calls], flags: SMALL_HEAP, env });
    expect(ended).toMatchObject({ code: 0, signal: null });
    const { inFlight, stats, turnsInLoop, unbalanced, maxPending, maxHeapBytes } = JSON.parse(
      ended.stdout,
    ) as Overloaded;
    console.log(
      `overload: ${calls} at a time, most pending ${maxPending}, accepted ${stats.accepted}, ` +
        `most heap ${Math.round(maxHeapBytes / 1e6)} MB`,
    );
    expect(turnsInLoop).toBe(0); // nobody waited in log()
    expect(unbalanced).toBe(0);
    const { maxQueueSize = 100_000, maxQueueBytes = Number.POSITIVE_INFINITY } = limits as Record<
      string,
      number
    >;
    const mostPending = where({
      inMemory: Math.min(maxQueueSize, maxQueueBytes / RECORD_BYTES),
      onDisk: MAX_DISK_BYTES / RECORD_BYTES,
    });
    expect(maxPending).toBeLessThanOrEqual(mostPending);
    expect(maxPending).toBeGreaterThan(1500); // the queue was full, so it was the limit that held
    expectBalance(inFlight, CALLS);
    expectBalance(stats, CALLS);
    const dropped = { queue_full: CALLS - stats.accepted };
    expect(stats).toEqual({ ...allDelivered(stats.accepted), dropped });
    expect(new Set(receiver.records.map((record) => record['id'])).size).toBe(stats.accepted);
    expect(receiver.records).toHaveLength(stats.accepted);
    // The loss is told, but not a million times.
    expect(ended.stderr.match(/REMOTE_LOGGER_LOSS/g)).toHaveLength(1);
    expect(ended.stderr.split('\n').length).toBeLessThan(10);
  });
});

describe.concurrent('a record of 50 MB', () => {
  it.for([
    ['one string', 128],
    ['a bare string', 128],
    ['a nested string', 128],
    ['many fields', 128],
    ['a long list', 128],
    ['what toJSON returns', 128],
    ['a buffer', 128],
  ] as const)('beside small ones is dropped alone: %s', async ([shape, megabytes]) => {
    await using receiver = await Receiver.start();
    const flags = [`--max-old-space-size=${megabytes}`];
    const ended = await runChild('giants', { args: [{ url: receiver.url }, shape], flags });
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(JSON.parse(ended.stdout)).toEqual({ ...allDelivered(10), dropped: { too_large: 10 } });
    expect(receiver.records.map((record) => record['id']).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('a record that is longer as text than any text can be', () => {
  it('is dropped, and log() does not throw', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ url: receiver.url, maxPayloadBytes: 1e9, maxQueueBytes: 1e9 });
    const half = '\u0000'.repeat(48_000_000); // six characters each
    expect(() => logger.log({ half, other: half })).not.toThrow();
    expect(logger.stats()).toMatchObject({ accepted: 0, dropped: { too_large: 1 } });
    await logger.shutdown();
  });
});
