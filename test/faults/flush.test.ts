import type { ServerResponse } from 'node:http';
import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createRemoteLogger,
  type DeadlineOptions,
  type Loss,
  type RemoteLogger,
  type RemoteLoggerOptions,
  RemoteLogRecordExporter,
  type RemoteLogRecordExporterOptions,
} from '../../src/index.js';
import { createLoggerProvider } from '../../src/logger/logger-provider.js';
import { allDelivered, allPending, expectBalance, leftAtShutdown } from '../support/account.js';
import { ProcessWatch } from '../support/chaos-watch.js';
import { freePort } from '../support/free-port.js';
import { Receiver } from '../support/receiver.js';
import { left, leftHere, where } from '../support/spooled.js';

/** After the first batch, only a flush sends, and never a timer. */
const BATCH_NEVER: RemoteLoggerOptions = { batch: { scheduledDelayMillis: 600_000 } };

const idsAt = ({ records }: Receiver): unknown[] => records.map((record) => record['id']);

/** Answers that come in another order than their requests. */
const uneven =
  (): Parameters<Receiver['otherwise']>[0] =>
  ({ body }, response) => {
    setTimeout(() => response.writeHead(204).end(), (body.length * 7) % 13);
  };

describe('flush and shutdown', () => {
  const loggers: RemoteLogger[] = [];
  let watch: ProcessWatch;
  const create = (options: RemoteLoggerOptions): RemoteLogger => {
    const logger = createRemoteLogger(options);
    loggers.push(logger);
    return logger;
  };
  beforeEach(() => {
    watch = new ProcessWatch();
  });
  afterEach(async () => {
    await Promise.all(loggers.splice(0).map((logger) => logger.shutdown({ timeoutMillis: 0 })));
    await watch.expectCalm();
  });

  it.each([
    ['object', 'at once', 512],
    ['object', 'with turns between', 512],
    ['object', 'with turns between', 3],
    ['ndjson', 'with turns between', 7],
    ['array', 'at once', 1],
  ] as const)('are a barrier each, 100 overlapping: %s, %s, batches of %i', async (format, pace, size) => {
    await using receiver = await Receiver.start();
    receiver.otherwise(uneven());
    const logger = create({
      url: receiver.url,
      format,
      batch: { scheduledDelayMillis: 1, maxExportBatchSize: size },
    });
    let logged = 0;
    const flushes: Promise<void>[] = [];
    for (let index = 0; index < 100; index++) {
      for (let more = 0; more <= index % 5; more++) logger.log({ id: logged++ });
      const before = logged;
      flushes.push(
        logger.flush().then((stats) => {
          expectBalance(stats, stats.accepted);
          // All that was accepted before has arrived, and the account says so.
          expect(stats.delivered).toBeGreaterThanOrEqual(before);
          const arrived = new Set(idsAt(receiver));
          expect([...Array(before).keys()].filter((id) => !arrived.has(id))).toEqual([]);
        }),
      );
      if (pace !== 'at once') await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(flushes);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(logged));
    expect(receiver.records).toHaveLength(logged);
  });

  it('settles a flush for what was before it while logging goes on', async () => {
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, batch: { scheduledDelayMillis: 0 } });
    let goesOn = true;
    let logged = 0;
    const logging = (async () => {
      while (goesOn) {
        // A thread is not as fast as a loop that does nothing else.
        if (logger.stats().pending < 1000) logger.log({ id: logged++ });
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let index = 0; index < 20; index++) {
      const before = logged;
      const { delivered } = await logger.flush();
      expect(delivered).toBeGreaterThanOrEqual(before);
    }
    goesOn = false;
    await logging;
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(logged));
    expect(receiver.records).toHaveLength(logged);
  });

  it('hold for what was logged before the pipeline had loaded', async () => {
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, ...BATCH_NEVER });
    logger.log({ id: 0 });
    const first = logger.flush();
    logger.log({ id: 1 });
    const second = logger.flush();
    expect(logger.stats()).toMatchObject({ accepted: 2, pending: 2 });
    await first;
    expect(idsAt(receiver)).toContain(0);
    await second;
    expect(idsAt(receiver).sort()).toEqual([0, 1]);
    expect(logger.stats()).toEqual(allDelivered(2));
  });

  it('hold when the first is a shutdown, before the pipeline has loaded', async () => {
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, ...BATCH_NEVER });
    logger.log({ id: 0 });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(1));
    expect(idsAt(receiver)).toEqual([0]);
  });

  it('settle at once when nothing was ever logged', async () => {
    const logger = create({ url: 'http://127.0.0.1:9/' });
    expect(await logger.flush()).toEqual(allDelivered(0));
    expect(await logger.shutdown()).toEqual(allDelivered(0));
  });

  it('nest: a flush in a shutdown in a flush', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(uneven());
    const logger = create({ url: receiver.url, ...BATCH_NEVER });
    for (let id = 0; id < 10; id++) logger.log({ id });
    const outer = logger.flush();
    for (let id = 10; id < 20; id++) logger.log({ id });
    const shutdown = logger.shutdown();
    const inner = logger.flush();
    const all = await Promise.all([outer, shutdown, inner]);
    expect(all[0].delivered).toBeGreaterThanOrEqual(10);
    expect(all[1]).toEqual(allDelivered(20));
    expect(all[2]).toEqual(allDelivered(20));
    expect(idsAt(receiver).length).toBe(20);
  });

  it('nest: a shutdown and a flush that are called when a flush settles', async () => {
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, ...BATCH_NEVER });
    logger.log({ id: 0 });
    const stats = await logger.flush().then(() => {
      logger.log({ id: 1 });
      return logger.shutdown().then(() => logger.flush());
    });
    expect(stats).toEqual(allDelivered(2));
  });

  it('give the same account however often it is shut down', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(uneven());
    const logger = create({ url: receiver.url, ...BATCH_NEVER });
    for (let id = 0; id < 10; id++) logger.log({ id });
    const both = await Promise.all([logger.shutdown(), logger.shutdown()]);
    expect([...both, await logger.shutdown(), logger.stats()]).toEqual(Array(4).fill(allDelivered(10)));
    expect(receiver.records).toHaveLength(10);
  });

  it.each(['before it has settled', 'after it has settled'])(
    'drop what is logged after a shutdown, %s',
    async (when) => {
      await using receiver = await Receiver.start();
      const logger = create({ url: receiver.url });
      logger.log({ id: 0 });
      const shutdown = logger.shutdown();
      if (when === 'after it has settled') await shutdown;
      for (let id = 1; id <= 3; id++) logger.log({ id });
      await shutdown;
      expect(await logger.flush()).toEqual({ ...allDelivered(1), dropped: { shutdown: 3 } });
      expectBalance(logger.stats(), 4);
      expect(idsAt(receiver)).toEqual([0]);
    },
  );

  it.each([
    ['gives up nothing yet: flush', 'flush'],
    ['counts the rest as given up: shutdown', 'shutdown'],
  ] as const)('end at their deadline when the endpoint never answers; %s', async (_, method) => {
    await using receiver = await Receiver.start();
    receiver.otherwise(() => {});
    const logger = create({ url: receiver.url, concurrency: 2 });
    for (let id = 0; id < 10; id++) logger.log({ id });
    const stats = await logger[method]({ timeoutMillis: 300 });
    expect(stats).toEqual(allPending(10));
    if (method === 'flush') {
      expect(logger.stats()).toEqual(stats);
      await logger.shutdown({ timeoutMillis: 0 });
    }
    expect(logger.stats()).toEqual(leftAtShutdown(10));
    expect(leftHere()).toEqual(left(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    expect(receiver.requests.length).toBeLessThanOrEqual(2);
  });

  it('take no longer than the option says: shutdown', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(() => {});
    const logger = create({
      url: receiver.url,
      shutdownTimeoutMillis: 300,
      retry: { maxElapsedMillis: 60_000 },
    });
    logger.log({ id: 0 });
    const since = performance.now();
    expect(await logger.shutdown()).toMatchObject({ pending: 1 });
    expect(performance.now() - since).toBeLessThan(5000);
    expect(logger.stats()).toEqual(leftAtShutdown(1));
  });

  it('end at a deadline of 0 before the pipeline has loaded, and the rest is given up', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(() => {});
    const logger = create({ url: receiver.url });
    for (let id = 0; id < 10; id++) logger.log({ id });
    expect(await logger.shutdown({ timeoutMillis: 0 })).toMatchObject({ accepted: 10, pending: 10 });
    expect(logger.stats()).toEqual(leftAtShutdown(10));
    expect(leftHere()).toEqual(left(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  });

  it('give up what waits for an endpoint that is down', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((_, response) => response.writeHead(503, { 'retry-after': '300' }).end());
    const logger = create({ url: receiver.url });
    for (let id = 0; id < 10; id++) logger.log({ id });
    expect(await logger.flush({ timeoutMillis: 100 })).toMatchObject({ pending: 10 });
    expect(await logger.shutdown({ timeoutMillis: 100 })).toMatchObject({ pending: 10 });
    expect(logger.stats()).toEqual(leftAtShutdown(10));
  });

  it('let a short deadline pass without harm to a longer one', async () => {
    await using receiver = await Receiver.start();
    const answers: (() => void)[] = [];
    receiver.otherwise((_, response) => answers.push(() => response.writeHead(204).end()));
    const logger = create({ url: receiver.url });
    logger.log({ id: 0 });
    const long = logger.flush();
    await receiver.received(1);
    expect(await logger.flush({ timeoutMillis: 0 })).toMatchObject({ pending: 1 });
    for (const answer of answers) answer();
    expect(await long).toEqual(allDelivered(1));
  });

  it.each<[unknown]>([[-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], ['100'], [null], [1n]])(
    'reject a deadline of %s with a TypeError and go on working',
    async (timeoutMillis) => {
      await using receiver = await Receiver.start();
      const logger = create({ url: receiver.url });
      const wrong = { timeoutMillis } as DeadlineOptions;
      await expect(logger.flush(wrong)).rejects.toThrow(TypeError);
      await expect(logger.shutdown(wrong)).rejects.toThrow(TypeError);
      await expect(logger.flush(wrong)).rejects.toThrow('timeoutMillis');
      logger.log({ id: 0 });
      expect(await logger.flush()).toEqual(allDelivered(1)); // a shutdown with a mistake in it is none
    },
  );

  it('happen at the end of an "await using" block', async () => {
    await using receiver = await Receiver.start();
    let kept: RemoteLogger;
    {
      await using logger = createRemoteLogger({ url: receiver.url, ...BATCH_NEVER });
      kept = logger;
      for (let id = 0; id < 5; id++) logger.log({ id });
    }
    expect(kept.stats()).toEqual(allDelivered(5));
    kept.log({ id: 5 });
    expect(kept.stats()).toEqual({ ...allDelivered(5), dropped: { shutdown: 1 } });
    expect(idsAt(receiver)).toEqual([0, 1, 2, 3, 4]);
  });

  it('can be called from onDrop', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(400);
    const inner: Promise<unknown>[] = [];
    const logger = create({
      url: receiver.url,
      onDrop: () => inner.push(logger.flush(), logger.shutdown()),
    });
    for (let id = 0; id < 3; id++) logger.log({ id });
    expect(await logger.flush()).toEqual({ ...allDelivered(3), delivered: 0, failed: { rejected: 3 } });
    expect(inner).toHaveLength(6);
    await Promise.all(inner);
  });

  it('keep no listener on the process, also with signals, however many loggers come and go', async () => {
    await using receiver = await Receiver.start();
    const names = ['exit', 'beforeExit', 'SIGTERM', 'SIGINT'] as const;
    const count = (): number[] => names.map((name) => process.listenerCount(name));
    const before = count();
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): number => warnings.push(name);
    process.on('warning', onWarning);
    const many = Array.from({ length: 20 }, () =>
      createRemoteLogger({ url: receiver.url, flushOnSignals: ['SIGTERM', 'SIGINT'] }),
    );
    for (const logger of many) logger.log({ a: 1 });
    await Promise.all(many.map((logger) => logger.shutdown({ timeoutMillis: 30_000 })));
    const after = count();
    process.off('warning', onWarning);
    expect(warnings).not.toContain('MaxListenersExceededWarning');
    // Another test's loss may still wait to be told at the exit, or have been told by now.
    expect(after.slice(2)).toEqual(before.slice(2));
    expect(Math.max(...after.slice(0, 2))).toBeLessThanOrEqual(Math.max(...before.slice(0, 2)));
    expect(receiver.records).toHaveLength(20);
  });
});

describe('a provider of the application', () => {
  /** Its batches are exported one after the other, one record each, and only by a flush. */
  function setUp(receiver: { readonly url: string }, options: RemoteLogRecordExporterOptions = {}) {
    const exporter = new RemoteLogRecordExporter({ url: receiver.url, metadata: false, ...options });
    const processor = new BatchLogRecordProcessor({
      exporter,
      maxExportBatchSize: 1,
      scheduledDelayMillis: 600_000,
    });
    const provider = new LoggerProvider({ processors: [processor] });
    const emit = (...ids: number[]): void => {
      for (const id of ids) provider.getLogger('test').emit({ body: { id } });
    };
    return { exporter, provider, emit };
  }
  /** Asks for peace for longer than any test takes. */
  const asksForPeace = (_: unknown, response: ServerResponse): void => {
    response.writeHead(503, { 'retry-after': '300' }).end();
  };

  it('is shut down in one deadline for all of its batches when the endpoint is down, with the account', async () => {
    const url = `http://127.0.0.1:${await freePort()}/logs`;
    const losses: Loss[] = [];
    const onDrop = (loss: Loss): void => void losses.push(loss);
    const { exporter, provider, emit } = setUp({ url }, { shutdownTimeoutMillis: 1000, onDrop });
    emit(0, 1, 2, 3, 4);
    const since = performance.now();
    await provider.shutdown();
    expect(performance.now() - since).toBeLessThan(5 * 800); // a deadline for each batch takes longer
    expect(exporter.stats()).toEqual(leftAtShutdown(5));
    expect(losses.reduce((sum, { count }) => sum + count, 0)).toBe(where({ inMemory: 5, onDisk: 0 }));
  });

  it('makes a last attempt, whatever pause there is', async () => {
    await using receiver = await Receiver.start();
    receiver.script(asksForPeace);
    const exporter = new RemoteLogRecordExporter({ url: receiver.url, shutdownTimeoutMillis: 10_000 });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    provider.getLogger('test').emit({ body: 'a' });
    await receiver.received(1);
    await provider.shutdown();
    expect(exporter.stats()).toEqual(allDelivered(1));
    expect(receiver.requests).toHaveLength(2);
  });

  it('is flushed within its time, and what is left is still sent', async () => {
    await using receiver = await Receiver.start();
    const held: ServerResponse[] = [];
    receiver.otherwise((_, response) => void held.push(response));
    const { exporter, provider, emit } = setUp(receiver, { shutdownTimeoutMillis: 500 });
    emit(0, 1, 2);
    await provider.forceFlush({ timeoutMillis: 60_000 });
    expect(exporter.stats()).toMatchObject({ accepted: 3, delivered: 0, pending: 3 });
    await receiver.received(3);
    receiver.otherwise(204);
    emit(3);
    for (const response of held) response.writeHead(204).end();
    await provider.forceFlush(); // not wedged
    await vi.waitFor(() => expect(exporter.stats()).toEqual(allDelivered(4)), { timeout: 20_000 });
    await provider.shutdown();
  });

  it('is flushed within its time too where registerRemoteLogging() has made it', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(() => {});
    const shutdownTimeoutMillis = 500;
    const logger = createRemoteLogger({ url: receiver.url, shutdownTimeoutMillis });
    const provider = createLoggerProvider(logger, 400);
    provider.getLogger('test').emit({ body: 'a' });
    await provider.forceFlush({ timeoutMillis: 20_000 }); // rejects when it takes longer
    expect(logger.stats()).toMatchObject({ accepted: 1, pending: 1 });
    await provider.shutdown();
    await logger.flush();
    expect(logger.stats()).toEqual(leftAtShutdown(1));
  });
});
