import pino, { type LoggerOptions } from 'pino';
import { describe, expect, it } from 'vitest';
import pinoTransport from '../../src/pino.js';
import { createTestReceiver, type ReceivedRecord } from '../../src/testing.js';

/** What pino writes of the process itself. */
const NO_BASE = { base: null };
const TIME = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/;

/** What arrives of what `work` logs, without the fields that each record has. */
async function arrives(
  options: LoggerOptions,
  work: (logger: pino.Logger) => void,
): Promise<ReceivedRecord[]> {
  await using receiver = await createTestReceiver();
  const stream = pinoTransport({ url: receiver.url, resource: false });
  const closed = new Promise((resolve) => stream.once('close', resolve));
  work(pino({ ...NO_BASE, level: 'trace', ...options }, stream));
  stream.end();
  await closed;
  return receiver.records.map((record) => {
    const { observed_timestamp, scope_name, 'log.record.uid': uid, ...own } = record;
    expect(observed_timestamp).toMatch(TIME);
    expect(scope_name).toBe('otel-remote-logger/pino');
    expect(uid).toMatch(/^[\da-f-]{36}$/);
    return own;
  });
}

describe('a line of pino', () => {
  it('arrives with its message as body, its level and its time as metadata, and its fields', async () => {
    const before = Date.now();
    const [record] = await arrives({}, (logger) =>
      logger.info({ model: 'vicuna-13b', usage: { tokens: 256 } }, 'turn %s', 'finished'),
    );
    expect(record).toEqual({
      body: 'turn finished',
      model: 'vicuna-13b',
      usage: '{"tokens":256}',
      severity_text: 'info',
      severity_number: 9,
      timestamp: expect.stringMatching(TIME),
    });
    const millis = Date.parse(String(record?.['timestamp']).replace(/\d{6}Z$/, 'Z'));
    expect(millis).toBeGreaterThanOrEqual(before);
    expect(millis).toBeLessThanOrEqual(Date.now());
  });

  it.each([
    ['trace', 1],
    ['debug', 5],
    ['info', 9],
    ['warn', 13],
    ['error', 17],
    ['fatal', 21],
  ] as const)('has the severity of its level: %s', async (level, number) => {
    const [record] = await arrives({}, (logger) => logger[level]('text'));
    expect(record).toMatchObject({ body: 'text', severity_text: level, severity_number: number });
  });

  it('has type, message and stack of its error, and what else is in it', async () => {
    const cause = new Error('no route');
    const headers = { authorization: 'Bearer s3cret' };
    const error = Object.assign(new TypeError('fetch failed', { cause }), { code: 'E_FETCH', headers });
    const [alone, within, plain] = await arrives({}, (logger) => {
      logger.error(error);
      logger.error({ err: error, id: 1 }, 'turn failed');
      logger.error(new RangeError('bare'));
    });
    expect(alone).toMatchObject({
      body: 'fetch failed',
      'exception.type': 'TypeError',
      'exception.message': 'fetch failed: no route',
      err: '{"code":"E_FETCH","headers":{"authorization":"[Redacted]"}}',
    });
    expect(alone?.['exception.stacktrace']).toContain('caused by: Error: no route');
    expect(within).toMatchObject({ body: 'turn failed', id: 1, 'exception.type': 'TypeError' });
    expect(plain).toMatchObject({ 'exception.type': 'RangeError', 'exception.message': 'bare' });
    expect(plain).not.toHaveProperty('err');
  });

  it.each<[string, LoggerOptions, object]>([
    [
      'in milliseconds',
      { timestamp: () => ',"time":1764158400123' },
      { timestamp: '2025-11-26T12:00:00.123000000Z' },
    ],
    [
      'in seconds',
      { timestamp: () => ',"time":1764158400' },
      { timestamp: '2025-11-26T12:00:00.000000000Z' },
    ],
    [
      'as text',
      { timestamp: () => ',"time":"2025-11-26T12:00:00.123456789Z"' },
      { timestamp: '2025-11-26T12:00:00.123456789Z' },
    ],
    [
      'that makes no sense',
      { timestamp: () => ',"time":"noon"' },
      { time: 'noon', timestamp: expect.stringMatching(TIME) },
    ],
    ['that is not there', { timestamp: false }, { timestamp: expect.stringMatching(TIME) }],
  ])('has a time %s', async (_, options, expected) => {
    const [record] = await arrives(options, (logger) => logger.info('text'));
    expect(record).toMatchObject(expected);
  });

  it.each<[string, LoggerOptions, object]>([
    [
      'by its name',
      { formatters: { level: (label) => ({ level: label }) } },
      { severity_text: 'info', severity_number: 9 },
    ],
    ['by no name', { formatters: { level: () => ({ level: 'loud' }) } }, { severity_text: 'loud' }],
    ['as something else', { formatters: { level: () => ({ level: [1] }) } }, { level: '[1]' }],
  ])('has its level %s', async (_, options, expected) => {
    const [record] = await arrives(options, (logger) => logger.info('text'));
    expect(record).toMatchObject(expected);
  });

  it('keeps its own fields where metadata has the same names', async () => {
    const [record] = await arrives({}, (logger) => logger.info({ body: 'mine', timestamp: 'noon' }, 'text'));
    expect(record).toMatchObject({
      body: 'text',
      'attributes.body': 'mine',
      timestamp: 'noon',
      'otel.timestamp': expect.stringMatching(TIME),
    });
  });

  it('arrives after pino has redacted it', async () => {
    const [record] = await arrives({ redact: ['token'] }, (logger) => logger.info({ token: 't' }, 'text'));
    expect(record).toMatchObject({ token: '[Redacted]' });
  });

  it('arrives as text where it is no JSON, and as a value where it is no object', async () => {
    const records = await arrives({}, (logger) => {
      const stream = (logger as unknown as Record<symbol, { write(line: string): void }>)[
        pino.symbols.streamSym
      ];
      stream?.write('not JSON\n"text"\n');
    });
    expect(records).toMatchObject([{ body: 'not JSON' }, { data: 'text' }]);
  });
});

it('without a URL, a transport takes all, and sends nothing', async () => {
  const stream = pinoTransport({ url: '' });
  const closed = new Promise((resolve) => stream.once('close', resolve));
  const logger = pino(stream);
  for (let id = 0; id < 1000; id++) logger.info({ id });
  stream.end();
  await closed;
});

it.each([
  ['urll', { urll: '' }, 'there is no option "urll"; did you mean "url"?'],
  ['a wrong value', { concurrency: 0 }, 'option "concurrency" must be an integer of at least 1, got 0'],
  ['no object', 1, 'options must be an object, got 1'],
])('a transport refuses %s', (_, options, message) => {
  expect(() => pinoTransport(options as never)).toThrow(message);
});
