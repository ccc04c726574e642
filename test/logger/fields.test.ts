import { AsyncLocalStorage } from 'node:async_hooks';
import { context, diag, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type RemoteLogger, type RemoteLoggerOptions } from '../../src/index.js';
import { expectBalance } from '../support/account.js';
import { hearDiag } from '../support/diag.js';
import { turn } from '../support/fake-clock.js';
import { Receiver } from '../support/receiver.js';

/** What arrives of what is logged in `use`. */
async function arriving(
  options: RemoteLoggerOptions,
  use: (logger: RemoteLogger) => void,
): Promise<Record<string, unknown>[]> {
  await using receiver = await Receiver.start();
  const logger = createRemoteLogger({ url: receiver.url, format: 'array', ...options });
  use(logger);
  await logger.flush();
  await logger.shutdown();
  return receiver.records;
}

/** What was said on diag about fields. */
let told: string[] = [];

beforeEach(() => {
  told = [];
  hearDiag((message) => /: fields /.test(message) && told.push(message), ['error', 'warn']);
});
afterEach(() => {
  diag.disable();
  context.disable();
  vi.restoreAllMocks();
});

describe('fields of a logger', () => {
  it('are in each of its records, flattened, unless the record has its own', async () => {
    const fields = { host: 'a', nested: { deep: [1] }, type: 'none', left: undefined };
    const records = await arriving({ fields }, (logger) => {
      logger.log({ type: 'chat' });
      logger.log('text');
      logger.log({ host: null, nested: 'own', type: undefined });
    });
    expect(records).toEqual([
      { host: 'a', nested: '{"deep":[1]}', type: 'chat' },
      { host: 'a', nested: '{"deep":[1]}', type: 'none', body: 'text' },
      { host: null, nested: 'own', type: 'none' },
    ]);
  });

  it('take no place of a field of the record whose name is sent as theirs', async () => {
    const records = await arriving({ fields: { 'a\ufffd': 'theirs', host: 'a' } }, (logger) =>
      logger.log({ 'a\ud800': 'own' }),
    );
    expect(records).toEqual([{ 'a\ufffd': 'own', host: 'a' }]);
  });

  it('that are data are as they were when they were given', async () => {
    const fields = { host: 'a', nested: { deep: 1 } };
    const childFields = { user: 'u' };
    const records = await arriving({ fields }, (logger) => {
      const child = logger.child(childFields);
      Object.assign(fields, { host: 'b', more: 1 });
      fields.nested.deep = 2;
      childFields.user = 'v';
      child.log({ n: 1 });
    });
    expect(records).toEqual([{ host: 'a', nested: '{"deep":1}', user: 'u', n: 1 }]);
    expect(fields).toEqual({ host: 'b', more: 1, nested: { deep: 2 } });
  });

  it('of a function are asked for each record, such as from the request that it is logged in', async () => {
    const requests = new AsyncLocalStorage<{ request_id: string; tags: string[] }>();
    const records = await arriving({ fields: () => requests.getStore() }, (logger) => {
      requests.run({ request_id: 'a', tags: ['x'] }, () => logger.log({ n: 1 }));
      requests.run({ request_id: 'b', tags: [] }, () => logger.log({ n: 2 }));
      logger.log({ n: 3 });
    });
    expect(records).toEqual([
      { n: 1, request_id: 'a', tags: '["x"]' },
      { n: 2, request_id: 'b', tags: '[]' },
      { n: 3 },
    ]);
  });

  it('may have any name', async () => {
    const named = JSON.parse('{"__proto__":1,"constructor":2,"toString":3,"\\ud800":4}');
    const [record = {}] = await arriving({ fields: named }, (logger) => logger.log({ n: 1 }));
    expect(Object.entries(record).sort()).toEqual(
      [...Object.entries({ n: 1, constructor: 2, toString: 3, '\ufffd': 4 }), ['__proto__', 1]].sort(),
    );
  });

  it('may be those of a Map, a class instance, an object without a prototype, or one with toJSON', async () => {
    class Request {
      readonly id = 1;
    }
    const sources = [
      new Map([['id', 1]]),
      new Request(),
      Object.assign(Object.create(null), { id: 1 }),
      { toJSON: () => ({ id: 1 }) },
    ];
    for (const fields of sources) {
      expect(await arriving({ fields }, (logger) => logger.log({}))).toEqual([{ id: 1 }]);
      expect(await arriving({ fields: () => fields }, (logger) => logger.log({}))).toEqual([{ id: 1 }]);
    }
    expect(told).toEqual([]);
  });

  it('are redacted as the record is', async () => {
    const redact = ['**.token', 'user.email'];
    const fields = { token: 'SECRET', user: { email: 'SECRET', id: 1 } };
    const records = await arriving({ redact, fields }, (logger) => {
      logger.child(() => ({ nested: { token: 'SECRET' } })).log({ n: 1 });
    });
    expect(records).toEqual([
      { n: 1, nested: '{"token":"[Redacted]"}', token: '[Redacted]', user: '{"email":"[Redacted]","id":1}' },
    ]);
  });

  it('are data to metadata, which they push aside, and have the trace that is active', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
    const options = { metadata: true, fields: { timestamp: 'mine', trace_id: () => {} } };
    const [record] = await arriving(options, (logger) => {
      const child = logger.child({ span_id: 'of the child' });
      context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => child.log({ n: 1 }));
    });
    expect(record).toMatchObject({
      n: 1,
      timestamp: 'mine',
      'otel.timestamp': expect.stringMatching(/^\d{4}-.*Z$/),
      span_id: 'of the child',
      'otel.span_id': span.spanId,
      trace_id: span.traceId,
    });
  });

  it('reach a provider of the application, too', () => {
    const exporter = new InMemoryLogRecordExporter();
    const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const logger = createRemoteLogger({ loggerProvider, fields: { a: { b: 1 } } });
    logger.child({ c: 2 }).log({ d: 3 });
    logger.log('text');
    expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual([
      { a: '{"b":1}', c: 2, d: 3 },
      { a: '{"b":1}', body: 'text' },
    ]);
  });

  it('count towards maxPayloadBytes, and are in the sample of a loss', async () => {
    const onDrop = vi.fn();
    const options = { url: 'http://127.0.0.1:9/', maxPayloadBytes: 100, maxQueueSize: 1, onDrop };
    const logger = createRemoteLogger({ ...options, fields: { big: 'x'.repeat(80) } });
    logger.log({ n: 'y'.repeat(80) });
    expect(logger.stats()).toMatchObject({ accepted: 0, dropped: { too_large: 1 } });
    logger.log({ n: 1 });
    logger.log({ n: 2 });
    const sample = { n: 2, big: 'x'.repeat(80) };
    expect(onDrop).toHaveBeenLastCalledWith({ reason: 'queue_full', count: 1, sample });
    await logger.shutdown({ timeoutMillis: 0 });
  });

  it('make no record of what is none', async () => {
    const logger = createRemoteLogger({ url: 'http://127.0.0.1:9/', fields: { a: 1 } });
    logger.log(undefined as never);
    expect(logger.stats()).toMatchObject({ accepted: 0, dropped: { invalid: 1 } });
    await logger.shutdown();
  });

  it.each([
    ['null', null],
    ['a text', 'host'],
    ['a list', [{ host: 'a' }]],
    ['a promise', Promise.resolve({ host: 'a' })],
  ])('that are %s are a wrong option', (_, fields) => {
    expect(() => createRemoteLogger({ fields: fields as never })).toThrow(TypeError);
    expect(() => createRemoteLogger({ fields: fields as never })).toThrow(
      'option "fields" must be an object with fields, or a function that returns one, got ',
    );
  });
});

describe('a function that has no fields to give', () => {
  const thenable = Object.defineProperty({}, 'then', { value: () => {} });
  const hostile = new Proxy({}, { ownKeys: () => JSON.parse('{') });
  const throwing = (): never => {
    throw Object.create(null);
  };

  it.each<[does: string, ask: () => unknown, told: string | undefined]>([
    ['returns undefined', () => undefined, undefined],
    ['returns null', () => null, undefined],
    ['returns an empty object', () => ({}), undefined],
    ['throws', () => JSON.parse('{'), 'threw SyntaxError'],
    ['throws what is no text', throwing, 'threw object that is no text'],
    ['rejects with what is no text', () => Promise.reject(Object.create(null)), 'returned a promise'],
    ['is async', async () => ({ a: 1 }), 'returned a promise'],
    ['rejects', async () => JSON.parse('{'), 'returned a promise'],
    ['returns what acts as a promise', () => thenable, 'returned a promise'],
    ['returns a text', () => 'text', 'returned "text" that has no fields'],
    ['returns a number', () => 0, 'returned 0 that has no fields'],
    ['returns a list', () => [{ a: 1 }], 'returned an array that has no fields'],
    ['returns a date', () => new Date(), 'returned an object that has no fields'],
    ['returns a function', () => () => ({ a: 1 }), 'returned a function that has no fields'],
    ['returns what can not be read', () => hostile, 'returned an object that has no fields'],
    ['returns too much', () => ({ a: 'x'.repeat(2 ** 20) }), 'are above maxPayloadBytes'],
  ])('loses no record if it %s', async (_, ask, message) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const records = await arriving({ fields: ask as never }, (logger) => {
      logger.log({ n: 1 });
      logger.child({ b: 2 }).log({ n: 2 });
    });
    expect(records).toEqual([{ n: 1 }, { n: 2, b: 2 }]);
    await turn();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(told).toHaveLength(message === undefined ? 0 : 1);
    if (message !== undefined) expect(told[0]).toContain(message);
  });

  it('is a warning of the process once, however many children there are', async () => {
    vi.resetModules();
    const fresh = await import('../../src/index.js');
    const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const logger = fresh.createRemoteLogger({ url: 'http://127.0.0.1:9/' });
    for (let n = 0; n < 100; n++) {
      const child = logger.child(() => {
        throw new Error(`request ${n}`);
      });
      child.log({ n });
      logger.child(n as never).log({ n });
    }
    expect(emitWarning.mock.calls).toEqual([
      [
        'otel-remote-logger: fields are asked of a function that threw Error: request 0; records are sent without them',
        { code: 'REMOTE_LOGGER_CONFIG' },
      ],
    ]);
    await logger.shutdown({ timeoutMillis: 0 });
  });

  it('sends nothing of what it logs itself, also later', async () => {
    let logger: RemoteLogger | undefined;
    let stats: ReturnType<RemoteLogger['stats']> | undefined;
    const records = await arriving(
      {
        fields: async () => {
          logger?.log('of the function');
          await turn();
          logger?.log('of the function, later');
          stats = logger?.stats();
        },
      } as never,
      (made) => {
        logger = made;
        made.log({ n: 1 });
      },
    );
    await turn();
    await turn();
    expect(records).toEqual([{ n: 1 }]);
    expect(stats).toMatchObject({ accepted: 1, dropped: { feedback: 2 } });
  });
});

describe('a child', () => {
  const of = (name: string) => ({ [name]: 1, nearest: name });

  it.each<[make: (logger: RemoteLogger) => RemoteLogger, expected: object]>([
    [(logger) => logger, { root: 1, nearest: 'root' }],
    [(logger) => logger.child(of('a')), { root: 1, a: 1, nearest: 'a' }],
    [(logger) => logger.child(() => of('a')), { root: 1, a: 1, nearest: 'a' }],
    [(logger) => logger.child(of('a')).child(of('b')), { root: 1, a: 1, b: 1, nearest: 'b' }],
    [(logger) => logger.child(() => of('a')).child(of('b')), { root: 1, a: 1, b: 1, nearest: 'b' }],
    [(logger) => logger.child(of('a')).child(() => of('b')), { root: 1, a: 1, b: 1, nearest: 'b' }],
    [(logger) => logger.child(of('a')).child({}), { root: 1, a: 1, nearest: 'a' }],
    [(logger) => logger.child({ nearest: undefined }), { root: 1, nearest: 'root' }],
    [(logger) => logger.child({ nearest: null }), { root: 1, nearest: null }],
  ])('has the fields of its parents, of which the nearest win: %s', async (make, expected) => {
    for (const fields of [of('root'), () => of('root')]) {
      const records = await arriving({ fields }, (logger) => {
        make(logger).log({ n: 1 });
        make(logger).log({ nearest: 'record' });
        logger.log({ n: 2 });
      });
      expect(records).toEqual([
        { ...expected, n: 1 },
        { ...expected, nearest: 'record' },
        { root: 1, nearest: 'root', n: 2 },
      ]);
    }
  });

  it('has the account, the flush and the shutdown of its parent', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ url: receiver.url, batch: { scheduledDelayMillis: 600_000 } });
    const child = logger.child({ a: 1 });
    child.log({ n: 1 });
    expect(child.enabled).toBe(true);
    expect(child.stats()).toEqual(logger.stats());
    expect(await child.flush()).toMatchObject({ delivered: 1 });
    await expect(child.flush({ timeoutMillis: -1 })).rejects.toThrow(TypeError);
    expect(await child.shutdown()).toMatchObject({ delivered: 1 });
    child.log({ n: 2 });
    child.child({ b: 2 }).log({ n: 3 });
    logger.child({ c: 3 }).log({ n: 4 });
    expect(logger.stats()).toMatchObject({ accepted: 1, dropped: { shutdown: 3 } });
    expectBalance(logger.stats(), 4);
    expect(receiver.records).toEqual([{ a: 1, n: 1 }]);
  });

  it('leaves its parent open when it is disposed of', async () => {
    const records = await arriving({}, (logger) => {
      void logger.child({ a: 1 })[Symbol.asyncDispose]();
      logger.log({ n: 1 });
    });
    expect(records).toEqual([{ n: 1 }]);
  });

  it('of the no-op is the no-op', () => {
    const logger = createRemoteLogger({ url: '' });
    expect(logger.child({ a: 1 })).toBe(logger);
    expect(logger.child(() => JSON.parse('{'))).toBe(logger);
  });

  it.each([[null], [undefined], ['text'], [[1]], [Promise.resolve({ a: 2 })]])(
    'of %s is made all the same, without a field',
    async (fields) => {
      const records = await arriving({ fields: { a: 1 } }, (logger) =>
        logger.child(fields as never).log({ n: 1 }),
      );
      expect(records).toEqual([{ a: 1, n: 1 }]);
      const message = 'fields must be an object with fields, or a function, got ';
      expect(told).toEqual(fields === null || fields === undefined ? [] : [expect.stringContaining(message)]);
    },
  );
});
