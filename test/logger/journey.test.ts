import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createRemoteLogger,
  getRemoteLogger,
  type RemoteLogger,
  type RemoteLoggerOptions,
  setRemoteLogger,
} from '../../src/index.js';
import { type Answering, Receiver } from '../support/receiver.js';

/** The record of one call to log(), from the call to the socket. */
describe('a record on its journey', () => {
  const loggers: RemoteLogger[] = [];
  const create = (options: RemoteLoggerOptions): RemoteLogger => {
    const logger = createRemoteLogger({ retry: { initialDelayMillis: 1 }, ...options });
    loggers.push(logger);
    return logger;
  };
  afterEach(async () => {
    vi.unstubAllEnvs();
    await Promise.all(loggers.splice(0).map((logger) => logger.shutdown({ timeoutMillis: 0 })));
  });

  it.each<[Answering]>([[200], [201], [202], [204]])('is delivered by a %i', async (answer) => {
    await using receiver = await Receiver.start();
    receiver.otherwise(answer);
    const logger = create({ url: receiver.url });
    logger.log({ event: 'chat', state: { turn: 1 } });
    expect(await logger.flush()).toEqual({ accepted: 1, delivered: 1, pending: 0, failed: {}, dropped: {} });
    expect(receiver.requests).toMatchObject([
      {
        method: 'POST',
        path: '/logs',
        headers: { 'content-type': 'application/json' },
        body: '{"event":"chat","state":"{\\"turn\\":1}"}',
      },
    ]);
  });

  it('reuses its connections, as it reads answers to their end', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((_, response) => response.writeHead(200).end('x'.repeat(10_000)));
    const logger = create({ url: receiver.url, concurrency: 4 });
    for (let index = 0; index < 1000; index++) logger.log({ index });
    expect(await logger.flush()).toMatchObject({ delivered: 1000 });
    expect(receiver.requests).toHaveLength(1000);
    expect(receiver.connections).toBeLessThanOrEqual(4);
    console.log(`connections: ${receiver.requests.length} POSTs on ${receiver.connections} connections`);
  });

  it.each([
    ['ndjson', 'application/x-ndjson', '{"n":1}\n{"n":2}\n{"n":3}'],
    ['array', 'application/json', '[{"n":1},{"n":2},{"n":3}]'],
  ] as const)('shares a POST with others in %s', async (format, contentType, body) => {
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, format });
    for (const n of [1, 2, 3]) logger.log({ n });
    await logger.flush();
    expect(receiver.requests).toMatchObject([{ headers: { 'content-type': contentType }, body }]);
  });

  it.each(['object', 'ndjson', 'array'] as const)('can be gzipped as %s', async (format) => {
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, format, compression: 'gzip' });
    logger.log({ text: 'ä'.repeat(1000) });
    await logger.flush();
    expect(receiver.requests[0]?.headers).toMatchObject({ 'content-encoding': 'gzip' });
    expect(receiver.records).toEqual([{ text: 'ä'.repeat(1000) }]);
  });

  it.each(['ndjson', 'array'] as const)('never makes a %s body pass the payload limit', async (format) => {
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, format, maxPayloadBytes: 100, concurrency: 1 });
    for (let index = 0; index < 50; index++) logger.log({ index, text: 'x'.repeat(index % 60) });
    expect(await logger.flush()).toMatchObject({ accepted: 50, delivered: 50 });
    expect(receiver.records.map((record) => record['index'])).toEqual([...Array(50).keys()]);
    for (const request of receiver.requests) expect(request.body.length).toBeLessThanOrEqual(100);
    expect(receiver.requests.length).toBeLessThan(50);
  });

  it('carries the headers of the settings', async () => {
    await using receiver = await Receiver.start();
    const url = receiver.url.replace('//', '//user:p%40ss@');
    const logger = create({ url, headers: { 'X-Api-Key': 'k' } });
    logger.log({ a: 1 });
    await logger.flush();
    expect(receiver.requests[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
      'x-api-key': 'k',
      'user-agent': 'otel-remote-logger',
      'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('asks a headers function before each POST', async () => {
    await using receiver = await Receiver.start();
    let token = 0;
    const logger = create({
      url: receiver.url,
      concurrency: 1,
      headers: async () => ({ authorization: `Bearer ${++token}` }),
    });
    for (const n of [1, 2]) logger.log({ n });
    await logger.flush();
    expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2']);
  });

  it('survives a headers function that fails at first', async () => {
    await using receiver = await Receiver.start();
    let calls = 0;
    const logger = create({
      url: receiver.url,
      headers: () => {
        if (calls++ === 0) throw new Error('token service down');
        return {};
      },
    });
    logger.log({ a: 1 });
    expect(await logger.flush()).toMatchObject({ delivered: 1 });
  });

  it('is sent again, with the same Idempotency-Key, when the endpoint is busy', async () => {
    await using receiver = await Receiver.start();
    receiver.script(503, 500);
    const logger = create({ url: receiver.url });
    logger.log({ a: 1 });
    expect(await logger.flush()).toMatchObject({ delivered: 1 });
    const keys = receiver.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('is counted as dropped when there is nothing to send', () => {
    const logger = create({ url: 'http://127.0.0.1:9/' });
    for (const nothing of [undefined, () => 1, Symbol('s')]) logger.log(nothing as never);
    expect(logger.stats()).toMatchObject({ accepted: 0, dropped: { invalid: 3 } });
  });

  it.each<[unknown, Record<string, unknown>]>([
    ['text', { body: 'text' }],
    [42, { body: 42 }],
    [[1], { body: '[1]' }],
    [null, { body: null }],
  ])('goes under "body" when it is a bare value: %j', async (data, expected) => {
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url });
    logger.log(data as never);
    await logger.flush();
    expect(receiver.records).toEqual([expected]);
  });

  it('has the resource that the environment describes, and can leave it out', async () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'shop');
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=prod,service.name=other');
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, metadata: true });
    logger.log({ a: 1 });
    await logger.flush();
    expect(JSON.parse(String(receiver.records[0]?.['resource']))).toMatchObject({
      'service.name': 'shop',
      'deployment.environment.name': 'prod',
    });
    const without = create({ url: receiver.url, metadata: true, resource: false });
    without.log({ a: 1 });
    await without.flush();
    expect(receiver.records[1]).toHaveProperty('timestamp');
    expect(receiver.records[1]).not.toHaveProperty('resource');
  });

  it('has the trace that was active when it was logged, also while the pipeline loads', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, metadata: true });
    const spanContext = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
    };
    context.with(trace.setSpanContext(ROOT_CONTEXT, spanContext), () => logger.log({ in: 'trace' }));
    logger.log({ in: 'no trace' });
    await logger.flush();
    context.disable();
    expect(receiver.records[0]).toMatchObject({
      in: 'trace',
      trace_id: spanContext.traceId,
      span_id: spanContext.spanId,
      trace_flags: '01',
    });
    expect(receiver.records[1]).not.toHaveProperty('trace_id');
  });

  it('has the time of its batch also when it waits longer for its batch', async () => {
    await using receiver = await Receiver.start();
    const batch = { exportTimeoutMillis: 2000, scheduledDelayMillis: 2500 };
    const logger = create({ url: receiver.url, batch });
    logger.log({ a: 1 });
    await receiver.received(1);
    logger.log({ a: 2 });
    await receiver.received(2);
    expect(await logger.flush()).toMatchObject({ delivered: 2, failed: {} });
  });

  it('has metadata when it is asked for', async () => {
    await using receiver = await Receiver.start();
    const logger = create({ url: receiver.url, metadata: true });
    logger.log({ a: 1 });
    await logger.flush();
    expect(receiver.records).toEqual([
      {
        a: 1,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
        observed_timestamp: expect.any(String),
        scope_name: 'otel-remote-logger',
        resource: expect.stringContaining('"service.name"'),
        'log.record.uid': expect.any(String),
        sequence: 1,
      },
    ]);
  });

  it('has its number among the admitted, which its own data pushes aside', async () => {
    await using receiver = await Receiver.start();
    const logger = create({
      url: receiver.url,
      metadata: true,
      format: 'array',
      maxPayloadBytes: 2000,
      beforeSend: (record) => (record['n'] === 1 ? null : record),
    });
    logger.log({ n: 0 });
    await logger.flush();
    for (const n of [1, 2]) logger.log({ n });
    logger.log({ n: 3, big: 'x'.repeat(1999) });
    logger.log({ n: 4, sequence: 'mine' });
    await logger.flush();
    expect(receiver.records.map(({ n, sequence }) => [n, sequence])).toEqual([
      [0, 1],
      [2, 2],
      [4, 'mine'],
    ]);
    expect(receiver.records[2]).toMatchObject({ 'otel.sequence': 3 });
  });

  it('says from which process it is, the same for all of its loggers, unless the environment does', async () => {
    await using receiver = await Receiver.start();
    const instances = async (): Promise<unknown[]> => {
      const before = receiver.records.length;
      for (const logger of [
        create({ url: receiver.url, metadata: true }),
        create({ url: receiver.url, metadata: true }),
      ]) {
        logger.log({ a: 1 });
        await logger.flush();
      }
      return receiver.records
        .slice(before)
        .map(({ resource }) => JSON.parse(String(resource))['service.instance.id']);
    };
    const [one, other] = await instances();
    expect(one).toMatch(/^[\da-f-]{36}$/);
    expect(other).toBe(one);
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.instance.id=pod-7');
    expect(await instances()).toEqual(['pod-7', 'pod-7']);
  });

  it('of the default logger has all that by one variable', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('REMOTE_LOGGER_URL', receiver.url);
    vi.stubEnv('REMOTE_LOGGER_METADATA', 'true');
    vi.stubEnv('OTEL_SERVICE_NAME', 'shop');
    const logger = getRemoteLogger();
    setRemoteLogger(undefined);
    logger.log({ a: 1 });
    await logger.shutdown();
    expect(receiver.records).toEqual([
      expect.objectContaining({
        a: 1,
        sequence: 1,
        timestamp: expect.any(String),
        'log.record.uid': expect.any(String),
        resource: expect.stringContaining('"service.name":"shop"'),
      }),
    ]);
  });
});
