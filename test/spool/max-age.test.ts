import { readdirSync, readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
// A thread runs built files.
import { createRemoteLogger } from '../../dist/index.js';
import { runCommand } from '../../src/command/command.js';
import { deadLetterFiles, scanDeadLetters } from '../../src/spool/dead-letter-file.js';
import { turn } from '../support/fake-clock.js';
import { Receiver } from '../support/receiver.js';
import { leaveSegment } from '../support/segments.js';
import { Lives, TestSpool, tempDirectory } from '../support/spool.js';
import { Text } from '../support/text.js';

const json = (n: number): string => JSON.stringify({ n });
const upTo = (count: number): string[] => Array.from({ length: count }, (_, n) => json(n));
const logsIn = (directory: string): string[] =>
  (readdirSync(directory, { recursive: true }) as string[]).filter((name) => name.endsWith('.log')).sort();
const HOUR = 3_600_000;

describe('a queue on disk with a greatest age of records', () => {
  it('gives up those that nobody has read, whole files at a time, and no others', async () => {
    using directory = tempDirectory();
    const spool = await new TestSpool(new Lives(directory.path), {
      maxAgeMillis: HOUR,
      segmentBytes: 40,
    }).start();
    spool.append(...upTo(10));
    await spool.clock.advance(HOUR / 2);
    spool.append(json(10), json(11));
    const { allSettled } = spool.queue.mark();
    await spool.clock.advance(HOUR / 2 - 60_000);
    expect(spool.expired).toEqual([]);
    await spool.clock.advance(60_000);
    expect(spool.expired).toEqual(upTo(10));
    expect([spool.queue.unsettled, spool.queue.unread, spool.queue.onDisk]).toEqual([2, 2, 2]);
    expect(logsIn(directory.path)).toHaveLength(1);
    await spool.clock.advance(HOUR / 2);
    await allSettled;
    expect(spool.expired).toEqual(upTo(12));
    expect(logsIn(directory.path)).toEqual([]);
  });

  it('leaves what was read to those who send it, and says how old it is', async () => {
    using directory = tempDirectory();
    const spool = await new TestSpool(new Lives(directory.path), { maxAgeMillis: HOUR }).start();
    spool.append(...upTo(3));
    const chunk = spool.read(1);
    await spool.clock.advance(2 * HOUR);
    expect(spool.expired).toEqual([]);
    expect(spool.clock.now() - chunk.appendedAt).toBe(2 * HOUR);
    expect(spool.queue.unread).toBe(2);
  });

  it('knows the age of what was let go from memory', async () => {
    using directory = tempDirectory();
    const spool = await new TestSpool(new Lives(directory.path), {
      maxAgeMillis: HOUR,
      segmentBytes: 1024 * 1024,
    }).start();
    const text = 'x'.repeat(100_000);
    for (let n = 0; n < 300; n++) spool.append(JSON.stringify({ n, text }));
    await spool.clock.advance(HOUR / 2);
    const ages = new Set<number>();
    for (let count = 0; count < 300; ) {
      const chunk = spool.read();
      count += chunk.length;
      ages.add(spool.clock.now() - chunk.appendedAt);
      spool.queue.settle(chunk, 0, chunk.length, false);
    }
    expect([...ages]).toEqual([HOUR / 2]);
  });

  it('begins a file after a tenth of it, as a file has one age when it is read again', async () => {
    using directory = tempDirectory();
    const spool = await new TestSpool(new Lives(directory.path), { maxAgeMillis: HOUR }).start();
    spool.append(json(0));
    await spool.clock.advance(HOUR / 10);
    spool.append(json(1));
    await turn();
    expect(logsIn(directory.path)).toHaveLength(2);
  });

  const NOW = Date.UTC(2026, 0, 1);
  it.each([
    ['was written before', NOW - HOUR - 1, 0, 'given up'],
    ['was written since', NOW - HOUR + 120_000, 0, 'kept'],
    ['was written later than it is, as the clock was wrong', NOW + 24 * HOUR, 0, 'kept'],
    ['was written when the clock was not set', 0, 0, 'kept'],
    ['was written since, by a clock that jumps by a year then', NOW - HOUR / 2, 365 * 24 * HOUR, 'kept'],
  ])('counts the wait in earlier lives by the wall clock: what %s', async (_, writtenAt, jump, fate) => {
    using directory = tempDirectory();
    const lives = new Lives(directory.path);
    const first = new TestSpool(lives);
    first.append(...upTo(3));
    first.die();
    const [path = ''] = logsIn(directory.path);
    utimesSync(join(directory.path, path), writtenAt / 1000, writtenAt / 1000);
    const next = await new TestSpool(lives, { maxAgeMillis: HOUR }).start();
    expect(next.takenOver).toBe(3);
    const { clock } = next;
    const wallNow = clock.wallNow.bind(clock);
    clock.wallNow = () => wallNow() + jump;
    await clock.advance(60_000);
    expect(next.expired).toEqual(fate === 'kept' ? [] : upTo(3));
    await clock.advance(HOUR);
    expect(next.expired).toEqual(upTo(3));
    expect(logsIn(directory.path)).toEqual([]);
  });
});

describe('a queue on disk', () => {
  it('removes a file that is a minute old as soon as all of it is delivered, and keeps one of which none is', async () => {
    using directory = tempDirectory();
    const spool = await new TestSpool(new Lives(directory.path)).start();
    spool.append(...upTo(3));
    await spool.clock.advance(120_000);
    spool.append(json(3));
    await turn();
    expect(logsIn(directory.path)).toHaveLength(1);
    const chunk = spool.read();
    spool.queue.settle(chunk, 0, 3, false);
    await spool.clock.advance(60_000);
    expect(logsIn(directory.path)).toHaveLength(1);
    spool.queue.settle(chunk, 3, 4, false);
    expect(logsIn(directory.path)).toEqual([]);
  });
});

describe('a logger with a greatest age of records', () => {
  it.each([
    ['in process', {}],
    ['with a thread', { thread: true }],
    ['many in a payload', { format: 'ndjson' }],
  ] as const)(
    'gives up what waits for longer, tells of it, and keeps it as a dead letter: %s',
    async (_, options) => {
      using directory = tempDirectory();
      await using receiver = await Receiver.start();
      receiver.otherwise(503);
      const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
      const onDrop = vi.fn();
      const logger = createRemoteLogger({
        ...options,
        url: receiver.url,
        spool: { directory: directory.path, maxAgeMillis: 200 },
        retry: { initialDelayMillis: 5, maxDelayMillis: 20 },
        batch: { scheduledDelayMillis: 5 },
        onDrop,
      });
      for (let id = 0; id < 3; id++) logger.log({ id });
      expect(await logger.flush()).toMatchObject({ delivered: 0, failed: { expired: 3 }, pending: 0 });
      const drops = onDrop.mock.calls.map(([{ reason, count }]) => [reason, count]);
      expect(drops.every(([reason]) => reason === 'expired')).toBe(true);
      const letters = deadLetterFiles(directory.path).flatMap((path) => scanDeadLetters(readFileSync(path)));
      expect(letters.map(({ reason }) => reason)).toEqual(['expired', 'expired', 'expired']);
      await logger.shutdown();
      warnings.mockRestore();
    },
  );

  it('sends nothing of what is too old already, and the command all of it', async () => {
    using directory = tempDirectory();
    const path = leaveSegment(directory.path, [1, 2]);
    const before = Date.now() / 1000 - 3600;
    utimesSync(path, before, before);
    await using receiver = await Receiver.start();
    const spool = { directory: directory.path, maxAgeMillis: 1_000_000 };
    const logger = createRemoteLogger({ url: receiver.url, spool });
    await vi.waitFor(() => expect(logger.stats().failed).toEqual({ expired: 2 }));
    expect(await logger.shutdown()).toMatchObject({ takenOver: 2, delivered: 0, pending: 0 });
    expect(receiver.requests).toEqual([]);
    vi.stubEnv('REMOTE_LOGGER_SPOOL_MAX_AGE', '1000');
    const [stdout, stderr] = [new Text(), new Text()];
    const args = ['spool', directory.path, '--send', receiver.url, '--dead-letters'];
    expect(await runCommand(args, { stdout, stderr })).toBe(0);
    vi.unstubAllEnvs();
    expect(stdout.text).toBe('2 records taken over, 2 delivered\n');
  });
});
