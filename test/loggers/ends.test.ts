import { describe, expect, it } from 'vitest';
import { type Ended, runChild } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { Receiver } from '../support/receiver.js';

const COUNT = 1000;
const ALL = Array.from({ length: COUNT }, (_, id) => id);
/** After the first batch, only the end of the process sends, and never a timer. */
const RARELY = { batch: { scheduledDelayMillis: 600_000 }, format: 'ndjson' };

/** With time for a slow machine. */
const THREAD = { thread: true, exitTimeoutMillis: 20_000 };

const idsAt = ({ records }: Receiver): unknown[] =>
  records.map(({ id }) => id).sort((a, b) => Number(a) - Number(b));

const run = (script: string, ...args: readonly unknown[]): Promise<Ended> =>
  runChild(script, { folder: 'loggers', args });

describe('a process that logs with pino', () => {
  it.for([
    ['ends by itself', 'natural', 0],
    ['calls process.exit()', 'exit', 7],
    ['ends of an exception that nobody catches', 'throw', 1],
    ['ends itself at SIGTERM', 'signal', 0],
  ] as const)('delivers all that was logged when it %s', async ([, way, code]) => {
    for (const waits of [true, false]) {
      await using receiver = await Receiver.start();
      const ended = await run('pino', { ...RARELY, url: receiver.url }, COUNT, way, waits);
      expect(ended).toMatchObject({ code, stdout: '' });
      if (way !== 'throw') expect(ended.stderr).toBe('');
      expect(idsAt(receiver), `with a thread that is ${waits ? '' : 'not yet '}up`).toEqual(ALL);
    }
  });

  it('ends within the time of a shutdown, and says how many are lost, when nothing gets through', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`;
    const ended = await run('pino', { ...RARELY, url, shutdownTimeoutMillis: 100 }, COUNT, 'exit', true);
    expect(ended.code).toBe(7);
    expect(ended.stderr).toContain(`"failed":{"shutdown":${COUNT}}`);
  });

  it.for([
    ['a wrong option', { concurrency: 0 }, 'option "concurrency" must be an integer of at least 1, got 0'],
    [
      'signals, which no thread is told of',
      { flushOnSignals: ['SIGTERM'] },
      'option "flushOnSignals" must not be given',
    ],
  ] as const)('is told of %s', async ([, options, message]) => {
    const ended = await run('pino', options, 1, 'natural', false);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(message);
  });
});

describe('a process that logs with winston', () => {
  it.for([
    ['ends by itself', 'natural', {}, { code: 0, signal: null }],
    ['calls process.exit(), with a thread', 'exit', THREAD, { code: 7, signal: null }],
    ['ends of an exception that nobody catches, with a thread', 'throw', THREAD, { code: 1, signal: null }],
    [
      'ends of SIGTERM, with flushOnSignals',
      'signal',
      { flushOnSignals: ['SIGTERM'] },
      { code: null, signal: 'SIGTERM' },
    ],
    ['has waited for finish', 'end', {}, { code: null, signal: 'SIGKILL' }],
  ] as const)('delivers all that was logged when it %s', async ([, way, options, end]) => {
    await using receiver = await Receiver.start();
    const ended = await run('winston', { ...RARELY, ...options, url: receiver.url }, COUNT, way);
    expect(ended).toMatchObject({ ...end, stdout: '' });
    if (way !== 'throw') expect(ended.stderr).toBe('');
    expect(idsAt(receiver)).toEqual(ALL);
  });
});
