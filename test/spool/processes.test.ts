import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Format, RemoteLoggerOptions } from '../../src/index.js';
import { Child, type Ended, runChild, wordsOf } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { Receiver } from '../support/receiver.js';
import { tempDirectory } from '../support/spool.js';

/** The ids that came with each key. */
function keysAt({ requests }: Receiver): Map<string, string> {
  const keys = new Map<string, string>();
  for (const { headers, body } of requests) {
    const ids = [...body.matchAll(/"id":(\d+)/g)].map(([, id]) => id).join(' ');
    const key = String(headers['idempotency-key']);
    expect(keys.get(key) ?? ids).toBe(ids);
    keys.set(key, ids);
  }
  return keys;
}

/** That the endpoint is down is said, too. */
const wordsOfLoss = (ended: Ended): string[] => wordsOf(ended).filter((line) => line.includes('undelivered'));
const idsAt = ({ records }: Receiver): number[] => records.map(({ id }) => Number(id)).sort((a, b) => a - b);
const upTo = (count: number): number[] => [...Array(count).keys()];
const accountOf = (stdout: string): Record<string, unknown> => JSON.parse(stdout.split('\n').at(-2) ?? '');

describe.each([
  ['in process', false],
  ['with the thread', true],
])('a queue on disk, %s', (_, thread) => {
  const optionsOf = (url: string, directory: string, format: Format = 'object'): RemoteLoggerOptions => ({
    url,
    spool: directory,
    thread,
    format,
    retry: { initialDelayMillis: 5, maxDelayMillis: 20 },
    batch: { scheduledDelayMillis: 5, maxExportBatchSize: 32 },
  });

  /** With an endpoint at which nobody listens yet. */
  async function downAt(directory: string) {
    const port = await freePort();
    return { port, options: optionsOf(`http://127.0.0.1:${port}/`, directory) };
  }

  it.each(['object', 'ndjson', 'array'] as const)(
    'has the next process deliver what was logged before SIGKILL, with the same keys: %s',
    async (format) => {
      using directory = tempDirectory();
      await using down = await Receiver.start();
      down.otherwise(503);
      const { port } = down;
      const options = optionsOf(down.url, directory.path, format);
      const child = new Child('spool', { args: [options, 200, 0, 'stay'] });
      await child.said('logged');
      await down.received(5);
      child.kill('SIGKILL');
      await child.ended;

      await down[Symbol.asyncDispose]();
      await using up = await Receiver.start(port);
      const { stdout, stderr } = await runChild('spool', { args: [options, 0, 200, 'deliver'] });
      expect(stderr).toBe('');
      expect(accountOf(stdout)).toMatchObject({
        accepted: 0,
        takenOver: 200,
        delivered: 200,
        pending: 0,
        onDisk: 0,
      });
      expect(idsAt(up)).toEqual(upTo(200));
      const [before, after] = [keysAt(down), keysAt(up)];
      for (const [key, ids] of before) expect(after.get(key)).toBe(ids);
      expect(readdirSync(directory.path)).toEqual([]);
    },
  );

  it('at process.exit() keeps what was logged in the last turn, says nothing of loss, and waits for nothing', async () => {
    using directory = tempDirectory();
    const { options, port } = await downAt(directory.path);
    const ended = await runChild('spool', { args: [options, 20, 0, 'exit'] });
    await using up = await Receiver.start(port);
    expect([ended.code, wordsOfLoss(ended)]).toEqual([3, []]);
    await runChild('spool', { args: [options, 5, 20, 'deliver'] });
    expect(idsAt(up)).toEqual(upTo(25));
  });

  it('does not keep a process that ends by itself, while the endpoint is down', async () => {
    using directory = tempDirectory();
    const { options, port } = await downAt(directory.path);
    const ended = await runChild('spool', { args: [options, 20, 0, 'natural'] });
    await using up = await Receiver.start(port);
    expect([ended.code, wordsOfLoss(ended)]).toEqual([0, []]);
    await runChild('spool', { args: [options, 0, 20, 'deliver'] });
    expect(idsAt(up)).toEqual(upTo(20));
  });

  it('delivers before a process ends by itself, and leaves nothing behind', async () => {
    using directory = tempDirectory();
    await using up = await Receiver.start();
    // Its default is short for a machine that does much else.
    const options = { ...optionsOf(up.url, directory.path), exitTimeoutMillis: 30_000 };
    const { code, stderr } = await runChild('spool', { args: [options, 20, 0, 'natural'] });
    expect([code, stderr]).toEqual([0, '']);
    expect(idsAt(up)).toEqual(upTo(20));
    expect(readdirSync(directory.path)).toEqual([]);
  });

  it('at a signal holds nobody', async () => {
    using directory = tempDirectory();
    const { options, port } = await downAt(directory.path);
    const flushing = { ...options, flushOnSignals: ['SIGTERM'] };
    const child = new Child('spool', { args: [flushing, 20, 0, 'stay'] });
    await child.said('logged');
    child.kill('SIGTERM');
    const ended = await child.ended;
    expect([ended.signal, wordsOfLoss(ended)]).toEqual(['SIGTERM', []]);
    await using up = await Receiver.start(port);
    await runChild('spool', { args: [options, 0, 20, 'deliver'] });
    expect(idsAt(up)).toEqual(upTo(20));
  });
});
