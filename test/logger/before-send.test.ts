import { diag } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import type { ExportResult } from '@opentelemetry/core';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type BeforeSend,
  createRemoteLogger,
  type FlatDict,
  type RemoteLogger,
  type RemoteLoggerOptions,
  RemoteLogRecordExporter,
  type RemoteLogRecordExporterOptions,
  registerRemoteLogging,
} from '../../src/index.js';
import { hearDiag } from '../support/diag.js';
import { turn } from '../support/fake-clock.js';
import { forgetGlobals } from '../support/globals.js';
import { Receiver } from '../support/receiver.js';

/** As JavaScript gives it, which nothing has checked. */
const hook = (beforeSend: (record: FlatDict) => unknown): BeforeSend => beforeSend as BeforeSend;

interface Came {
  readonly records: readonly Record<string, unknown>[];
  readonly stats: ReturnType<RemoteLogger['stats']>;
}

/** What comes of what is logged in `use`. */
async function logged(options: RemoteLoggerOptions, use: (logger: RemoteLogger) => void): Promise<Came> {
  await using receiver = await Receiver.start();
  const logger = createRemoteLogger({ url: receiver.url, format: 'array', ...options });
  use(logger);
  const stats = await logger.flush();
  await logger.shutdown();
  await turn();
  return { records: receiver.records, stats };
}

/** What was said on diag. */
let told: string[] = [];

beforeEach(() => {
  told = [];
  vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
  hearDiag((message) => told.push(message), ['error', 'warn']);
});
afterEach(() => {
  diag.disable();
  forgetGlobals();
  Reflect.deleteProperty(globalThis, Symbol.for('otel-remote-logger.logging'));
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('beforeSend of a logger', () => {
  it('gets each record as it would be sent: flat, with fields and metadata', async () => {
    const beforeSend = vi.fn<BeforeSend>((record) => ({ ...record }));
    const { records } = await logged({ beforeSend, metadata: true, fields: { host: 'a' } }, (logger) =>
      logger.child({ user: 'u' }).log({ n: 1, nested: { deep: [1] }, left: undefined }),
    );
    expect(beforeSend.mock.calls).toEqual([records]);
    expect(records).toEqual([
      {
        n: 1,
        nested: '{"deep":[1]}',
        host: 'a',
        user: 'u',
        timestamp: expect.any(String),
        observed_timestamp: expect.any(String),
        scope_name: 'otel-remote-logger',
        resource: expect.stringContaining('service.name'),
        'log.record.uid': expect.any(String),
        sequence: 1,
      },
    ]);
  });

  it('gets what is redacted by then, and what it adds is not redacted again', async () => {
    const beforeSend = vi.fn<BeforeSend>((record) => ({ ...record, password: 'known' }));
    const { records } = await logged({ beforeSend, redact: ['password'] }, (logger) =>
      logger.log({ password: 'SECRET' }),
    );
    expect(beforeSend.mock.calls).toEqual([[{ password: '[Redacted]' }]]);
    expect(records).toEqual([{ password: 'known' }]);
  });

  it('gets a record without what is left out, and without its symbols', async () => {
    const beforeSend = vi.fn<BeforeSend>((record) => record);
    const data = { a: undefined, b: () => {}, n: 1, [Symbol('s')]: 2 };
    await logged({ beforeSend }, (logger) => logger.log(data));
    const [given = {}] = beforeSend.mock.calls[0] ?? [];
    expect(Reflect.ownKeys(given)).toEqual(['n']);
  });

  it.each<[does: string, beforeSend: (record: FlatDict) => unknown, sent: object]>([
    ['returns it as it is', (record) => record, { n: 1, secret: 's' }],
    [
      'changes it',
      (record) => {
        delete record['secret'];
        record['more'] = 2n ** 64n;
        return record;
      },
      { n: 1, more: Number(2n ** 64n) },
    ],
    ['returns another', () => ({ other: true }), { other: true }],
    [
      'returns nested values',
      (record) => ({ ...record, at: new Date(0), nested: { list: [1, undefined] }, left: undefined }),
      { n: 1, secret: 's', at: '1970-01-01T00:00:00.000Z', nested: '{"list":[1,null]}' },
    ],
    ['returns a Map', (record) => new Map(Object.entries(record)), { n: 1, secret: 's' }],
    ['returns nothing at all', () => ({}), {}],
  ])('decides what is sent: %s', async (_, beforeSend, sent) => {
    const { records, stats } = await logged({ beforeSend: hook(beforeSend) }, (logger) =>
      logger.log({ n: 1, secret: 's' }),
    );
    expect(records).toEqual([sent]);
    expect(stats).toMatchObject({ accepted: 1, delivered: 1, dropped: {} });
    expect(told).toEqual([]);
  });

  it('never changes what was logged', async () => {
    const data = { n: 1, nested: { a: 1 } };
    const beforeSend = hook((record) => Object.assign(record, { n: 2, nested: 'gone' }));
    await logged({ beforeSend }, (logger) => logger.log(data));
    expect(data).toEqual({ n: 1, nested: { a: 1 } });
  });

  it('drops what it returns null for: counted, told to onDrop and measured, and no warning', async () => {
    const onDrop = vi.fn();
    const reader = new PeriodicExportingMetricReader({
      exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    });
    const meterProvider = new MeterProvider({ readers: [reader] });
    const options = { onDrop, meterProvider, beforeSend: hook(({ n }) => (Number(n) % 2 ? { n } : null)) };
    const { records, stats } = await logged(options, (logger) => {
      for (let n = 1; n <= 4; n++) logger.child({ host: 'a' }).log({ n });
    });
    expect(records).toEqual([{ n: 1 }, { n: 3 }]);
    expect(stats).toEqual({ accepted: 2, delivered: 2, pending: 0, failed: {}, dropped: { filtered: 2 } });
    const sample = { n: 2, host: 'a' };
    expect(onDrop.mock.calls[0]).toEqual([{ reason: 'filtered', count: 1, sample }]);
    expect(onDrop).toHaveBeenCalledTimes(2);
    expect(told).toEqual([]);
    expect(process.emitWarning).not.toHaveBeenCalled();
    const { resourceMetrics } = await reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const processed = metrics.find(
      ({ descriptor }) => descriptor.name === 'otel.sdk.processor.log.processed',
    );
    expect(processed?.dataPoints.map(({ attributes, value }) => [attributes['error.type'], value])).toEqual([
      [undefined, 2],
      ['filtered', 2],
    ]);
    await meterProvider.shutdown();
  });

  const thenable = Object.defineProperty({}, 'then', { value: () => {} });
  const hostile = new Proxy({}, { ownKeys: () => JSON.parse('{') });
  const throwing = (): never => {
    throw Object.create(null);
  };

  it.each<[does: string, beforeSend: (record: FlatDict) => unknown, why: string]>([
    ['throws', () => JSON.parse('{'), 'threw SyntaxError'],
    ['throws what is no text', throwing, 'threw object that is no text'],
    ['returns undefined', (record) => void Object.assign(record, { n: 2 }), 'returned undefined'],
    ['is async', async (record) => record, 'returned a promise'],
    ['rejects', async () => throwing(), 'returned a promise'],
    ['returns what acts as a promise', () => thenable, 'returned a promise'],
    ['returns true', () => true, 'returned true that has no fields'],
    ['returns a text', () => 'text', 'returned "text" that has no fields'],
    ['returns a list', (record) => [record], 'returned an array that has no fields'],
    ['returns a date', () => new Date(), 'returned an object that has no fields'],
    ['returns a function', () => () => null, 'returned a function that has no fields'],
    ['returns what can not be read', () => hostile, 'returned an object that has no fields'],
  ])('sends nothing, and says why, where it %s', async (_, beforeSend, why) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { records, stats } = await logged(
      { beforeSend: hook((record) => (record['good'] ? record : beforeSend(record))) },
      (logger) => {
        logger.log({ n: 1 });
        logger.log({ good: 1 });
        logger.log({ n: 2 });
      },
    );
    await turn();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(records).toEqual([{ good: 1 }]);
    expect(stats).toMatchObject({ accepted: 1, delivered: 1, dropped: { filter_failed: 2 } });
    expect(told).toEqual([expect.stringContaining(`2 dropped: filter_failed (beforeSend ${why}`)]);
  });

  it('may not return more than maxPayloadBytes', async () => {
    const { records, stats } = await logged(
      {
        beforeSend: (record) => ({ ...record, more: 'x'.repeat(Number(record['n'])) }),
        maxPayloadBytes: 1000,
      },
      (logger) => {
        for (const n of [10, 990, 5000]) logger.log({ n });
      },
    );
    expect(records).toEqual([{ n: 10, more: 'x'.repeat(10) }]);
    expect(stats.dropped).toEqual({ too_large: 2 });
  });

  it('sends nothing of what it logs itself, also later', async () => {
    let logger: RemoteLogger | undefined;
    const beforeSend = hook(async (record) => {
      logger?.log('of the hook');
      await turn();
      logger?.log('of the hook, later');
      return record;
    });
    await using receiver = await Receiver.start();
    logger = createRemoteLogger({ url: receiver.url, beforeSend });
    logger.log({ n: 1 });
    await turn();
    await turn();
    expect(await logger.shutdown()).toMatchObject({
      accepted: 0,
      dropped: { feedback: 2, filter_failed: 1 },
    });
  });

  it('is a function', () => {
    expect(() => createRemoteLogger({ beforeSend: {} as never })).toThrow(
      'option "beforeSend" must be a function, got an object',
    );
  });
});

describe('beforeSend on a provider of the application', () => {
  it('decides what is handed to it, as a copy', () => {
    const exporter = new InMemoryLogRecordExporter();
    const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const kept: FlatDict[] = [];
    const beforeSend: BeforeSend = (record) => {
      if (record['n'] === 2) return null;
      if (record['n'] === 3) throw new Error('no');
      kept.push(record);
      return record;
    };
    const logger = createRemoteLogger({ loggerProvider, beforeSend });
    for (let n = 1; n <= 4; n++) logger.log({ n });
    for (const record of kept) record['n'] = 'changed later';
    expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual([{ n: 1 }, { n: 4 }]);
    expect(logger.stats()).toEqual({
      accepted: 2,
      delivered: 2,
      pending: 0,
      failed: {},
      dropped: { filtered: 1, filter_failed: 1 },
    });
  });
});

describe('beforeSend of registerRemoteLogging()', () => {
  it('gets what an application logs through OpenTelemetry, with its metadata', async () => {
    await using receiver = await Receiver.start();
    const beforeSend: BeforeSend = ({ body, scope_name }) => (body === 'drop' ? null : { body, scope_name });
    const logging = await registerRemoteLogging({ url: receiver.url, beforeSend });
    logs.getLogger('a').emit({ body: 'text', attributes: { b: 1 } });
    logs.getLogger('a').emit({ body: 'drop' });
    expect(await logging.flush()).toMatchObject({ accepted: 1, delivered: 1, dropped: { filtered: 1 } });
    await logging.shutdown();
    expect(receiver.records).toEqual([{ body: 'text', scope_name: 'a' }]);
  });
});

describe('beforeSend of an exporter', () => {
  /** Log records of the SDK, with these bodies. */
  function recordsWith(bodies: readonly string[]): ReadableLogRecord[] {
    const exporter = new InMemoryLogRecordExporter();
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    for (const body of bodies) provider.getLogger('a').emit({ body });
    return exporter.getFinishedLogRecords();
  }

  async function exported(
    bodies: readonly string[],
    options: RemoteLogRecordExporterOptions,
  ): Promise<Came & { readonly result: ExportResult }> {
    await using receiver = await Receiver.start();
    const exporter = new RemoteLogRecordExporter({ url: receiver.url, ...options });
    const result = await new Promise<ExportResult>((resolve) =>
      exporter.export(recordsWith(bodies), resolve),
    );
    await exporter.shutdown();
    await turn();
    return { result, records: receiver.records, stats: exporter.stats() };
  }

  const beforeSend: BeforeSend = ({ body, scope_name }) => {
    if (body === 'drop') return null;
    if (body === 'fail') throw new Error('no');
    return { body, scope_name, nested: [1] };
  };

  it('decides what is sent: what it drops is a success, and no record of the account', async () => {
    const onDrop = vi.fn();
    const { result, records, stats } = await exported(['a', 'drop', 'b'], {
      beforeSend,
      onDrop,
      format: 'array',
    });
    expect(result).toEqual({ code: 0 });
    expect(records).toEqual([
      { body: 'a', scope_name: 'a', nested: '[1]' },
      { body: 'b', scope_name: 'a', nested: '[1]' },
    ]);
    expect(stats).toEqual({ accepted: 2, delivered: 2, pending: 0, failed: {}, dropped: { filtered: 1 } });
    const sample = expect.objectContaining({ body: 'drop', 'log.record.uid': expect.any(String) });
    expect(onDrop.mock.calls).toEqual([[{ reason: 'filtered', count: 1, sample }]]);
    expect(told).toEqual([]);
  });

  it('that drops all of them is a success without a POST', async () => {
    const { result, records, stats } = await exported(['drop', 'drop'], { beforeSend });
    expect(result).toEqual({ code: 0 });
    expect(records).toEqual([]);
    expect(stats).toMatchObject({ accepted: 0, pending: 0, dropped: { filtered: 2 } });
  });

  it('behind a processor that does not batch gets nothing of what it logs', async () => {
    await using receiver = await Receiver.start();
    const exporter = new RemoteLogRecordExporter({
      url: receiver.url,
      beforeSend(record) {
        provider.getLogger('hook').emit({ body: 'of the hook' });
        return record;
      },
    });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    provider.getLogger('a').emit({ body: 'text' });
    await provider.shutdown();
    expect(exporter.stats()).toMatchObject({ accepted: 1, delivered: 1, dropped: { feedback: 1 } });
    expect(receiver.records).toMatchObject([{ body: 'text' }]);
  });

  it('gets what is redacted by then, and so does a listener', async () => {
    const seen: unknown[] = [];
    const { records } = await exported(['drop', 'a'], {
      redact: ['body'],
      onDrop: ({ sample }) => void seen.push(sample?.['body']),
      beforeSend: (record) => {
        seen.push(record['body']);
        return seen.length === 1 ? null : record;
      },
    });
    expect(seen).toEqual(['[Redacted]', '[Redacted]', '[Redacted]']);
    expect(records).toMatchObject([{ body: '[Redacted]' }]);
  });

  it('that fails is no success, and is told', async () => {
    const { result, records, stats } = await exported(['fail', 'a'], { beforeSend });
    expect(result).toMatchObject({
      code: 1,
      error: { message: expect.stringContaining('1 of 2 records were') },
    });
    expect(records).toHaveLength(1);
    expect(stats).toMatchObject({ accepted: 1, delivered: 1, dropped: { filter_failed: 1 } });
    const why = expect.stringContaining('1 dropped: filter_failed (beforeSend threw Error: no)');
    await vi.waitFor(() => expect(told).toContainEqual(why)); // a millisecond after the loss
  });

  it('is measured: each record that the exporter gets is exported, or has a reason', async () => {
    const reader = new PeriodicExportingMetricReader({
      exporter: new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE),
    });
    const meterProvider = new MeterProvider({ readers: [reader] });
    await exported(['a', 'drop', 'fail', 'drop'], { beforeSend, meterProvider });
    const { resourceMetrics } = await reader.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    const points = (name: string): unknown =>
      metrics
        .find(({ descriptor }) => descriptor.name === name)
        ?.dataPoints.map(({ attributes, value }) => [attributes['error.type'] ?? 'none', value])
        .sort();
    expect(points('otel.sdk.exporter.log.exported')).toEqual([
      ['filter_failed', 1],
      ['filtered', 2],
      ['none', 1],
    ]);
    expect(points('otel.sdk.exporter.log.inflight')).toEqual([['none', 0]]);
    await meterProvider.shutdown();
  });
});
