import {
  BatchLogRecordProcessor,
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type BeforeSend,
  createRemoteLogger,
  type FlatDict,
  type RemoteLogger,
  RemoteLogRecordExporter,
} from '../../src/index.js';
import { expectBalance, FAST } from '../support/account.js';
import { turn } from '../support/fake-clock.js';
import { Receiver } from '../support/receiver.js';

/** As many as fit into a test's time: a thread for each logger takes a second to start on a busy machine. */
const MOST_RUNS = process.env['REMOTE_LOGGER_THREAD'] === 'true' ? 25 : 200;
const NUM_RUNS = Math.min(Number(process.env['FC_RUNS'] ?? 25), MOST_RUNS);

/** What can't even be made text of. */
const hostile = (): never => {
  throw Object.create(null);
};

/** Holds the event loop up for a moment, as a hook may that works hard. */
const slow = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);

describe('hooks of the application', () => {
  const unhandled: unknown[] = [];
  const hear = (error: unknown): void => void unhandled.push(error);

  beforeEach(() => {
    vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    unhandled.length = 0;
    process.on('unhandledRejection', hear).on('uncaughtException', hear);
  });

  afterEach(async () => {
    await turn();
    process.off('unhandledRejection', hear).off('uncaughtException', hear);
    vi.restoreAllMocks();
    expect(unhandled).toEqual([]);
  });

  it.each<[does: string, beforeSend: (record: FlatDict) => unknown]>([
    ['throws', hostile],
    ['returns undefined', () => undefined],
    ['returns junk', () => [1]],
    ['rejects', async () => hostile()],
    ['never answers', () => new Promise(() => {})],
  ])('beforeSend that %s costs its record alone, and says so', async (_, beforeSend) => {
    await using receiver = await Receiver.start();
    const answer = (record: FlatDict): unknown => (record['id'] === 1 ? beforeSend(record) : record);
    const logger = createRemoteLogger({ ...FAST, url: receiver.url, beforeSend: answer as BeforeSend });
    for (const id of [0, 1, 2]) logger.log({ id });
    expect(await logger.flush()).toMatchObject({ accepted: 2, delivered: 2, dropped: { filter_failed: 1 } });
    expect(receiver.records.map(({ id }) => id).sort()).toEqual([0, 2]);
    await logger.shutdown();
  });

  it.each<[does: string, fields: () => unknown]>([
    ['throw', hostile],
    ['return junk', () => 'text'],
    ['reject', async () => hostile()],
    ['never answer', () => new Promise(() => {})],
  ])('fields that %s cost no record', async (_, fields) => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...FAST, url: receiver.url, fields: fields as () => object });
    for (const id of [0, 1, 2]) logger.child(fields as () => object).log({ id });
    expect(await logger.flush()).toMatchObject({ accepted: 3, delivered: 3, dropped: {} });
    expect(receiver.records).toHaveLength(3);
    await logger.shutdown();
  });

  /** What a hook can do with a record, or without one. */
  type Deed = (record: FlatDict, logger: () => RemoteLogger | undefined) => unknown;
  const deeds = fc.array(
    fc.constantFrom<Deed>(
      (record) => record,
      (record) => ({ ...record, nested: { a: [1n, new Date(0)] } }),
      () => null,
      () => undefined,
      hostile,
      () => 'junk',
      () => [1],
      async (record) => record,
      async () => hostile(),
      () => new Proxy({}, { ownKeys: hostile }),
      () => ({ big: 'x'.repeat(5000) }),
      (record) => {
        for (const key of Object.keys(record)) delete record[key];
        return record;
      },
      (record) => Object.assign(record, { self: record }),
      (record, logger) => {
        logger()?.log({ from: 'a hook' });
        return record;
      },
      async (record, logger) => {
        await turn();
        logger()?.log({ from: 'a hook, later' });
        return record;
      },
      (record) => {
        slow();
        return record;
      },
    ),
    { maxLength: 12 },
  );
  type Deeds = ReturnType<typeof deeds.generate>['value'];

  /** Does one after the other, and then what is right. */
  const doing = (all: Deeds, logger: () => RemoteLogger | undefined) => {
    const left = [...all];
    return (record: FlatDict = {}): never => {
      const deed = left.shift() ?? ((given: FlatDict) => given);
      return deed(record, logger) as never;
    };
  };

  /** A logger whose calls are counted, also those that hooks make. */
  function counted(logger: RemoteLogger): { readonly calls: () => number; readonly logger: RemoteLogger } {
    let calls = 0;
    const log = logger.log.bind(logger);
    logger.log = (data) => {
      calls++;
      log(data);
    };
    return { calls: () => calls, logger };
  }

  const everything = fc.record({
    count: fc.integer({ min: 1, max: 20 }),
    answers: fc.array(fc.constantFrom(204, 400, 404, 413, 500, 503), { maxLength: 8 }),
    beforeSend: deeds,
    fields: deeds,
    ofChild: deeds,
    metadata: fc.boolean(),
    isProvided: fc.boolean(),
  });

  it('that throw, log, change, are slow or return junk leave an exact account', async () => {
    await using receiver = await Receiver.start();
    await fc.assert(
      fc.asyncProperty(everything, async ({ count, answers, metadata, isProvided, ...all }) => {
        receiver.script(...answers);
        let made: ReturnType<typeof counted> | undefined;
        const itself = (): RemoteLogger | undefined => made?.logger;
        const dropped: Record<string, number> = {};
        const hooks = {
          beforeSend: doing(all.beforeSend, itself),
          fields: doing(all.fields, itself),
          maxPayloadBytes: 4000,
          maxQueueSize: 15,
          onDrop: ({ reason, count: lost }: { reason: string; count: number }) => {
            dropped[reason] = (dropped[reason] ?? 0) + lost;
          },
        };
        const exporter = new InMemoryLogRecordExporter();
        const processors = [new SimpleLogRecordProcessor({ exporter })];
        const logger = createRemoteLogger(
          isProvided
            ? { ...hooks, loggerProvider: new LoggerProvider({ processors }) }
            : { ...hooks, ...FAST, url: receiver.url, metadata },
        );
        made = counted(logger);
        const child = logger.child(doing(all.ofChild, itself));
        for (let id = 0; id < count; id++) (id % 2 ? child : made.logger).log({ id });
        const children = Math.floor(count / 2);
        await turn();
        await turn();
        const stats = await logger.flush();
        expectBalance(stats, made.calls() + children);
        expect(stats.pending).toBe(0);
        const { feedback: _, ...told } = { ...stats.dropped } as Record<string, number>;
        for (const reason of Object.keys(told)) {
          const failed = (stats.failed as Record<string, number>)[reason] ?? 0;
          expect(dropped[reason]).toBe((told[reason] ?? 0) + failed);
        }
        receiver.forgetScript();
        if (isProvided) expect(exporter.getFinishedLogRecords()).toHaveLength(stats.delivered);
        await logger.shutdown();
        expect(unhandled).toEqual([]);
      }),
      { numRuns: NUM_RUNS },
    );
  });

  it('of an exporter leave an exact account, and wedge no batch processor', async () => {
    await using receiver = await Receiver.start();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), deeds, async (count, beforeSend) => {
        const exporter = new RemoteLogRecordExporter({
          url: receiver.url,
          beforeSend: doing(beforeSend, () => undefined),
          maxPayloadBytes: 4000,
          shutdownTimeoutMillis: 30_000, // what is left on disk by then would wait there
        });
        const provider = new LoggerProvider({
          processors: [new BatchLogRecordProcessor({ exporter, maxExportBatchSize: 5 })],
        });
        const before = receiver.requests.length;
        for (let id = 0; id < count; id++) provider.getLogger('a').emit({ body: { id } });
        await provider.shutdown();
        const stats = exporter.stats();
        expectBalance(stats, count);
        expect(stats.pending).toBe(0);
        expect(receiver.requests.length - before).toBe(stats.delivered);
        expect(unhandled).toEqual([]);
      }),
      { numRuns: NUM_RUNS },
    );
  });
});
