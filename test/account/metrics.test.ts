import { type Meter, metrics } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, describe, expect, it, test } from 'vitest';
// A thread runs built files.
import { createRemoteLogger as createBuiltLogger } from '../../dist/index.js';
import { createExportMetrics } from '../../src/account/metrics.js';
import { createRemoteLogger, type RemoteLoggerOptions, RemoteLogRecordExporter } from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { type Received, Receiver } from '../support/receiver.js';

/** A real meter provider, and its data points as rows: name, attributes, value. */
function measuring() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  return {
    meterProvider,
    /** Of a histogram, the value is how many there are, or their sum. */
    async rows(of: 'count' | 'sum' = 'count'): Promise<[string, Record<string, unknown>, number][]> {
      exporter.reset();
      await reader.forceFlush();
      return exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) =>
          scopeMetrics.flatMap((scope) =>
            scope.metrics.flatMap((metric) =>
              metric.dataPoints.map((point): [string, Record<string, unknown>, number] => [
                metric.descriptor.name,
                point.attributes,
                metric.dataPointType === DataPointType.HISTOGRAM
                  ? (point.value as { count: number; sum: number })[of]
                  : (point.value as number),
              ]),
            ),
          ),
        );
    },
  };
}

test('an endpoint that is no server has no address and no port', async () => {
  const { meterProvider, rows } = measuring();
  createExportMetrics(meterProvider, { url: new URL('file:///var/log/records') })?.started(1);
  expect(await rows()).toEqual([
    [
      'otel.sdk.exporter.log.inflight',
      {
        'otel.component.type': 'RemoteLogRecordExporter',
        'otel.component.name': expect.stringMatching(/^RemoteLogRecordExporter\/\d+$/),
      },
      1,
    ],
  ]);
});

const QUEUE = {
  'otel.component.type': 'RemoteLogger',
  'otel.component.name': expect.stringMatching(/^RemoteLogger\/\d+$/),
};

const exportAttributes = (port: number) => ({
  'otel.component.type': 'RemoteLogRecordExporter',
  'otel.component.name': expect.stringMatching(/^RemoteLogRecordExporter\/\d+$/),
  'server.address': '127.0.0.1',
  'server.port': port,
});

/** A meter provider one of whose instruments throws when it is used. */
function failingProvider(failing: string): MeterProvider {
  const { meterProvider } = measuring();
  const meter = meterProvider.getMeter('test');
  const sabotage = (create: keyof Meter) => {
    const original = meter[create].bind(meter) as (name: string) => object;
    Object.assign(meter, {
      [create]: (name: string) => {
        const instrument = original(name);
        const fail = (): never => {
          throw new Error('not measured');
        };
        return name.includes(failing) ? Object.assign(instrument, { add: fail, record: fail }) : instrument;
      },
    });
  };
  for (const create of ['createCounter', 'createUpDownCounter', 'createHistogram'] as const) sabotage(create);
  return Object.assign(meterProvider, { getMeter: () => meter });
}

describe('metrics', () => {
  afterEach(() => {
    metrics.disable();
    logs.disable();
  });

  it('say of a logger what its account says', async () => {
    await using receiver = await Receiver.start();
    receiver.script(503, 404);
    const { meterProvider, rows } = measuring();
    const logger = createRemoteLogger({
      ...FAST,
      url: receiver.url,
      meterProvider,
      maxQueueSize: 3,
      concurrency: 1,
    });
    for (let id = 0; id < 5; id++) logger.log({ id });
    expect(await rows()).toContainEqual(['otel.sdk.processor.log.queue.size', QUEUE, 3]);
    expect(await logger.flush()).toMatchObject({
      delivered: 2,
      failed: { refused: 1 },
      dropped: { queue_full: 2 },
    });
    const EXPORT = exportAttributes(receiver.port);
    const after = await rows();
    expect(after).toHaveLength(10);
    expect(after).toEqual(
      expect.arrayContaining([
        ['otel.sdk.processor.log.queue.capacity', QUEUE, 3],
        ['otel.sdk.processor.log.queue.size', QUEUE, 0],
        ['otel.sdk.processor.log.processed', QUEUE, 3],
        ['otel.sdk.processor.log.processed', { ...QUEUE, 'error.type': 'queue_full' }, 2],
        ['otel.sdk.exporter.log.inflight', EXPORT, 0],
        ['otel.sdk.exporter.log.exported', EXPORT, 2],
        ['otel.sdk.exporter.log.exported', { ...EXPORT, 'error.type': 'refused' }, 1],
        ['otel.sdk.exporter.operation.duration', { ...EXPORT, 'http.response.status_code': 204 }, 2],
        [
          'otel.sdk.exporter.operation.duration',
          { ...EXPORT, 'http.response.status_code': 503, 'error.type': '503' },
          1,
        ],
        [
          'otel.sdk.exporter.operation.duration',
          { ...EXPORT, 'http.response.status_code': 404, 'error.type': '404' },
          1,
        ],
      ]),
    );
    await logger.shutdown();
  });

  it('go to the global meter provider where none is given, of the exporter too', async () => {
    await using receiver = await Receiver.start();
    const { meterProvider, rows } = measuring();
    metrics.setGlobalMeterProvider(meterProvider);
    const exporter = new RemoteLogRecordExporter({ url: receiver.url });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    provider.getLogger('s').emit({ body: 'a' });
    await provider.shutdown();
    expect(await rows()).toContainEqual([
      'otel.sdk.exporter.log.exported',
      exportAttributes(receiver.port),
      1,
    ]);
  });

  it.each(['processed', 'inflight', 'exported', 'duration'])(
    'harm no record where measuring fails: %s',
    async (failing) => {
      await using receiver = await Receiver.start();
      const logger = createRemoteLogger({
        ...FAST,
        url: receiver.url,
        meterProvider: failingProvider(failing),
      });
      for (const id of [1, 2]) logger.log({ id });
      expect(await logger.shutdown()).toEqual(allDelivered(2));
    },
  );

  it('harm no record where nothing can be measured', async () => {
    await using receiver = await Receiver.start();
    const meterProvider = {
      getMeter: () => {
        throw new Error('no meter');
      },
    };
    const logger = createRemoteLogger({ ...FAST, url: receiver.url, meterProvider });
    logger.log({ a: 1 });
    expect(await logger.shutdown()).toEqual(allDelivered(1));
  });

  it.each([false, true])(
    'show for how long an endpoint has failed, while it does: thread %s',
    async (thread) => {
      await using receiver = await Receiver.start();
      receiver.script(401);
      const { meterProvider, rows } = measuring();
      const logger = createRemoteLogger({ ...FAST, url: receiver.url, meterProvider, thread });
      const failing = async () => (await rows()).filter(([name]) => name.includes('failing'));
      logger.log({ a: 1 });
      expect(await logger.flush()).toMatchObject({
        failed: { refused: 1 },
        failingSince: expect.any(String),
      });
      expect(await failing()).toEqual([
        [
          'otel_remote_logger.exporter.failing.duration',
          exportAttributes(receiver.port),
          expect.toSatisfy((seconds: number) => seconds > 0 && seconds < 60),
        ],
      ]);
      logger.log({ a: 2 });
      expect(await logger.flush()).not.toHaveProperty('failingSince');
      expect((await failing()).map(([, , seconds]) => seconds)).toEqual([0]);
      await logger.shutdown();
    },
  );

  it('name what went wrong without an answer', async () => {
    const { meterProvider, rows } = measuring();
    const retry = { initialDelayMillis: 1, maxElapsedMillis: 0 };
    const logger = createRemoteLogger({ url: 'http://127.0.0.1:1/', meterProvider, retry });
    logger.log({ a: 1 });
    await logger.shutdown();
    expect(await rows()).toContainEqual([
      'otel.sdk.exporter.operation.duration',
      { ...exportAttributes(1), 'error.type': 'ECONNREFUSED' },
      1,
    ]);
  });
});

type Row = readonly [name: string, attributes: Record<string, unknown>, value: number];

const RECORDS = 8;
const POISON = 5;
const upTo = (count: number): number[] => [...Array(count).keys()];

const idsIn = ({ body, headers }: Received): number[] => {
  const lines = headers['content-type'] === 'application/x-ndjson' ? body.split('\n') : [body];
  return lines.flatMap((line) => JSON.parse(line)).map(({ id }) => id);
};

describe.each([
  ['ndjson', false],
  ['ndjson', true],
  ['array', false],
  ['array', true],
  ['object', false],
  ['object', true],
] as const)('metrics of records that are sent as %s, with a thread: %s', (format, thread) => {
  /** Eight records, in one batch. */
  async function setup(options: RemoteLoggerOptions = {}) {
    const receiver = await Receiver.start();
    const { meterProvider, rows } = measuring();
    const create = thread ? createBuiltLogger : createRemoteLogger;
    const batch = { scheduledDelayMillis: 600_000 };
    const logger = create({ ...FAST, url: receiver.url, format, thread, batch, meterProvider, ...options });
    for (const id of upTo(RECORDS)) logger.log({ id });
    const EXPORT = exportAttributes(receiver.port);
    return {
      receiver,
      logger,
      rows,
      exported: (count: number, type?: string): Row => [
        'otel.sdk.exporter.log.exported',
        type === undefined ? EXPORT : { ...EXPORT, 'error.type': type },
        count,
      ],
      inflight: (count: number): Row => ['otel.sdk.exporter.log.inflight', EXPORT, count],
      /** How many POSTs had this answer. */
      posts: (count: number, status: number): Row => {
        const answered = { ...EXPORT, 'http.response.status_code': status };
        const attributes = status < 400 ? answered : { ...answered, 'error.type': String(status) };
        return ['otel.sdk.exporter.operation.duration', attributes, count];
      },
      queue: (name: string, count: number, type?: string): Row => [
        `otel.sdk.processor.log.${name}`,
        type === undefined ? QUEUE : { ...QUEUE, 'error.type': type },
        count,
      ],
      async [Symbol.asyncDispose](): Promise<void> {
        await logger.shutdown({ timeoutMillis: 0 });
        await receiver[Symbol.asyncDispose]();
      },
    };
  }

  const named = (rows: readonly Row[], ...names: string[]): Row[] =>
    rows.filter(([name]) => names.some((end) => name.endsWith(end)));

  const inOneBody = format === 'object' ? 1 : RECORDS;

  it('count each while it is under way, and when it is delivered', async () => {
    await using test = await setup({ maxQueueSize: RECORDS + 2 });
    const { receiver, logger, rows, exported, inflight, posts, queue } = test;
    const held: (() => void)[] = [];
    receiver.otherwise((_, response) => void held.push(() => response.writeHead(204).end()));
    const flushed = logger.flush();
    await receiver.received(RECORDS / inOneBody);
    const before = await rows();
    expect(before).toEqual(
      expect.arrayContaining([inflight(RECORDS), queue('queue.size', RECORDS), queue('processed', RECORDS)]),
    );
    expect(named(before, 'exported', 'duration')).toEqual([]);
    for (const release of held) release();
    expect(await flushed).toEqual(allDelivered(RECORDS));
    const after = await rows();
    expect(after).toEqual(
      expect.arrayContaining([
        inflight(0),
        exported(RECORDS),
        posts(RECORDS / inOneBody, 204),
        queue('queue.size', 0),
        queue('queue.capacity', RECORDS + 2),
        queue('processed', RECORDS),
      ]),
    );
    expect(after).toHaveLength(6);
  });

  it('count a batch that is halved by what became of each record, and each POST', async () => {
    await using test = await setup();
    const { receiver, logger, rows, exported, inflight, posts } = test;
    receiver.otherwise((request, response) => {
      response.writeHead(idsIn(request).includes(POISON) ? 400 : 204).end();
    });
    expect(await logger.flush()).toMatchObject({ delivered: 7, failed: { rejected: 1 } });
    const after = named(await rows(), 'exported', 'inflight', 'duration');
    // Of 8, 4, 2 and 1 with the poison; of the 4, 1 and 2 beside it.
    const [bad, good] = inOneBody === 1 ? [1, 7] : [4, 3];
    expect(after).toEqual(
      expect.arrayContaining([
        inflight(0),
        exported(7),
        exported(1, 'rejected'),
        posts(good, 204),
        posts(bad, 400),
      ]),
    );
    expect(after).toHaveLength(5);
  });

  it('count what goes on failing by its reason, in halves too', async () => {
    await using test = await setup({ retry: { ...FAST.retry, maxElapsedMillis: 1500 } });
    const { receiver, logger, rows, exported, inflight } = test;
    receiver.otherwise((request, response) => {
      response.writeHead(idsIn(request).includes(POISON) ? 500 : 204).end();
    });
    expect(await logger.flush()).toMatchObject({ delivered: 7, failed: { retries_exhausted: 1 } });
    expect(named(await rows(), 'exported', 'inflight')).toEqual(
      expect.arrayContaining([inflight(0), exported(7), exported(1, 'retries_exhausted')]),
    );
  });

  it('count a record once, over as many tries as it takes', async () => {
    await using test = await setup({ concurrency: 1 });
    const { receiver, logger, rows, exported, inflight, posts } = test;
    receiver.script(503, 429, 503);
    expect(await logger.flush()).toEqual(allDelivered(RECORDS));
    const after = named(await rows(), 'exported', 'inflight', 'duration');
    const expected = [
      inflight(0),
      exported(RECORDS),
      posts(2, 503),
      posts(1, 429),
      posts(RECORDS / inOneBody, 204),
    ];
    expect(after).toEqual(expect.arrayContaining(expected));
    expect(after).toHaveLength(expected.length);
  });

  it.each([
    ['refused', 404],
    ['retries_exhausted', 503],
    ['shutdown', 'never'],
  ] as const)('count a whole batch that is given up: %s', async (reason, answer) => {
    await using test = await setup({
      retry: { ...FAST.retry, maxElapsedMillis: answer === 'never' ? 60_000 : 50 },
    });
    const { receiver, logger, rows, exported, inflight, queue } = test;
    receiver.otherwise(answer === 'never' ? () => {} : answer);
    await logger.flush({ timeoutMillis: answer === 'never' ? 0 : 30_000 });
    await logger.shutdown({ timeoutMillis: answer === 'never' ? 0 : 30_000 });
    expect(logger.stats()).toMatchObject({ failed: { [reason]: RECORDS }, pending: 0 });
    const after = await rows();
    expect(named(after, 'exported', 'inflight')).toEqual(
      expect.arrayContaining([inflight(0), exported(RECORDS, reason)]),
    );
    expect(after).toContainEqual(queue('processed', RECORDS));
  });

  it('count what is not admitted by its reason', async () => {
    await using test = await setup({ maxQueueSize: RECORDS, maxPayloadBytes: 1000 });
    const { logger, rows, exported, queue } = test;
    logger.log({ id: RECORDS });
    await logger.flush();
    for (const _ of upTo(2)) logger.log({ text: 'x'.repeat(2000) });
    await logger.flush();
    expect(named(await rows(), 'exported', 'processed')).toEqual(
      expect.arrayContaining([
        exported(RECORDS),
        queue('processed', RECORDS),
        queue('processed', 1, 'queue_full'),
        queue('processed', 2, 'too_large'),
      ]),
    );
  });

  it('take the time of a POST in seconds, to the end of its answer', async () => {
    await using test = await setup();
    const { receiver, logger, rows } = test;
    receiver.otherwise((_, response) => void setTimeout(() => response.writeHead(204).end(), 100));
    await logger.flush();
    const [row] = named(await rows('sum'), 'duration');
    const seconds = Number(row?.[2]) / (RECORDS / inOneBody);
    expect(seconds).toBeGreaterThan(0.09);
    expect(seconds).toBeLessThan(50);
  });
});

describe('metrics of an exporter', () => {
  it('count what can not be sent at all', async () => {
    await using receiver = await Receiver.start();
    const { meterProvider, rows } = measuring();
    const exporter = new RemoteLogRecordExporter({ url: receiver.url, meterProvider, maxPayloadBytes: 1000 });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger('s');
    for (const body of ['a', 'x'.repeat(2000), 'b']) logger.emit({ body });
    await provider.forceFlush();
    const EXPORT = exportAttributes(receiver.port);
    const after = await rows();
    expect(after).toEqual(
      expect.arrayContaining([
        ['otel.sdk.exporter.log.inflight', EXPORT, 0],
        ['otel.sdk.exporter.log.exported', EXPORT, 2],
        ['otel.sdk.exporter.log.exported', { ...EXPORT, 'error.type': 'too_large' }, 1],
      ]),
    );
    await provider.shutdown();
  });
});
