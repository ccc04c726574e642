import fs, {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../src/command/command.js';
import { bringBack } from '../../src/command/spool/dead-letters.js';
import { createRemoteLogger } from '../../src/index.js';
import { type DeadLetter, deadLetterFiles, scanDeadLetters } from '../../src/spool/dead-letter-file.js';
import { type DeadLetterSettings, DeadLetters } from '../../src/spool/dead-letters.js';
import type { Files } from '../../src/spool/files.js';
import { isFor, lifeEndpoint } from '../../src/spool/life-endpoint.js';
import { scanSegment } from '../../src/spool/segment-file.js';
import type { Refused } from '../../src/types/send-result.js';
import { FakeClock } from '../support/fake-clock.js';
import { Receiver } from '../support/receiver.js';
import { leaveSegment } from '../support/segments.js';
import { Lives, TestSpool, tempDirectory } from '../support/spool.js';
import { Text } from '../support/text.js';

const REJECTED: Refused = { outcome: 'refused', reason: 'rejected', cause: 'HTTP 400', detail: '"no"' };
const TOO_LARGE: Refused = { outcome: 'refused', reason: 'too_large', cause: 'HTTP 413' };

const kept = (directory: string): DeadLetter[] =>
  deadLetterFiles(directory).flatMap((path) => scanDeadLetters(readFileSync(path)));
const idsOf = (letters: readonly DeadLetter[]): unknown[] => letters.map(({ json }) => JSON.parse(json).id);
const headsOf = (directory: string): unknown[] =>
  deadLetterFiles(directory).map((path) => scanSegment(readFileSync(path)).head?.prefix);

let prefixes = 0;
const newKeyPrefix = (): string => `${String(prefixes++).padStart(8, '0')}-0000-8000`;

/** Dead letters of a directory, and what is told of them. */
function setUp(directory: string, settings: Partial<DeadLetterSettings> = {}, files?: Files) {
  const told: string[] = [];
  const clock = new FakeClock();
  const all = { directory, maxDeadLetterBytes: 1e9, format: 'object', newKeyPrefix, ...settings };
  const letters = new DeadLetters(all, clock, files, (message) => told.push(message));
  const spool = new TestSpool(new Lives(directory));
  const keep = (why: Refused, ...ids: number[]): void => {
    spool.append(...ids.map((id) => JSON.stringify({ id })));
    const chunk = spool.read();
    letters.keep(chunk, 0, chunk.length, why);
  };
  return { letters, spool, told, clock, keep };
}

describe('records that are given up', () => {
  it('are kept, with why and when, for their owner alone', async () => {
    using directory = tempDirectory();
    await using receiver = await Receiver.start();
    receiver.otherwise(({ body }, response) => {
      const { id } = JSON.parse(body);
      response.writeHead(id === 1 ? 400 : id === 3 ? 413 : 204).end('no\nsuch "field"');
    });
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const logger = createRemoteLogger({ url: receiver.url, spool: directory.path });
    for (let id = 0; id < 5; id++) logger.log({ id, text: 'schön' });
    const failed = { rejected: 1, too_large: 1 };
    expect(await logger.shutdown()).toMatchObject({ delivered: 3, pending: 0, onDisk: 0, failed });
    const [folder] = readdirSync(directory.path);
    expect(folder).toBe('dead-letters');
    const [path = '', ...others] = deadLetterFiles(directory.path);
    expect(others).toEqual([]);
    expect(statSync(join(directory.path, 'dead-letters')).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(kept(directory.path).sort((a, b) => a.reason.localeCompare(b.reason))).toEqual([
      { reason: 'rejected', json: '{"id":1,"text":"schön"}' },
      { reason: 'too_large', json: '{"id":3,"text":"schön"}' },
    ]);
    expect(readFileSync(path, 'utf8')).toMatch(
      /^[0-9a-f]{8} given-up \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z rejected "HTTP 400: .*no such/m,
    );
    const told = warnings.mock.calls.map(([message]) => String(message));
    expect(told.filter((message) => message.includes('are kept in'))).toHaveLength(1);
    warnings.mockRestore();
  });

  it('of a batch are kept alone', async () => {
    using directory = tempDirectory();
    await using receiver = await Receiver.start();
    receiver.otherwise(({ body }, response) =>
      response.writeHead(body.includes('"id":7}') ? 400 : 204).end(),
    );
    const logger = createRemoteLogger({ url: receiver.url, format: 'ndjson', spool: directory.path });
    for (let id = 0; id < 20; id++) logger.log({ id });
    expect(await logger.shutdown()).toMatchObject({ delivered: 19, failed: { rejected: 1 } });
    expect(idsOf(kept(directory.path))).toEqual([7]);
  });

  it('are not kept where that is not wanted, nor without a queue on disk', async () => {
    using directory = tempDirectory();
    await using receiver = await Receiver.start();
    receiver.otherwise(400);
    const spool = { directory: directory.path, maxDeadLetterBytes: 0 };
    const logger = createRemoteLogger({ url: receiver.url, spool });
    logger.log({ id: 0 });
    expect(await logger.shutdown()).toMatchObject({ failed: { rejected: 1 } });
    expect(readdirSync(directory.path)).toEqual([]);
  });

  it('are kept once, and not if they were settled before', () => {
    using directory = tempDirectory();
    const { letters, spool } = setUp(directory.path);
    spool.append('{"id":0}', '{"id":1}', '{"id":2}');
    const chunk = spool.read();
    spool.queue.settle(chunk, 1, 2, false);
    letters.keep(chunk, 0, 3, REJECTED);
    expect(idsOf(kept(directory.path))).toEqual([0, 2]);
  });

  it('are not kept at a shutdown, at which only what is in no file is given up', () => {
    using directory = tempDirectory();
    const { keep } = setUp(directory.path);
    keep({ outcome: 'refused', reason: 'shutdown', cause: 'shut down' }, 1);
    expect(kept(directory.path)).toEqual([]);
  });

  it('are kept up to a limit, which is told once, and looked at again later', async () => {
    using directory = tempDirectory();
    const { keep, told, clock } = setUp(directory.path, { maxDeadLetterBytes: 300 });
    for (let id = 0; id < 100; id++) keep(TOO_LARGE, id);
    const { length } = kept(directory.path);
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan(4);
    expect(deadLetterFiles(directory.path)).toHaveLength(1);
    expect(told.slice(1)).toEqual([expect.stringContaining('is full (spool.maxDeadLetterBytes: 300)')]);
    rmSync(join(directory.path, 'dead-letters'), { recursive: true });
    keep(TOO_LARGE, 100);
    expect(kept(directory.path)).toEqual([]);
    await clock.advance(60_000);
    keep(TOO_LARGE, 101);
    expect(idsOf(kept(directory.path))).toEqual([101]);
  });

  it('count the files of others to that limit', () => {
    using directory = tempDirectory();
    setUp(directory.path).keep(REJECTED, 1);
    const { size } = statSync(deadLetterFiles(directory.path)[0] ?? '');
    setUp(directory.path, { maxDeadLetterBytes: 2 * size - 1 }).keep(REJECTED, 2);
    expect(idsOf(kept(directory.path))).toEqual([1]);
    expect(deadLetterFiles(directory.path)).toHaveLength(1);
    setUp(directory.path, { maxDeadLetterBytes: 2 * size }).keep(REJECTED, 2);
    expect(idsOf(kept(directory.path)).sort()).toEqual([1, 2]);
  });

  it('begin another file, with keys of its own, when one is large or was taken', () => {
    using directory = tempDirectory();
    const { keep, letters, spool } = setUp(directory.path);
    spool.append(JSON.stringify({ id: 0, text: 'x'.repeat(1024 * 1024) }));
    letters.keep(spool.read(), 0, 1, TOO_LARGE);
    keep(TOO_LARGE, 1);
    expect(deadLetterFiles(directory.path)).toHaveLength(2);
    const taken = join(directory.path, 'taken');
    const small = deadLetterFiles(directory.path).find((path) => statSync(path).size < 1000) ?? '';
    renameSync(small, taken);
    keep(TOO_LARGE, 2);
    expect(idsOf(kept(directory.path)).sort()).toEqual([0, 2]);
    expect(new Set([...headsOf(directory.path), scanSegment(readFileSync(taken)).head?.prefix]).size).toBe(3);
    expect(scanSegment(readFileSync(small)).indexes).toEqual([0]);
  });

  it('cost nothing but themselves where the disk fails: nothing is left of a part', () => {
    using directory = tempDirectory();
    let takes = Number.POSITIVE_INFINITY;
    const writeSync = (descriptor: number, bytes: Buffer, offset: number, length: number): number => {
      if (takes <= 0) throw Object.assign(new Error('ENOSPC: the disk is full'), { code: 'ENOSPC' });
      const written = fs.writeSync(descriptor, bytes, offset, Math.min(takes, length));
      takes -= written;
      return written;
    };
    const { keep, told } = setUp(directory.path, {}, { ...fs, writeSync: writeSync as Files['writeSync'] });
    keep(REJECTED, 1);
    takes = 10;
    for (const id of [2, 3, 4]) keep(REJECTED, id);
    expect(told.slice(1)).toEqual([expect.stringContaining("can't be kept in")]);
    takes = Number.POSITIVE_INFINITY;
    keep(REJECTED, 5);
    expect(idsOf(kept(directory.path)).sort()).toEqual([1, 5]);
    for (const path of deadLetterFiles(directory.path))
      expect(scanSegment(readFileSync(path)).damaged).toBe(0);
  });
});

describe('the command', () => {
  async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
    const [stdout, stderr] = [new Text(), new Text()];
    const code = await runCommand(args, { stdout, stderr });
    return { code, out: stdout.text, err: stderr.text };
  }

  // Before any other: a process that sends for a person takes over what was for any endpoint.
  it('sends it where a person has said: it goes to no other process on the way', () => {
    using directory = tempDirectory();
    setUp(directory.path).keep(REJECTED, 1);
    bringBack(directory.path, 'https://here.example/logs');
    const [life = ''] = readdirSync(directory.path).filter((name) => name !== 'dead-letters');
    const path = join(directory.path, life);
    const endpointOf = (url: string) => lifeEndpoint(new URL(url));
    expect(isFor({ path }, endpointOf('https://here.example/logs'))).toBe(true);
    expect(isFor({ path }, endpointOf('https://there.example/logs'))).toBe(false);
  });

  it('counts what was given up, and why', async () => {
    using directory = tempDirectory();
    const { keep } = setUp(directory.path);
    keep(REJECTED, 1, 2);
    keep(TOO_LARGE, 3);
    const { code, out } = await run('spool', directory.path);
    expect(code).toBe(0);
    const folder = join(directory.path, 'dead-letters');
    expect(out).toContain(`\n3 records given up (2 rejected, 1 too_large), 24 bytes, kept in ${folder}\n`);
  });

  it('prints it, and no more than is whole of it', async () => {
    using directory = tempDirectory();
    setUp(directory.path).keep(REJECTED, 1, 2, 3);
    leaveSegment(directory.path, [9]);
    const [path = ''] = deadLetterFiles(directory.path);
    writeFileSync(path, readFileSync(path, 'utf8').replace('{"id":2}', '{"id":7}'));
    const printed = await run('spool', directory.path, '--print', '--dead-letters');
    expect(printed).toEqual({ code: 0, out: '{"id":1}\n{"id":3}\n', err: '' });
  });

  it('sends it again, with other keys, beside what else is left', async () => {
    using directory = tempDirectory();
    const { keep } = setUp(directory.path);
    keep(REJECTED, 1, 2);
    leaveSegment(directory.path, [9]);
    setUp(directory.path).keep(TOO_LARGE, 3);
    const prefixes = headsOf(directory.path);
    await using receiver = await Receiver.start();
    const sent = await run('spool', directory.path, '--send', receiver.url, '--dead-letters');
    expect(sent).toEqual({ code: 0, out: '4 records taken over, 4 delivered\n', err: '' });
    expect(receiver.records.map(({ id }) => id).sort()).toEqual([1, 2, 3, 9]);
    const keys = receiver.requests.map(({ headers }) => String(headers['idempotency-key']));
    for (const prefix of prefixes) expect(keys.some((key) => key.startsWith(String(prefix)))).toBe(true);
    expect(kept(directory.path)).toEqual([]);
  });

  it('keeps what is rejected again', async () => {
    using directory = tempDirectory();
    setUp(directory.path).keep(REJECTED, 1, 2);
    await using receiver = await Receiver.start();
    receiver.otherwise(({ body }, response) => response.writeHead(body.includes('1') ? 422 : 204).end());
    const sent = await run('spool', directory.path, '--send', receiver.url, '--dead-letters');
    expect(sent).toMatchObject({ code: 1, out: '2 records taken over, 1 delivered, 1 failed (rejected)\n' });
    expect(idsOf(kept(directory.path))).toEqual([1]);
  });

  it('leaves it where it is without being asked', async () => {
    using directory = tempDirectory();
    setUp(directory.path).keep(REJECTED, 1);
    await using receiver = await Receiver.start();
    expect(await run('spool', directory.path, '--send', receiver.url)).toMatchObject({ code: 0 });
    expect(receiver.requests).toEqual([]);
    expect(existsSync(deadLetterFiles(directory.path)[0] ?? '')).toBe(true);
  });

  it('says what is missing', async () => {
    using directory = tempDirectory();
    expect(await run('spool', directory.path, '--dead-letters')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--dead-letters needs --print or --send'),
    });
  });
});
