import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type RemoteLogger, type RemoteLoggerOptions } from '../../src/index.js';
import { createTestReceiver, type TestReceiver } from '../../src/testing.js';

/** Whatever a test could take from us. */
const EVERYTHING = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
  'queueMicrotask',
  'Date',
  'performance',
] as const;

const post = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe('a test receiver', () => {
  const loggers: RemoteLogger[] = [];
  const loggerTo = ({ url }: TestReceiver, options: RemoteLoggerOptions = {}): RemoteLogger => {
    const logger = createRemoteLogger({ url, retry: { initialDelayMillis: 1 }, ...options });
    loggers.push(logger);
    return logger;
  };
  afterEach(async () => {
    vi.useRealTimers();
    await Promise.all(loggers.splice(0).map((logger) => logger.shutdown({ timeoutMillis: 0 })));
  });

  it.each([
    ['object', 'none', 3],
    ['object', 'gzip', 3],
    ['ndjson', 'none', 1],
    ['ndjson', 'gzip', 1],
    ['array', 'none', 1],
    ['array', 'gzip', 1],
  ] as const)('has the records of %s with compression %s', async (format, compression, posts) => {
    await using receiver = await createTestReceiver();
    const logger = loggerTo(receiver, { format, compression, concurrency: 1 });
    for (const n of [1, 2, 3]) logger.log({ n, nested: { n } });
    const expected = [1, 2, 3].map((n) => ({ n, nested: `{"n":${n}}` }));
    // Several are compressed at a time.
    const received = [...(await receiver.received(3))].sort((a, b) => Number(a['n']) - Number(b['n']));
    expect(received).toEqual(expected);
    await logger.flush();
    expect(receiver.requests).toHaveLength(posts);
    expect(receiver.requests.flatMap(({ records }) => records)).toEqual(receiver.records);
  });

  it('has the requests as they came', async () => {
    await using receiver = await createTestReceiver();
    const logger = loggerTo(receiver, { url: `${receiver.url}?a=1`, headers: { 'x-own': 'mine' } });
    logger.log({ text: 'é' });
    await logger.flush();
    const [request] = receiver.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/logs?a=1', headers: { 'x-own': 'mine' } });
    expect(request?.body).toEqual(Buffer.from('{"text":"é"}'));
  });

  it('answers from a list, then as before, and has taken what it answered with success', async () => {
    await using receiver = await createTestReceiver();
    receiver.respond([503, { status: 429, headers: { 'retry-after': '0' }, body: 'slow down' }, 'reset']);
    const logger = loggerTo(receiver);
    logger.log({ n: 1 });
    expect(await logger.flush()).toMatchObject({ delivered: 1 });
    expect(receiver.records).toEqual([{ n: 1 }]);
    expect(receiver.requests.map(({ records }) => records)).toEqual(Array(4).fill([{ n: 1 }]));
    expect(new Set(receiver.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  });

  it('answers with status, headers and body', async () => {
    await using receiver = await createTestReceiver();
    receiver.respond([{ status: 429, headers: { 'retry-after': '7' }, body: 'slow down' }, 201]);
    const answer = await post(receiver.url, '{}');
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
      429,
      '7',
      'slow down',
    ]);
    expect((await post(receiver.url, '{}')).status).toBe(201);
    expect((await post(receiver.url, '{}')).status).toBe(204);
  });

  it('asks a function for the answer to each request, and waits for it', async () => {
    await using receiver = await createTestReceiver();
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    receiver.respond(async ({ records }) => {
      await held;
      return records[0]?.['n'] === 1 ? 400 : 200;
    });
    const logger = loggerTo(receiver);
    for (const n of [1, 2]) logger.log({ n });
    expect(await receiver.requested(2)).toHaveLength(2);
    expect(receiver.records).toEqual([]);
    expect(logger.stats()).toMatchObject({ pending: 2 });
    release();
    expect(await logger.flush()).toMatchObject({ delivered: 1, failed: { rejected: 1 } });
    expect(receiver.records).toEqual([{ n: 2 }]);
  });

  it('takes functions in a list, too', async () => {
    await using receiver = await createTestReceiver();
    receiver.respond([({ path }) => ({ status: 200, body: path }), async () => 202]);
    expect(await (await post(receiver.url, '{}')).text()).toBe('/logs');
    expect((await post(receiver.url, '{}')).status).toBe(202);
  });

  it.each([
    ['throws', () => JSON.parse('{')],
    ['rejects', async () => JSON.parse('{')],
    ['answers with what is no answer', () => 99],
  ])('answers 500, and says why, where a function %s', async (_, respond) => {
    await using receiver = await createTestReceiver();
    receiver.respond(respond);
    const answer = await post(receiver.url, '{"n":1}');
    expect(answer.status).toBe(500);
    expect(await answer.text()).toMatch(/^respond\(\) failed: (SyntaxError|TypeError): /);
    expect(receiver.records).toEqual([]);
  });

  it.each([
    ['no JSON', 'text'],
    ['no objects', '[1]'],
    ['nothing', ''],
  ])('refuses a body that holds %s, and knows of it', async (_, body) => {
    await using receiver = await createTestReceiver();
    expect((await post(receiver.url, body)).status).toBe(400);
    expect(receiver.requests).toMatchObject([{ body: Buffer.from(body), records: [] }]);
  });

  it.each([
    ['a status alone', 503, 'respond() takes a function, or a list of answers to the next requests, got 503'],
    ['a list with a wrong status', [99], 'an answer must be a status from 200 to 599'],
    ['a list with a wrong word', ['close'], 'or "reset", got "close"'],
    ['a list with nothing', [undefined], 'got undefined'],
  ])('does not take %s', async (_, how, message) => {
    await using receiver = await createTestReceiver();
    expect(() => receiver.respond(how as never)).toThrow(TypeError);
    expect(() => receiver.respond(how as never)).toThrow(message);
  });

  it('rejects when it is closed before all has come', async () => {
    const receiver = await createTestReceiver();
    const logger = loggerTo(receiver);
    const received = expect(receiver.received(2)).rejects.toThrow('closed with 1 of 2 records');
    const requested = expect(receiver.requested(2)).rejects.toThrow('closed with 1 of 2 requests');
    logger.log({ n: 1 });
    await logger.flush();
    await receiver.close();
    await Promise.all([received, requested]);
    await receiver.close();
    await expect(post(receiver.url, '{}')).rejects.toThrow();
  });

  it('is closed with requests that nobody has answered', async () => {
    const receiver = await createTestReceiver();
    receiver.respond(() => new Promise(() => {}));
    const answer = expect(post(receiver.url, '{}')).rejects.toThrow();
    await receiver.requested(1);
    await receiver.close();
    await answer;
  });

  it('goes on when a client hangs up', async () => {
    await using receiver = await createTestReceiver();
    const { hostname, port } = new URL(receiver.url);
    const { connect } = await import('node:net');
    const socket = connect(Number(port), hostname);
    socket.write('POST /logs HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n{');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    const logger = loggerTo(receiver);
    logger.log({ n: 1 });
    expect(await receiver.received(1)).toEqual([{ n: 1 }]);
  });

  it('works while a test has faked the clock', async () => {
    vi.useFakeTimers({ toFake: [...EVERYTHING] });
    await using receiver = await createTestReceiver();
    receiver.respond([503]);
    const logger = loggerTo(receiver);
    logger.log({ n: 1 });
    expect(await receiver.received(1)).toEqual([{ n: 1 }]);
    expect(await logger.flush()).toMatchObject({ delivered: 1 });
  });
});
