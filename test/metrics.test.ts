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
import { afterEach, describe, expect, it } from 'vitest';
import { createRemoteLogger, RemoteLogRecordExporter } from '../src/index.js';
import { allDelivered, FAST } from './support/account.js';
import { Receiver } from './support/receiver.js';

/** A real meter provider, and its data points as rows: name, attributes, value. */
function measuring() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  return {
    meterProvider,
    async rows(): Promise<[string, Record<string, unknown>, number][]> {
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
                  ? (point.value as { count: number }).count
                  : (point.value as number),
              ]),
            ),
          ),
        );
    },
  };
}

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
