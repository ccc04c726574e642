import { describe, expect, it } from 'vitest';
import { allDelivered } from '../support/account.js';
import { accountOf, Child, type Ended, runChild, wordsOf } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { Receiver } from '../support/receiver.js';
import { isSpooled, left, leftByDeath, undelivered, where } from '../support/spooled.js';

const BATCH_NEVER = { scheduledDelayMillis: 600_000 };
const FIVE = [0, 1, 2, 3, 4];

/** With a queue on disk, a process that ends by itself tries for this long, and not for 2 s, in which a thread may not have loaded. */
const PATIENT = { exitTimeoutMillis: 30_000 };

const idsAt = ({ records }: Receiver): unknown[] => records.map((record) => record['id']).sort();

/** After the first batch, only a flush sends, and never a timer. */
const RARELY = { OTEL_BLRP_SCHEDULE_DELAY: '600000' };
const REGISTER = ['--import', 'otel-remote-logger/register'];

const CLEAN = { code: 0, signal: null, stdout: '', stderr: '' };

/** Without the line that is said after a second of waiting, which a slow machine can take for anything. */
const unhurried = (ended: Ended): Ended => ({
  ...ended,
  stderr: ended.stderr.replace(/^otel-remote-logger: SIG\w+ with .*: waits 5000 ms at most\n/m, ''),
});

/**
 * It ended so, and all records have arrived. With a queue on disk nobody waits for them, whatever happens: those that have not arrived, or
 * of which that was not heard any more, are left there.
 */
function expectArrived(
  ended: Ended,
  receiver: Receiver,
  ids: readonly unknown[] = FIVE,
  how: Partial<Ended> = CLEAN,
): void {
  const { stderr, ...others } = how;
  const arrived = new Set([...idsAt(receiver), ...(ended.left ?? [])]);
  expect(ended).toMatchObject(where({ inMemory: how, onDisk: others }));
  expectNoLoss(ended);
  expect([...arrived].sort()).toEqual([...ids].sort());
  if (!isSpooled) expect(ended.left).toBeUndefined();
}

function expectNoLoss(ended: Ended): void {
  expect(ended.stderr).not.toContain('REMOTE_LOGGER_LOSS');
  expect(wordsOf(ended).filter((line) => line.includes('undelivered'))).toEqual([]);
}

/** It ended as any script does, saying that five were given up, and why. With a queue on disk they are left there. */
function expectGivenUp(ended: Ended): void {
  expect(ended).toMatchObject({ code: 0, signal: null });
  expect(ended.left).toEqual(left(...FIVE));
  if (isSpooled) expectNoLoss(ended);
  else expectToldGivenUp(ended);
}

function expectToldGivenUp(ended: Ended): void {
  expect(wordsOf(ended)[0]).toBe(
    'otel-remote-logger: the process ends with 5 records undelivered: none got through for 5000 ms',
  );
  expect(accountOf(ended)).toEqual({
    accepted: 5,
    delivered: 0,
    pending: 0,
    failed: { shutdown: 5 },
    dropped: {},
  });
  expect(ended.stderr).toContain('[REMOTE_LOGGER_LOSS] Warning: otel-remote-logger: ');
}

/** How many a 401 has cost, as told in warnings and last words together. */
function toldRefused({ stderr }: Ended): number {
  const told = [...stderr.matchAll(/ (\d+) failed: refused \(HTTP 401\)/g)];
  return told.reduce((sum, [, count]) => sum + Number(count), 0);
}

describe.concurrent('a script that logs and ends', () => {
  it.for([
    ['natural-end', 'object'],
    ['natural-end', 'ndjson'],
    ['several-loggers', 'object'],
    ['log-at-the-end', 'object'],
  ])('delivers everything to an endpoint that is up: %s, as %s', async ([script, format]) => {
    await using receiver = await Receiver.start();
    const ended = await runChild(script as string, { args: [{ ...PATIENT, url: receiver.url, format }] });
    expect(ended).toEqual(CLEAN);
    expect(idsAt(receiver)).toEqual(FIVE);
  });

  it('delivers everything when only its environment sets it up', async () => {
    await using receiver = await Receiver.start();
    expectArrived(await runChild('environment', { env: { REMOTE_LOGGER_URL: receiver.url } }), receiver);
  });

  it('ends in silence without a URL', async () => {
    expect(await runChild('environment')).toEqual(CLEAN);
  });

  it('waits for a slow endpoint', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((_, response) => {
      setTimeout(() => response.writeHead(204).end(), 300);
    });
    const args = [{ ...PATIENT, url: receiver.url, concurrency: 1 }];
    expect(await runChild('natural-end', { args })).toEqual(CLEAN);
    expect(idsAt(receiver)).toEqual(FIVE);
  });

  it('waits for longer than 5 s for an endpoint that is slow but takes records', async () => {
    await using receiver = await Receiver.start();
    // Four answers, 2 s apart: none comes later than 5 s after the one before.
    receiver.otherwise((_, response) => void setTimeout(() => response.writeHead(204).end(), 2000));
    const args = [{ url: receiver.url, concurrency: 1 }, 4];
    expectArrived(await runChild('natural-end', { args }), receiver, [0, 1, 2, 3]);
  });

  it('waits for an endpoint that is busy at first', async () => {
    await using receiver = await Receiver.start();
    receiver.script(503, 500, 429);
    const retry = { initialDelayMillis: 10 };
    expectArrived(await runChild('natural-end', { args: [{ url: receiver.url, retry }] }), receiver);
  });

  it('ends by itself with the account when the endpoint is down', async () => {
    const url = `http://127.0.0.1:${await freePort()}/logs`;
    expectGivenUp(await runChild('natural-end', { args: [{ url }] }));
  });

  it('of several loggers waits for all at the same time', async () => {
    const url = `http://127.0.0.1:${await freePort()}/logs`;
    const since = performance.now();
    const ended = await runChild('several-loggers', { args: [{ url }] });
    expect(performance.now() - since).toBeLessThan(20_000); // one after the other take 25 s
    const told = wordsOf(ended).filter((line) => line.includes('1 record undelivered'));
    expect(told).toHaveLength(where({ inMemory: 5, onDisk: 0 }));
    expect(ended.left).toEqual(left(...FIVE));
  });

  it('makes a last attempt before it gives up, whatever pause the endpoint has asked for', async () => {
    await using receiver = await Receiver.start();
    receiver.script((_, response) => response.writeHead(503, { 'retry-after': '300' }).end());
    const args = [{ ...PATIENT, url: receiver.url }, 1];
    expectArrived(await runChild('natural-end', { args }), receiver, [0]);
    // On disk, an attempt that fails in the time of the end is the last. This one may have failed before.
    expect(idsAt(receiver)).toEqual(where({ inMemory: [0, 0], onDisk: expect.arrayContaining([0]) }));
  });

  it('ends by itself with the account when the endpoint never answers', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(() => {});
    const args = [{ ...PATIENT, timeoutMillis: 6000, url: receiver.url }];
    expectGivenUp(await runChild('natural-end', { args }));
    expect(idsAt(receiver)).toEqual(FIVE); // they arrived, but nobody said so
  });

  it('ends by itself when a headers function never answers', async () => {
    await using receiver = await Receiver.start();
    expectGivenUp(await runChild('hanging-headers', { args: [{ url: receiver.url }] }));
    expect(receiver.requests).toEqual([]);
  });

  it('ends by itself, with a warning, when the endpoint refuses it', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(401);
    const ended = await runChild('natural-end', { args: [{ ...PATIENT, url: receiver.url }] });
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(toldRefused(ended)).toBe(where({ inMemory: 5, onDisk: 0 }));
    expect(ended.stderr).toContain('refuses what it is sent (HTTP 401)');
    expect(ended.left).toEqual(left(...FIVE));
    if (!isSpooled) expect(receiver.requests).toHaveLength(5);
  });

  it.for(['throws', 'is closed'])('ends by itself with its own exit code when its stderr %s', async (how) => {
    await using receiver = await Receiver.start();
    receiver.otherwise(() => {});
    const child = new Child('broken-stderr', { args: [{ url: receiver.url }, how] });
    await child.said('ready');
    if (how === 'is closed') child.closeStderr();
    child.endStdin();
    expect(await child.ended).toMatchObject({ code: 3, signal: null });
  });

  it.for([
    ['at once', 'up'],
    ['at once', 'down'],
    ['at the end', 'up'],
    ['at the end', 'down'],
  ])('runs its own timer that starts %s, with the endpoint %s', async ([when, endpoint]) => {
    await using receiver = await Receiver.start();
    const url = endpoint === 'up' ? receiver.url : `http://127.0.0.1:${await freePort()}/logs`;
    // From the end on, longer than the wait for an endpoint that is down.
    const millis = when === 'at the end' && endpoint === 'down' ? 7000 : 500;
    const ended = await runChild('own-timer', { args: [{ ...PATIENT, url }, when, millis] });
    expect(ended).toMatchObject({ code: 0, signal: null, stdout: 'the timer ran\n' });
    if (endpoint === 'up') expect(idsAt(receiver)).toEqual(FIVE);
    else if (isSpooled) expect(ended.left).toEqual(FIVE);
    else expect(accountOf(ended)).toMatchObject({ accepted: 5, failed: { shutdown: 5 } });
  });
});

describe.concurrent('a script that logs each time that it is about to end', () => {
  it.for([true, false])('ends all the same: before our listener %s', async (isBefore) => {
    await using receiver = await Receiver.start();
    const ended = await runChild('log-at-each-end', { args: [{ url: receiver.url }, isBefore] });
    expect(ended).toMatchObject({ code: 0, signal: null });
    const logged = Number(ended.stdout);
    const [, told = 0] = /the process ends with (\d+) records? undelivered/.exec(ended.stderr) ?? [];
    expect(new Set([...idsAt(receiver), ...(ended.left ?? [])]).size).toBe(logged - Number(told));
    // With a thread, even those of the last time; with a queue on disk, they are left there.
    const isKept = isSpooled || process.env['REMOTE_LOGGER_THREAD'];
    expect(Number(told)).toBeLessThanOrEqual(isKept ? 0 : 2);
    expect(logged).toBeGreaterThan(5);
  });
});

describe.concurrent('a script with nothing alive but its await', () => {
  it.for(['flush', 'shutdown'])('of %s() goes on when all is delivered', async (method) => {
    await using receiver = await Receiver.start();
    const ended = await runChild('await-at-top-level', { args: [{ url: receiver.url }, method, {}] });
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(JSON.parse(ended.stdout)).toEqual(allDelivered(5));
    expect(idsAt(receiver)).toEqual(FIVE);
  });

  it.for(['flush', 'shutdown'])(
    'of %s() goes on at its deadline when the endpoint never answers',
    async (method) => {
      await using receiver = await Receiver.start();
      receiver.otherwise(() => {});
      const args = [{ url: receiver.url }, method, { timeoutMillis: 500 }];
      const ended = await runChild('await-at-top-level', { args });
      expect(ended).toMatchObject({ code: 0, signal: null });
      expect(JSON.parse(ended.stdout)).toMatchObject({ accepted: 5, delivered: 0, pending: 5 });
      const told = ended.stderr.includes('[REMOTE_LOGGER_LOSS] Warning: otel-remote-logger: ');
      expect(told).toBe(where({ inMemory: true, onDisk: false }));
      expect(ended.left).toEqual(left(...FIVE));
    },
  );
});

describe.concurrent('a script with an OpenTelemetry setup of its own', () => {
  it.for([
    ['batch', true],
    ['simple', true],
    ['simple', false],
  ])('delivers at its end, through a %s processor, shut down: %s', async ([kind, shutsDown]) => {
    await using receiver = await Receiver.start();
    receiver.script(503, 503); // so that it takes more than one turn
    const args = [{ url: receiver.url, retry: { initialDelayMillis: 300 } }, kind, shutsDown];
    expectArrived(await runChild('exporter', { args }), receiver);
    if (shutsDown || !isSpooled) expect(receiver.requests).toHaveLength(5 + 2);
  });
});

describe.concurrent('a process that ends all of a sudden', () => {
  it.for([
    ['exit', 7],
    ['exit 0', 0],
    ['throw', 1],
    ['reject', 1],
  ])('by "%s" says how many are lost, in one line', async ([way, code]) => {
    await using receiver = await Receiver.start();
    const args = [{ url: receiver.url, batch: BATCH_NEVER, exitTimeoutMillis: 0 }, way];
    const ended = await runChild('sudden-end', { args });
    expect(ended).toMatchObject({ code, signal: null, stdout: '' });
    expect(wordsOf(ended)).toEqual(undelivered(2));
    expect(ended.left).toEqual(left(3, 4));
    expect(idsAt(receiver)).toEqual([0, 1, 2]);
    // The exception is still the application's to see.
    expect(ended.stderr.includes('Error: boom')).toBe(code === 1);
  });

  it('by an exception that it catches loses nothing', async () => {
    await using receiver = await Receiver.start();
    const args = [{ url: receiver.url, batch: BATCH_NEVER }, 'caught'];
    expect(await runChild('sudden-end', { args })).toEqual({ ...CLEAN, stdout: 'caught\n' });
    expect(idsAt(receiver)).toEqual(FIVE);
  });
});

describe.concurrent('a process with a background thread', () => {
  const THREAD = { thread: true, batch: BATCH_NEVER };

  it.for([
    ['exit', 7, {}, 0],
    ['throw', 1, {}, 0],
    ['reject', 1, {}, 0],
    ['exit', 7, {}, 1],
    ['exit', 7, { metadata: true }, 0],
    ['exit', 7, { metadata: true }, 1],
    ['exit', 7, { format: 'ndjson', compression: 'gzip' }, 0],
    ['exit', 7, { headers: 'asked' }, 0],
  ] as const)('by "%s" right after log() loses nothing: %i, %j, %i', async ([way, code, options, wait]) => {
    await using receiver = await Receiver.start();
    const args = [{ ...THREAD, ...options, url: receiver.url, exitTimeoutMillis: 30_000 }, 1000, way, wait];
    const ended = await runChild('exit-at-once', { args });
    expect(wordsOf(ended)).toEqual([]);
    const ids = [...(wait > 0 ? [-1] : []), ...Array(1000).keys()];
    expectArrived(ended, receiver, ids, { code, signal: null });
    for (const { headers } of receiver.requests)
      if ('headers' in options) expect(headers).toMatchObject({ 'x-asked': 'yes' });
  });

  it('by an exit with an endpoint that fails some tries again, within the deadline', async () => {
    await using receiver = await Receiver.start();
    receiver.script(503, 500, 413);
    const retry = { initialDelayMillis: 10 };
    const args = [
      { ...THREAD, retry, format: 'ndjson', url: receiver.url, exitTimeoutMillis: 30_000 },
      100,
      'exit',
    ];
    const ended = await runChild('exit-at-once', { args });
    if (!isSpooled) expect(wordsOf(ended)).toEqual([]);
    expectArrived(ended, receiver, [...Array(100).keys()], { code: 7 });
  });

  it('by an exit waits no longer than the deadline for an endpoint that is down, and says how many are lost', async () => {
    const url = `http://127.0.0.1:${await freePort()}/logs`;
    const ended = await runChild('exit-at-once', {
      args: [{ ...THREAD, url, exitTimeoutMillis: 100 }, 5, 'exit'],
    });
    expect(ended).toMatchObject({ code: 7, signal: null });
    expect(wordsOf(ended).slice(0, 1)).toEqual(undelivered(5));
    expect(ended.left).toEqual(left(...FIVE));
    expect(JSON.parse(ended.stdout)).toMatchObject({ accepted: 5, pending: 5 });
  });

  it('by an exit waits for all loggers together: one deadline, and none takes it from the others', async () => {
    await using receiver = await Receiver.start();
    const dead = `http://127.0.0.1:${await freePort()}/logs`;
    const args = [[dead, dead, dead, receiver.url], 3000];
    const ended = await runChild('exit-together', { args });
    expect(ended).toMatchObject({ code: 7, signal: null });
    expect(wordsOf(ended).slice(0, 1)).toEqual(undelivered(3));
    if (!isSpooled) expect(idsAt(receiver)).toEqual([0, 1]);
    else expect(idsAt(receiver).length + (ended.left ?? []).length).toBeGreaterThanOrEqual(1 + 4);
    expect(Number(ended.stdout)).toBeLessThan(2 * 3000); // one after the other takes three times that
  });
});

describe.concurrent('an end at once that follows a signal', () => {
  it.for([true, false])('by a handler that exits keeps its code: with a thread %s', async (thread) => {
    await using receiver = await Receiver.start();
    const flushOnSignals = ['SIGTERM'];
    const options = {
      url: receiver.url,
      batch: BATCH_NEVER,
      flushOnSignals,
      thread,
      exitTimeoutMillis: 30_000,
    };
    const child = new Child('signal', { args: [options, 'SIGTERM', 'exits at once'] });
    await child.said('ready');
    child.kill('SIGTERM');
    const ended = await child.ended;
    expect(ended).toMatchObject({ code: 4, signal: null });
    expect(wordsOf(ended)).toEqual(thread ? [] : undelivered(2));
    if (!isSpooled) expect(idsAt(receiver)).toEqual(thread ? FIVE : [0, 1, 2]);
    else expectArrived(ended, receiver, FIVE, { code: 4 });
  });

  it('with a thread delivers what the application logs while it is flushed', async () => {
    await using receiver = await Receiver.start();
    const options = {
      url: receiver.url,
      flushOnSignals: ['SIGTERM'],
      thread: true,
      exitTimeoutMillis: 30_000,
    };
    const child = new Child('logs-on', { args: [options] });
    await receiver.received(20);
    child.kill('SIGTERM');
    const ended = await child.ended;
    expect(unhurried(ended)).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
    const logged = ended.stdout.trim().split('\n').map(Number);
    const ids = [...receiver.records.map((record) => record['id']), ...(ended.left ?? [])];
    expect(ids).toEqual(expect.arrayContaining(logged));
  });

  it('by the primary of a cluster loses nothing of workers with a thread', async () => {
    await using receiver = await Receiver.start();
    const options = { url: receiver.url, batch: BATCH_NEVER, thread: true, exitTimeoutMillis: 30_000 };
    const child = new Child('cluster', { args: [options] });
    await child.said('ready');
    child.kill('SIGTERM');
    const how: Partial<Ended> = { code: null, signal: 'SIGTERM', stdout: 'ready\n', stderr: '' };
    expectArrived(await child.ended, receiver, [...FIVE, 5, 6, 7, 8, 9], how);
  });
});

describe.concurrent('what an exit listener after ours logs', () => {
  it.for([
    ['exit', 'logger'],
    ['natural end', 'logger'],
    ['throw', 'logger'],
    ['exit', 'first'],
    ['natural end', 'first'],
    ['exit', 'exporter'],
  ])('is delivered with a thread: %s, %s', async ([way, what]) => {
    await using receiver = await Receiver.start();
    const args = [{ url: receiver.url, thread: true, exitTimeoutMillis: 30_000 }, way, what];
    const ended = await runChild('last-words', { args });
    expect(wordsOf(ended)).toEqual([]);
    expectArrived(ended, receiver, what === 'first' ? [1, 2] : [0, 1, 2], {});
    const { delivered, pending, onDisk = 0 } = JSON.parse(ended.stdout);
    expect(pending).toBe(onDisk);
    if (!isSpooled) expect(delivered).toBe(receiver.requests.length);
  });

  it.for([
    ['exit', 'logger', { thread: false }],
    ['natural end', 'logger', { thread: false }],
    ['exit', 'first', { thread: false }],
    ['exit', 'exporter', { thread: false }],
    ['exit', 'logger', { thread: true, exitTimeoutMillis: 0 }],
  ] as const)(
    'is told to be lost where it can not be delivered: %s, %s, %j',
    async ([way, what, options]) => {
      await using receiver = await Receiver.start();
      const ended = await runChild('last-words', { args: [{ ...options, url: receiver.url }, way, what] });
      expect(wordsOf(ended)).toEqual(undelivered(1, 2));
      expect(ended.left).toEqual(left(1, 2));
      expect(JSON.parse(ended.stdout)).toMatchObject({ pending: 2 });
    },
  );

  it('is told to be lost in few lines where a loop logs', async () => {
    await using receiver = await Receiver.start();
    const args = [{ url: receiver.url, thread: false }, 'exit', 'logger', '', 1000];
    const ended = await runChild('last-words', { args });
    const told = wordsOf(ended).map((line) => line.replace(/^.*ends with (.*) undelivered$/, '$1'));
    const doubling = [10, 20, 40, 80, 160, 320, 640].map((count) => `at least ${count} records`);
    const one = [2, 3, 4, 5, 6, 7, 8, 9].map((count) => `${count} records`);
    expect(told).toEqual(where({ inMemory: ['1 record', ...one, ...doubling], onDisk: [] }));
    expect(ended.left).toEqual(left(...[...Array(1001).keys()].slice(1)));
  });

  it.for([true, false])('is told to be lost where it is refused: with a thread %s', async (thread) => {
    await using receiver = await Receiver.start();
    const options = { url: receiver.url, thread, exitTimeoutMillis: 30_000, maxPayloadBytes: 100 };
    const ended = await runChild('last-words', { args: [options, 'exit', 'logger', 'x'.repeat(100)] });
    const [words, ...more] = wordsOf(ended);
    expect(words).toMatch(/: 1 record lost since .*: 1 dropped: too_large$/);
    expect(more).toEqual(thread ? [] : undelivered(1));
    if (!thread) expect(ended.left).toEqual(left(2));
  });
});

describe.concurrent.each(['SIGTERM', 'SIGINT'] as const)('a process that gets a %s', (signal) => {
  const args = (receiver: Receiver, flushOnSignals: string[], ...more: unknown[]): unknown[] => [
    { url: receiver.url, batch: BATCH_NEVER, flushOnSignals },
    signal,
    ...more,
  ];
  const end = (childArgs: unknown[]): Promise<Ended> => {
    const child = new Child('signal', { args: childArgs });
    return child.said('ready').then(() => {
      child.kill(signal);
      return child.ended;
    });
  };

  it('ends of it at once without the option', async () => {
    await using receiver = await Receiver.start();
    const ended = await end(args(receiver, []));
    expect(unhurried(ended)).toEqual({
      code: null,
      signal,
      stdout: 'ready\n',
      stderr: '',
      left: leftByDeath(3, 4),
    });
    expect(idsAt(receiver)).toEqual([0, 1, 2]);
  });

  it('delivers everything with the option, then ends of it', async () => {
    await using receiver = await Receiver.start();
    const ended = unhurried(await end(args(receiver, [signal])));
    expectArrived(ended, receiver, FIVE, { code: null, signal, stdout: 'ready\n', stderr: '' });
  });

  it('makes a last attempt before it ends of it, whatever pause the endpoint has asked for', async () => {
    await using receiver = await Receiver.start();
    receiver.script(204, 204, 204, (_, response) => response.writeHead(503, { 'retry-after': '300' }).end());
    const options = { url: receiver.url, batch: BATCH_NEVER, flushOnSignals: [signal], concurrency: 1 };
    const ended = unhurried(await end([options, signal]));
    expectArrived(ended, receiver, FIVE, { code: null, signal, stderr: '' });
  });

  it.for([
    ['have the option, too', [signal]],
    ['do not have it', []],
  ] as [string, string[]][])(
    'flushes all loggers, those that %s, then ends of it',
    async ([_, flushOnSignals]) => {
      await using receiver = await Receiver.start();
      const other = { url: receiver.url, batch: BATCH_NEVER, flushOnSignals };
      const ended = unhurried(await end(args(receiver, [signal], 'not at all', [other, other])));
      const how: Partial<Ended> = { code: null, signal, stdout: 'ready\n', stderr: '' };
      expectArrived(ended, receiver, [...FIVE, 5, 6, 7, 8], how);
    },
  );

  it('ends of it, saying how many are lost, when the endpoint never answers', async () => {
    await using receiver = await Receiver.start();
    receiver.script(204, 204, 204);
    receiver.otherwise(() => {});
    const ended = await end(args(receiver, [signal]));
    expect(ended).toMatchObject({ code: null, signal });
    const waits = `otel-remote-logger: ${signal} with 2 records undelivered: waits 5000 ms at most`;
    expect(wordsOf(ended)).toEqual(where({ inMemory: [waits, ...undelivered(2)], onDisk: [] }));
    expect(ended.left).toEqual(left(3, 4));
  });

  it('ends of it, saying how many the endpoint has refused', async () => {
    await using receiver = await Receiver.start();
    receiver.script(204, 204, 204);
    receiver.otherwise(401);
    const ended = await end(args(receiver, [signal]));
    expect(ended).toMatchObject({ code: null, signal });
    expect(toldRefused(ended)).toBe(where({ inMemory: 2, onDisk: 0 }));
    expect(ended.left).toEqual(left(3, 4));
  });

  it.for([
    [[], 'before'],
    [[], 'once, before'],
    [[signal], 'before'],
    [[signal], 'after'],
    [[signal], 'once, before'],
    [[signal], 'once, after'],
  ] as [string[], string][])(
    'leaves its end to the application: option %j, listening %s',
    async ([option, listens]) => {
      await using receiver = await Receiver.start();
      // Slow answers: the application's handler has run, and is gone, long before all is delivered.
      receiver.otherwise((_, response) => {
        setTimeout(() => response.writeHead(204).end(), 100);
      });
      const ended = unhurried(await end(args(receiver, option, listens)));
      const how: Partial<Ended> = { code: 3, signal: null, stdout: 'ready\nhandler ran\n', stderr: '' };
      expectArrived(ended, receiver, FIVE, how);
    },
  );

  it.for([
    ['with register alone', {}],
    ['with register alone, which sends it twice, as npm does', {}],
    ['with signal-exit, which leaves the end to others', {}],
    ['with a variable that names it', { REMOTE_LOGGER_FLUSH_ON_SIGNALS: `sighup, ${signal}` }],
  ] as const)('delivers everything, then ends of it: %s', async ([how, more]) => {
    await using receiver = await Receiver.start();
    receiver.otherwise((_, response) => void setTimeout(() => response.writeHead(204).end(), 100));
    const listens = how.includes('signal-exit') ? 'signal-exit' : 'nothing';
    const env = { ...RARELY, ...more, REMOTE_LOGGER_URL: receiver.url };
    const child = new Child('registered-signal', { args: [listens], flags: REGISTER, env });
    await child.said('ready');
    child.kill(signal);
    if (how.includes('twice')) child.kill(signal);
    const stdout = listens === 'signal-exit' ? `ready\ncleaned up at ${signal}\n` : 'ready\n';
    expectArrived(unhurried(await child.ended), receiver, FIVE, { code: null, signal, stdout, stderr: '' });
  });

  it('ends of it at once when the variable says none', async () => {
    await using receiver = await Receiver.start();
    const env = { ...RARELY, REMOTE_LOGGER_FLUSH_ON_SIGNALS: 'none', REMOTE_LOGGER_URL: receiver.url };
    const child = new Child('registered-signal', { flags: REGISTER, env });
    await child.said('ready');
    child.kill(signal);
    expect(await child.ended).toEqual({
      code: null,
      signal,
      stdout: 'ready\n',
      stderr: '',
      left: leftByDeath(2, 3, 4),
    });
    expect(idsAt(receiver)).toEqual([0, 1]);
  });

  it('says how many are lost when the application ends it meanwhile', async () => {
    await using receiver = await Receiver.start();
    receiver.script(204, 204, 204);
    receiver.otherwise(() => {});
    const ended = await end(args(receiver, [signal], 'exits'));
    expect(ended).toMatchObject({ code: 4, signal: null });
    expect(wordsOf(ended)).toEqual(undelivered(2));
    expect(ended.left).toEqual(left(3, 4));
    expect(idsAt(receiver)).toEqual(expect.arrayContaining([0, 1, 2]));
  });
});
