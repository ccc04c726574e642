import type { ServerResponse } from 'node:http';
import { context, ROOT_CONTEXT, type Span, TraceFlags, trace } from '@opentelemetry/api';
import { type LogAttributes, type LogRecord, logs, SeverityNumber } from '@opentelemetry/api-logs';
import type { ExportResult } from '@opentelemetry/core';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  bridgeLoggerProviders,
  RemoteLogRecordExporter,
  type RemoteLogRecordExporterOptions,
} from '../../src/index.js';
import { forgetGlobals } from '../support/globals.js';
import { Receiver } from '../support/receiver.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const inTrace = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  traceFlags: TraceFlags.SAMPLED,
});

/** Emits one record through a provider of its own and gives back what arrived. */
async function arrival(
  record: LogRecord,
  options: RemoteLogRecordExporterOptions = {},
  resource: Resource = resourceFromAttributes({ 'service.name': 'shop' }),
): Promise<Record<string, unknown>> {
  await using receiver = await Receiver.start();
  const exporter = new RemoteLogRecordExporter({ url: receiver.url, ...options });
  const provider = new LoggerProvider({ resource, processors: [new BatchLogRecordProcessor({ exporter })] });
  provider.getLogger('cart', '1.2.3').emit(record);
  await provider.shutdown();
  expect(exporter.stats()).toEqual({ accepted: 1, delivered: 1, pending: 0, failed: {}, dropped: {} });
  expect(receiver.records).toHaveLength(1);
  return receiver.records[0] as Record<string, unknown>;
}

describe('RemoteLogRecordExporter under a BatchLogRecordProcessor', () => {
  it('sends every field of a record under its name', async () => {
    const received = await arrival({
      timestamp: [1_795_326_683, 123_456_789],
      observedTimestamp: [1_795_326_684, 1],
      severityNumber: SeverityNumber.WARN,
      severityText: 'WARN',
      eventName: 'cart.checkout',
      body: { total: 12.5, items: [{ sku: 'a' }] },
      attributes: { user: 'u1' },
      context: inTrace,
    });
    expect(received).toEqual({
      total: 12.5,
      items: '[{"sku":"a"}]',
      user: 'u1',
      timestamp: '2026-11-22T05:51:23.123456789Z',
      observed_timestamp: '2026-11-22T05:51:24.000000001Z',
      severity_text: 'WARN',
      severity_number: 13,
      trace_id: TRACE_ID,
      span_id: SPAN_ID,
      trace_flags: '01',
      event_name: 'cart.checkout',
      scope_name: 'cart',
      scope_version: '1.2.3',
      resource: '{"service.name":"shop"}',
      'log.record.uid': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('lets data win over metadata, and loses neither', async () => {
    const received = await arrival({
      timestamp: [0, 0],
      body: { timestamp: 'mine', trace_id: 7, 'otel.trace_id': 8, shared: 'body' },
      attributes: { scope_name: 'my scope', shared: 'attribute', 'log.record.uid': 'my uid' },
      context: inTrace,
    });
    expect(received).toMatchObject({
      timestamp: 'mine',
      'otel.timestamp': '1970-01-01T00:00:00.000000000Z',
      trace_id: 7,
      'otel.trace_id': 8,
      'otel.otel.trace_id': TRACE_ID,
      scope_name: 'my scope',
      'otel.scope_name': 'cart',
      shared: 'body',
      'attributes.shared': 'attribute',
      'log.record.uid': 'my uid',
    });
  });

  const attributes: LogAttributes = {
    string: 's',
    number: 1.5,
    boolean: true,
    null: null,
    strings: ['a', 'b'],
    mixed: ['a', 1, null],
    map: { nested: { deep: [1] } },
    bytes: new Uint8Array([1, 2, 3]),
  };

  it('sends attributes of every OpenTelemetry type', async () => {
    const received = await arrival({ body: 'text', attributes }, { metadata: false });
    expect(received).toEqual({
      body: 'text',
      string: 's',
      number: 1.5,
      boolean: true,
      null: null,
      strings: '["a","b"]',
      mixed: '["a",1,null]',
      map: '{"nested":{"deep":[1]}}',
      bytes: 'AQID',
    });
  });

  it.each<[string, LogRecord['body'], Record<string, unknown>]>([
    ['a string', 'text', { body: 'text' }],
    ['a number', 42, { body: 42 }],
    ['a boolean', false, { body: false }],
    ['null', null, { body: null }],
    ['an array', ['a', { b: 1 }], { body: '["a",{"b":1}]' }],
    ['bytes', new Uint8Array([255]), { body: '/w==' }],
    ['a map', { a: 1, b: { c: 2 } }, { a: 1, b: '{"c":2}' }],
    ['nothing', undefined, {}],
  ])('sends a body that is %s', async (_, body, expected) => {
    expect(await arrival({ body }, { metadata: false })).toEqual(expected);
  });

  it('sends an exception as the attributes of the semantic conventions', async () => {
    const received = await arrival({ body: 'failed', exception: new RangeError('too far') });
    expect(received).toMatchObject({
      body: 'failed',
      'exception.type': 'RangeError',
      'exception.message': 'too far',
      'exception.stacktrace': expect.stringContaining('RangeError: too far'),
    });
  });

  it('says how many attributes the SDK dropped, and only then', async () => {
    const many = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`a${index}`, index]));
    expect(await arrival({ attributes: many })).toMatchObject({ a127: 127, dropped_attributes_count: 2 });
    expect(await arrival({ attributes: { a: 1 } })).not.toHaveProperty('dropped_attributes_count');
  });

  it('waits for resource attributes that arrive late', async () => {
    const late = resourceFromAttributes({ early: 1, late: Promise.resolve('here') });
    const received = await arrival({ body: 'text' }, {}, late);
    expect(JSON.parse(String(received['resource']))).toEqual({ early: 1, late: 'here' });
  });

  it('leaves out the resource alone', async () => {
    const received = await arrival({ body: 'text' }, { resource: false });
    expect(received).toHaveProperty('timestamp');
    expect(received).not.toHaveProperty('resource');
  });
});

describe('RemoteLogRecordExporter in other places', () => {
  afterEach(() => {
    forgetGlobals();
    trace.disable();
    context.disable();
  });

  it('works in NodeSDK, with the trace that is active', async () => {
    await using receiver = await Receiver.start();
    const sdk = new NodeSDK({
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
      autoDetectResources: false,
      traceExporter: { export: (_, done) => done({ code: 0 }), shutdown: async () => {} },
      logRecordProcessors: [
        new BatchLogRecordProcessor({ exporter: new RemoteLogRecordExporter({ url: receiver.url }) }),
      ],
    });
    sdk.start();
    bridgeLoggerProviders(); // SDK 3 registers with the other global
    const span = trace.getTracer('test').startActiveSpan('turn', (active: Span) => {
      logs.getLogger('chat').emit({ body: 'hello', severityText: 'INFO' });
      active.end();
      return active.spanContext();
    });
    await sdk.shutdown();
    expect(receiver.records).toEqual([
      expect.objectContaining({
        body: 'hello',
        severity_text: 'INFO',
        scope_name: 'chat',
        trace_id: span.traceId,
        span_id: span.spanId,
        trace_flags: '01',
      }),
    ]);
    expect(JSON.parse(String(receiver.records[0]?.['resource']))).toMatchObject({ 'service.name': 'shop' });
  });

  it('works under a SimpleLogRecordProcessor', async () => {
    await using receiver = await Receiver.start();
    const exporter = new RemoteLogRecordExporter({ url: receiver.url, metadata: false });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    for (let index = 0; index < 20; index++) provider.getLogger('s').emit({ body: index });
    await provider.shutdown();
    expect(receiver.records.map((record) => Number(record['body'])).sort((a, b) => a - b)).toEqual([
      ...Array(20).keys(),
    ]);
  });

  it('reports success and sends nothing without a URL', () => {
    const results: ExportResult[] = [];
    new RemoteLogRecordExporter().export([], (result) => results.push(result));
    expect(results).toEqual([{ code: 0 }]);
  });

  it('reports failure, with how many records, when the endpoint refuses them', async () => {
    await using receiver = await Receiver.start();
    receiver.script(204, 403);
    const exporter = new RemoteLogRecordExporter({ url: receiver.url, concurrency: 1 });
    const results: ExportResult[] = [];
    const provider = new LoggerProvider({
      processors: [
        new BatchLogRecordProcessor({
          exporter: {
            export: (records, done) =>
              exporter.export(records, (result) => {
                results.push(result);
                done({ code: 0 });
              }),
            forceFlush: () => exporter.forceFlush(),
            shutdown: () => exporter.shutdown(),
          },
        }),
      ],
    });
    for (const body of [1, 2, 3]) provider.getLogger('s').emit({ body });
    await provider.shutdown();
    expect(results).toEqual([
      { code: 1, error: new Error('otel-remote-logger: 1 of 3 records were given up') },
    ]);
    expect(exporter.stats()).toMatchObject({ accepted: 3, delivered: 2, failed: { refused: 1 } });
  });

  it('takes no records after its shutdown, and says so', async () => {
    await using receiver = await Receiver.start();
    const exporter = new RemoteLogRecordExporter({ url: receiver.url });
    await exporter.shutdown();
    const results: ExportResult[] = [];
    exporter.export([{} as never], (result) => results.push(result));
    expect(results).toEqual([{ code: 1, error: expect.any(Error) }]);
    expect(exporter.stats()).toMatchObject({ accepted: 0, dropped: { shutdown: 1 } });
    expect(receiver.requests).toEqual([]);
  });

  it('lets others work while it encodes a batch of large records', async () => {
    await using receiver = await Receiver.start();
    const exporter = new RemoteLogRecordExporter({ url: receiver.url, format: 'ndjson' });
    let turns = 0;
    let counting: NodeJS.Immediate;
    const count = (): void => {
      turns++;
      counting = setImmediate(count);
    };
    count();
    const encodedIn = new Set<number>();
    const body = {
      toJSON() {
        encodedIn.add(turns);
        return { text: 'x'.repeat(300_000) };
      },
    };
    const record = {
      body: body as never,
      attributes: {},
      resource: resourceFromAttributes({}),
      instrumentationScope: { name: 's' },
      droppedAttributesCount: 0,
      hrTime: [1, 0] as [number, number],
      hrTimeObserved: [1, 0] as [number, number],
    };
    const result = await new Promise((resolve) => exporter.export(Array(30).fill(record), resolve));
    clearImmediate(counting!);
    expect(result).toEqual({ code: 0 });
    expect(encodedIn.size).toBe(30); // each is more than a slice
    await exporter.shutdown();
  });

  it('has each export answered once, also after a flush that did not wait for its records', async () => {
    await using receiver = await Receiver.start();
    const held: ServerResponse[] = [];
    receiver.otherwise((_, response) => void held.push(response));
    const exporter = new RemoteLogRecordExporter({ url: receiver.url, shutdownTimeoutMillis: 100 });
    const answers: ExportResult[] = [];
    const provider = new LoggerProvider({
      processors: [
        new SimpleLogRecordProcessor({
          exporter: {
            export: (records, done) =>
              exporter.export(records, (result) => {
                answers.push(result);
                done(result);
              }),
            forceFlush: () => exporter.forceFlush(),
            shutdown: () => exporter.shutdown(),
          },
        }),
      ],
    });
    provider.getLogger('s').emit({ body: 1 });
    await receiver.received(1);
    await exporter.forceFlush();
    expect(answers).toEqual([{ code: 1, error: expect.any(Error) }]);
    for (const response of held) response.writeHead(204).end();
    await vi.waitFor(() => expect(exporter.stats().delivered).toBe(1), { timeout: 10_000 });
    await provider.shutdown();
    expect(answers).toHaveLength(1);
  });

  it('survives a result callback that throws', async () => {
    await using receiver = await Receiver.start();
    const exporter = new RemoteLogRecordExporter({ url: receiver.url });
    exporter.export([], () => {
      throw new Error('not mine');
    });
    await expect(exporter.forceFlush()).resolves.toBeUndefined();
    await exporter.shutdown();
  });
});
