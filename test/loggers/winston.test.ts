import { once } from 'node:events';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, describe, expect, it } from 'vitest';
import winston from 'winston';
import { createTestReceiver, type ReceivedRecord } from '../../src/testing.js';
import { RemoteTransport, type RemoteTransportOptions } from '../../src/winston.js';

const { format } = winston;
const TIME = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;

interface Setting extends winston.LoggerOptions {
  readonly transport?: RemoteTransportOptions;
}

/** What arrives of what `work` logs, without the fields that each record has. */
async function arrives(
  { transport = {}, ...options }: Setting,
  work: (logger: winston.Logger) => void,
): Promise<ReceivedRecord[]> {
  await using receiver = await createTestReceiver();
  const remote = { url: receiver.url, resource: false };
  const logger = winston.createLogger({
    ...options,
    transports: [new RemoteTransport({ ...transport, remote })],
  });
  work(logger);
  logger.end();
  await once(logger, 'finish');
  return receiver.records.map((record) => {
    const { observed_timestamp, scope_name, 'log.record.uid': uid, ...own } = record;
    expect(observed_timestamp).toMatch(TIME);
    expect(scope_name).toBe('otel-remote-logger/winston');
    expect(uid).toMatch(/^[\da-f-]{36}$/);
    return own;
  });
}

describe('an info of winston', () => {
  it('arrives with its message as body, its level as metadata, and its fields', async () => {
    const records = await arrives({ defaultMeta: { service: 'shop' } }, (logger) =>
      logger.info('turn finished', { model: 'vicuna-13b', usage: { tokens: 256 } }),
    );
    expect(records).toEqual([
      {
        body: 'turn finished',
        service: 'shop',
        model: 'vicuna-13b',
        usage: '{"tokens":256}',
        severity_text: 'info',
        severity_number: 9,
        timestamp: expect.stringMatching(TIME),
      },
    ]);
  });

  it.each(
    (['npm', 'syslog', 'cli'] as const).flatMap((name) =>
      Object.keys(winston.config[name].levels).map((level) => [name, level] as const),
    ),
  )('has the severity of its level: %s, %s', async (name, level) => {
    const { levels } = winston.config[name];
    const [record] = await arrives({ levels, level: Object.keys(levels).at(-1) as string }, (logger) =>
      logger.log(level, 'text'),
    );
    expect(record).toMatchObject({ body: 'text', severity_text: level, severity_number: expect.any(Number) });
  });

  it('of a level of the application has its name alone', async () => {
    const [record] = await arrives({ levels: { loud: 0 }, level: 'loud' }, (logger) =>
      logger.log('loud', 'text'),
    );
    expect(record).toEqual({ body: 'text', severity_text: 'loud', timestamp: expect.any(String) });
  });

  it('arrives from the level of the transport on', async () => {
    const records = await arrives({ transport: { level: 'warn' } }, (logger) => {
      logger.info('info');
      logger.warn('warn');
    });
    expect(records).toMatchObject([{ body: 'warn' }]);
  });

  it('has the arguments in its message, with splat', async () => {
    const [record] = await arrives({ format: format.splat() }, (logger) =>
      logger.info('turn %s of %d', 'one', 2, { id: 1 }),
    );
    expect(record).toEqual({
      body: 'turn one of 2',
      id: 1,
      severity_text: 'info',
      severity_number: 9,
      timestamp: expect.any(String),
    });
  });

  it('has no colours, and what a format has changed', async () => {
    const own = format((info) => ({ ...info, added: true }));
    const [record] = await arrives({ format: format.combine(format.colorize(), own()) }, (logger) =>
      logger.info('text'),
    );
    expect(record).toMatchObject({ severity_text: 'info', added: true });
  });

  it.each([
    ['takes the time of format.timestamp()', format.timestamp(), { timestamp: expect.stringMatching(TIME) }],
    [
      'leaves a time that makes no sense as it is',
      format.timestamp({ format: () => 'noon' }),
      { timestamp: 'noon', 'otel.timestamp': expect.stringMatching(TIME) },
    ],
  ])('%s', async (_, stamp, expected) => {
    const [record] = await arrives({ format: stamp }, (logger) => logger.info('text'));
    expect(record).toMatchObject(expected);
    if (!('otel.timestamp' in expected)) expect(record).not.toHaveProperty('otel.timestamp');
  });

  const failure = (): Error =>
    Object.assign(new TypeError('fetch failed', { cause: new Error('no route') }), {
      code: 'E_FETCH',
      config: { headers: { authorization: 'Bearer s3cret' } },
    });
  const EXCEPTION = {
    'exception.type': 'TypeError',
    'exception.stacktrace': expect.stringMatching(/^TypeError: fetch failed\n/),
  };

  const REST = {
    error: expect.stringMatching(
      /^\{"cause":.*"code":"E_FETCH","config":\{"headers":\{"authorization":"\[Redacted\]"\}\}\}$/,
    ),
  };

  it.each<[string, winston.Logform.Format, (logger: winston.Logger) => void, object]>([
    ['alone', format.json(), (logger) => logger.error(failure()), { body: 'fetch failed', ...REST }],
    [
      'alone, with format.errors()',
      format.errors({ stack: true }),
      (logger) => logger.error(failure()),
      { body: 'fetch failed', code: 'E_FETCH', 'exception.message': 'fetch failed' },
    ],
    ['behind the message', format.json(), (logger) => logger.error('turn failed', failure()), REST],
    [
      'as a field',
      format.json(),
      (logger) => logger.error('turn failed', { error: failure() }),
      { body: 'turn failed', ...REST },
    ],
    [
      'as the message',
      format.json(),
      (logger) => logger.log({ level: 'error', message: failure() as never }),
      { body: 'fetch failed', ...REST },
    ],
  ])('has type, message and stack of an error %s, and no credentials', async (_, how, work, expected) => {
    const [record] = await arrives({ format: how }, work);
    expect(record).toMatchObject({ severity_text: 'error', ...EXCEPTION, ...expected });
    expect(record).not.toHaveProperty('stack');
    expect(JSON.stringify(record)).not.toContain('s3cret');
  });

  it('has the trace that is active, unless an instrumentation has put it into the fields', async () => {
    const traceId = 'a'.repeat(32);
    const spanContext = { traceId, spanId: 'b'.repeat(16), traceFlags: 1 };
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const records = await arrives({}, (logger) =>
      context.with(trace.setSpanContext(ROOT_CONTEXT, spanContext), () => {
        logger.info('active');
        logger.info('instrumented', { trace_id: traceId, span_id: 'c'.repeat(16) });
      }),
    );
    context.disable();
    expect(records).toMatchObject([
      { trace_id: traceId, span_id: 'b'.repeat(16), trace_flags: '01' },
      { trace_id: traceId, span_id: 'c'.repeat(16) },
    ]);
    expect(records[1]).not.toHaveProperty('otel.trace_id');
  });
});

describe('a transport of winston', () => {
  const loggers: winston.Logger[] = [];
  const loggerWith = (transport: RemoteTransport): winston.Logger => {
    const logger = winston.createLogger({ transports: [transport] });
    loggers.push(logger);
    return logger;
  };
  afterEach(() => {
    for (const logger of loggers.splice(0)) logger.close();
  });

  it('never holds up its logger, while the endpoint answers nothing', async () => {
    await using receiver = await createTestReceiver();
    receiver.respond(() => new Promise(() => {}));
    const remote = { url: receiver.url, maxQueueSize: 10, shutdownTimeoutMillis: 0, onDrop() {} };
    const transport = new RemoteTransport({ remote });
    const logger = loggerWith(transport);
    let logged = 0;
    transport.on('logged', () => logged++);
    for (let id = 0; id < 10_000; id++) logger.info('text', { id });
    expect(logged).toBe(10_000);
    expect(logger.writableLength + transport.writableLength).toBe(0);
    logger.end();
    await once(logger, 'finish');
  });

  it('that is taken from its logger delivers what it has, and goes on with another one', async () => {
    await using receiver = await createTestReceiver();
    const batch = { scheduledDelayMillis: 600_000 };
    const transport = new RemoteTransport({ remote: { url: receiver.url, batch } });
    const logger = loggerWith(transport);
    logger.info('one');
    await receiver.received(1); // no delay holds back the first
    logger.info('two');
    logger.remove(transport);
    expect(await receiver.received(2)).toMatchObject([{ body: 'one' }, { body: 'two' }]);
    const other = loggerWith(transport);
    other.info('three');
    other.end();
    await once(other, 'finish');
    expect(receiver.records).toMatchObject([{ body: 'one' }, { body: 'two' }, { body: 'three' }]);
  });

  it('is set up by variables, and without a URL takes all and sends nothing', async () => {
    const logger = loggerWith(new RemoteTransport());
    logger.info('text');
    logger.end();
    await once(logger, 'finish');
  });

  it.each([
    ['an option that belongs to remote', { url: '' }, 'there is no option "url"; did you mean "remote.url"?'],
    [
      'an unknown option of remote',
      { remote: { urll: '' } },
      'there is no option "remote.urll"; did you mean "remote.url"?',
    ],
    [
      'a wrong value',
      { remote: { concurrency: 0 } },
      'option "concurrency" must be an integer of at least 1, got 0',
    ],
    ['no object', 1, 'options must be an object, got 1'],
  ])('refuses %s', (_, options, message) => {
    expect(() => new RemoteTransport(options as never)).toThrow(TypeError);
    expect(() => new RemoteTransport(options as never)).toThrow(message);
  });
});
