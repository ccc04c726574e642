import { diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveExporterConfig, resolveLoggerConfig } from '../../src/config/config.js';
import type { Env } from '../../src/config/pick.js';

const URL_ENV: Env = { REMOTE_LOGGER_URL: 'http://127.0.0.1:9/logs' };

/** What was said on diag, such as `warn: otel-remote-logger: ...`. */
let told: string[] = [];

beforeEach(() => {
  told = [];
  const tell = (level: string) => (message: string) => told.push(`${level}: ${message}`);
  const logger = { error: tell('error'), warn: tell('warn'), info: tell('info'), debug: tell('debug') };
  diag.setLogger({ ...logger, verbose: () => {} }, { suppressOverrideMessage: true });
});
afterEach(() => diag.disable());

/** A setting by its path, such as `batch.maxExportBatchSize`. */
const at = (holder: unknown, path: string): unknown =>
  path.split('.').reduce((value, key) => (value as Record<string, unknown>)[key], holder);

/** An option by its path, as options: `batch.a` becomes `{ batch: { a: value } }`. */
const under = (path: string, value: unknown): Record<string, unknown> => {
  const [first = '', ...rest] = path.split('.');
  return { [first]: rest.length === 0 ? value : under(rest.join('.'), value) };
};

const loggerConfig = (options: object | undefined, env: Env = {}): unknown =>
  resolveLoggerConfig(options, { ...URL_ENV, ...env });

describe('an option wins over its variable, and that over the default', () => {
  // Last: where the setting is, if not under the option's name.
  test.each([
    ['format', 'array', 'REMOTE_LOGGER_FORMAT', 'ndjson', 'ndjson', 'object'],
    ['compression', 'none', 'REMOTE_LOGGER_COMPRESSION', 'gzip', 'gzip', 'none'],
    ['timeoutMillis', 1, 'REMOTE_LOGGER_TIMEOUT', '2500', 2500, 10_000],
    ['headers', { a: 'option' }, 'REMOTE_LOGGER_HEADERS', 'a=variable', { a: 'variable' }, {}],
    ['maxQueueSize', 1, 'OTEL_BLRP_MAX_QUEUE_SIZE', '2048', 2048, 100_000],
    ['flushOnSignals', ['SIGHUP'], 'REMOTE_LOGGER_FLUSH_ON_SIGNALS', 'SIGTERM', ['SIGTERM'], []],
    ['flushOnSignals', [], 'REMOTE_LOGGER_FLUSH_ON_SIGNALS', 'sigint, SIGHUP', ['SIGINT', 'SIGHUP'], []],
    ['flushOnSignals', ['SIGHUP'], 'REMOTE_LOGGER_FLUSH_ON_SIGNALS', 'None', [], []],
    ['metadata', false, 'REMOTE_LOGGER_METADATA', 'true', true, false],
    ['resource', true, 'REMOTE_LOGGER_RESOURCE', 'False', false, true],
    ['maxPayloadBytes', 1, 'REMOTE_LOGGER_MAX_PAYLOAD_BYTES', '2000', 2000, 1_048_576],
    ['maxQueueBytes', 1, 'REMOTE_LOGGER_MAX_QUEUE_BYTES', '2000', 2000, 67_108_864],
    ['concurrency', 1, 'REMOTE_LOGGER_CONCURRENCY', '3', 3, 10],
    ['maxConnectionAgeMillis', 1, 'REMOTE_LOGGER_MAX_CONNECTION_AGE', '2500', 2500, 180_000],
    ['exitTimeoutMillis', 1, 'REMOTE_LOGGER_EXIT_TIMEOUT', '0', 0, 2000],
    ['shutdownTimeoutMillis', 1, 'REMOTE_LOGGER_SHUTDOWN_TIMEOUT', '0', 0, 5000],
    ['retry.initialDelayMillis', 1, 'REMOTE_LOGGER_RETRY_INITIAL_DELAY', '20', 20, 1000],
    ['retry.maxDelayMillis', 1, 'REMOTE_LOGGER_RETRY_MAX_DELAY', '20', 20, 30_000],
    ['retry.maxElapsedMillis', 1, 'REMOTE_LOGGER_RETRY_MAX_ELAPSED', '0', 0, 300_000],
    ['batch.scheduledDelayMillis', 0, 'OTEL_BLRP_SCHEDULE_DELAY', '0', 0, 200],
    ['batch.maxExportBatchSize', 1, 'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', '64', 64, 512],
    [
      'batch.exportTimeoutMillis',
      1,
      'OTEL_BLRP_EXPORT_TIMEOUT',
      '30000',
      30_000,
      Number.POSITIVE_INFINITY,
      'exportTimeoutMillis',
    ],
  ])('%s: %j, then %s', (option, value, variable, text, fromEnv, fallback, setting = option) => {
    const env = { [variable]: text };
    expect(at(loggerConfig(under(option, value), env), setting)).toEqual(value);
    expect(at(loggerConfig({}, env), setting)).toEqual(fromEnv);
    expect(at(loggerConfig({}, { [variable]: ` ${text} ` }), setting)).toEqual(fromEnv);
    expect(at(loggerConfig({}, { [variable]: '' }), setting)).toEqual(fallback);
    expect(at(loggerConfig(undefined), setting)).toEqual(fallback);
    expect(told).toEqual([]);
  });

  test.each([
    ['metadata', true, false],
    ['resource', false, true],
    ['maxPayloadBytes', 1, 1024 * 1024],
    ['concurrency', 1, 10],
    ['retry.initialDelayMillis', 1, 1000],
    ['retry.maxDelayMillis', 1, 30_000],
    ['retry.maxElapsedMillis', 0, 300_000],
    ['maxQueueBytes', 1, 64 * 1024 * 1024],
    ['shutdownTimeoutMillis', 0, 5000],
    ['onDrop', () => {}, undefined],
    ['meterProvider', { getMeter() {} }, undefined],
    ['dispatcher', { dispatch() {} }, undefined],
  ])('%s, which has no variable', (option, value, fallback) => {
    expect(at(loggerConfig(under(option, value)), option)).toEqual(value);
    expect(at(loggerConfig(undefined), option)).toEqual(fallback);
    expect(at(loggerConfig(under(option, undefined)), option)).toEqual(fallback);
  });

  test('url', () => {
    const href = (options: object, env: Env) => resolveLoggerConfig(options, env)?.endpoint.url.href;
    expect(href({ url: 'https://127.0.0.1/option' }, URL_ENV)).toBe('https://127.0.0.1/option');
    expect(href({ url: new URL('https://127.0.0.1/option') }, URL_ENV)).toBe('https://127.0.0.1/option');
    expect(href({}, URL_ENV)).toBe('http://127.0.0.1:9/logs');
    expect(href({}, {})).toBeUndefined();
  });

  test('the exporter adds metadata, and its retries and exports end before a batch processor stops waiting', () => {
    const config = resolveExporterConfig({}, URL_ENV);
    expect(config).toMatchObject({ metadata: true, resource: true, exportTimeoutMillis: 25_000 });
    expect(config?.retry.maxElapsedMillis).toBe(25_000);
    const shorter = resolveExporterConfig({ retry: { maxElapsedMillis: 5000 } }, URL_ENV);
    expect(shorter?.exportTimeoutMillis).toBe(10_000); // time for one attempt
  });

  test('the exporter leaves the batch processor variables to its batch processor', () => {
    expect(resolveExporterConfig({}, { ...URL_ENV, OTEL_BLRP_EXPORT_TIMEOUT: '1' })).toMatchObject({
      exportTimeoutMillis: 25_000,
    });
  });

  test('a function of headers is kept as it is, and an object of headers is copied', () => {
    const ask = () => ({ a: 'b' });
    expect(resolveLoggerConfig({ headers: ask }, URL_ENV)?.headers).toBe(ask);
    const headers = { a: 'before' };
    const config = resolveLoggerConfig({ headers }, URL_ENV);
    headers.a = 'after';
    expect(config?.headers).toEqual({ a: 'before' });
  });
});

describe('a wrong option throws a TypeError that names option, rule and value', () => {
  const millis = (min: number) => `an integer from ${min} to 2147483647`;
  test.each<[option: string, value: unknown, rule: string, shown: string]>([
    ['url', 42, 'an absolute http: or https: URL', '42'],
    ['url', null, 'an absolute http: or https: URL', 'null'],
    ['url', 'ftp://127.0.0.1/', 'an absolute http: or https: URL', '"ftp://127.0.0.1/"'],
    ['url', new URL('file:///tmp/x'), 'an absolute http: or https: URL', '"file:///tmp/x"'],
    ['format', 'xml', 'one of "object", "ndjson", "array"', '"xml"'],
    ['compression', 'br', 'one of "none", "gzip"', '"br"'],
    ['timeoutMillis', 0, millis(1), '0'],
    ['timeoutMillis', 1.5, millis(1), '1.5'],
    ['timeoutMillis', '100', millis(1), '"100"'],
    ['timeoutMillis', 2 ** 31, millis(1), '2147483648'],
    ['timeoutMillis', Number.NaN, millis(1), 'NaN'],
    ['shutdownTimeoutMillis', -1, millis(0), '-1'],
    ['metadata', 'yes', 'true or false', '"yes"'],
    ['resource', 1, 'true or false', '1'],
    ['maxPayloadBytes', 0, 'an integer of at least 1', '0'],
    ['concurrency', -1, 'an integer of at least 1', '-1'],
    ['retry', 3, 'an object', '3'],
    ['retry.initialDelayMillis', 0, millis(1), '0'],
    ['retry.maxDelayMillis', 0, millis(1), '0'],
    ['retry.maxElapsedMillis', -1, millis(0), '-1'],
    ['meterProvider', {}, 'a MeterProvider', 'an object'],
    ['onDrop', 'console.log', 'a function', 'a string'],
    ['dispatcher', 'http://user:secret@proxy', 'an undici Dispatcher', 'a string'],
    ['dispatcher', () => {}, 'an undici Dispatcher', 'a function'],
    ['maxQueueSize', 0, 'an integer of at least 1', '0'],
    ['maxQueueBytes', Number.POSITIVE_INFINITY, 'an integer of at least 1', 'Infinity'],
    ['batch', [], 'an object', 'an array'],
    ['batch.scheduledDelayMillis', -1, millis(0), '-1'],
    ['batch.maxExportBatchSize', 0, 'an integer of at least 1', '0'],
    ['batch.exportTimeoutMillis', 0, millis(1), '0'],
    ['flushOnSignals', 'SIGTERM', 'a list of catchable signals such as "SIGTERM"', '"SIGTERM"'],
    ['flushOnSignals', ['SIGNOT'], 'a list of catchable signals such as "SIGTERM"', 'an array'],
  ])('%s: %j', (option, value, rule, shown) => {
    const resolve = () => resolveLoggerConfig(under(option, value), {});
    expect(resolve).toThrow(TypeError);
    expect(resolve).toThrow(`otel-remote-logger: option "${option}" must be ${rule}, got ${shown}`);
  });

  test.each([[null], ['http://127.0.0.1/'], [[]], [7]])('options that are %j', (options) => {
    const message = 'otel-remote-logger: options must be an object, got';
    expect(() => resolveLoggerConfig(options as object, {})).toThrow(message);
    expect(() => resolveExporterConfig(options as object, {})).toThrow(message);
  });

  test.each([
    ['a string', 'a=b', 'must be a plain object of header names and values'],
    ['a name with a space', { 'a b': 'c' }, 'must have valid header names, got one that begins with "a"'],
    ['a value that is a number', { a: 1 }, 'which the one of "a" is not'],
    ['a value of two lines', { a: 'b\r\nc: d' }, 'which the one of "a" is not'],
  ])('headers: %s', (_name, headers, message) => {
    const resolve = () => resolveLoggerConfig({ headers } as object, {});
    expect(resolve).toThrow(TypeError);
    expect(resolve).toThrow(`otel-remote-logger: option "headers" must`);
    expect(resolve).toThrow(message);
  });
});

describe('no message holds a secret', () => {
  test.each<[name: string, options: object, env: Env]>([
    ['credentials in a wrong url', { url: 'ftp://me:SECRET@127.0.0.1/' }, {}],
    ['credentials in a wrong URL object', { url: new URL('ftp://me:SECRET@127.0.0.1/') }, {}],
    ['credentials in a url without a scheme', { url: 'me:SECRET@127.0.0.1/' }, {}],
    ['a token in the query of a wrong url', { url: '127.0.0.1/?token=SECRET' }, {}],
    ['credentials in a wrong variable', {}, { REMOTE_LOGGER_URL: 'ftp://me:SECRET@127.0.0.1/?token=SECRET' }],
    [
      'credentials with an OTLP path',
      {},
      { REMOTE_LOGGER_URL: 'http://me:SECRET@127.0.0.1/v1/logs?k=SECRET' },
    ],
    ['a wrong header value', { headers: { authorization: 'Bearer SECRET\n' } }, {}],
    ['a stray pair of headers', {}, { REMOTE_LOGGER_HEADERS: 'Bearer SECRET,=SECRET,a%20b=SECRET' }],
    ['a function in place of a url', { url: () => 'SECRET' }, {}],
    ['an array in place of a url', { url: ['http://SECRET@127.0.0.1/'] }, {}],
    ['an object in place of a number', { timeoutMillis: { toString: () => 'SECRET' } }, {}],
  ])('%s', (_name, options, env) => {
    try {
      resolveLoggerConfig(options, env);
    } catch (error) {
      told.push(String(error));
    }
    expect(told).toHaveLength(1);
    expect(told.join()).not.toContain('SECRET');
  });
});

describe('a wrong variable warns and falls back', () => {
  const millis = (min: number) => `must be an integer from ${min} to 2147483647`;
  test.each<[variable: string, text: string, rule: string, path: string, fallback: unknown]>([
    ['REMOTE_LOGGER_FORMAT', 'NDJSON', 'must be one of "object", "ndjson", "array"', 'format', 'object'],
    ['REMOTE_LOGGER_COMPRESSION', 'zstd', 'must be one of "none", "gzip"', 'compression', 'none'],
    ['REMOTE_LOGGER_TIMEOUT', '10s', millis(1), 'timeoutMillis', 10_000],
    ['REMOTE_LOGGER_TIMEOUT', '0', millis(1), 'timeoutMillis', 10_000],
    ['REMOTE_LOGGER_TIMEOUT', '1e3', millis(1), 'timeoutMillis', 10_000],
    ['REMOTE_LOGGER_TIMEOUT', '0x10', millis(1), 'timeoutMillis', 10_000],
    ['OTEL_BLRP_MAX_QUEUE_SIZE', '-1', 'must be an integer of at least 1', 'maxQueueSize', 100_000],
    ['OTEL_BLRP_SCHEDULE_DELAY', '-1', millis(0), 'batch.scheduledDelayMillis', 200],
    [
      'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
      '0',
      'must be an integer of at least 1',
      'batch.maxExportBatchSize',
      512,
    ],
    ['OTEL_BLRP_EXPORT_TIMEOUT', 'never', millis(1), 'exportTimeoutMillis', Number.POSITIVE_INFINITY],
  ])('%s=%s', (variable, text, rule, path, fallback) => {
    const config = loggerConfig({}, { [variable]: text });
    expect(at(config, path)).toBe(fallback);
    const using = typeof fallback === 'string' ? JSON.stringify(fallback) : fallback;
    expect(told).toEqual([`warn: otel-remote-logger: ${variable} ${rule}, got "${text}"; using ${using}`]);
  });

  test('REMOTE_LOGGER_HEADERS says how many pairs it left out and keeps the others', () => {
    expect(at(loggerConfig({}, { REMOTE_LOGGER_HEADERS: 'a=1,stray,b c=2,d=3' }), 'headers')).toEqual({
      a: '1',
      d: '3',
    });
    expect(told).toEqual([
      'warn: otel-remote-logger: REMOTE_LOGGER_HEADERS must be key=value pairs with commas between, such as "authorization=Bearer%20TOKEN"; sending without 2 that are not',
    ]);
  });
});

describe('the URL decides whether there is anything to do', () => {
  test.each([
    ['ftp://127.0.0.1/'],
    ['127.0.0.1:8080/logs'],
    ['logs.example/path'],
    ['http:///x'],
    ['http:127.0.0.1'],
    ['http://'],
    ['http://127.0.0.1:99999/'],
    ['garbage'],
  ])('REMOTE_LOGGER_URL=%s is off, with one error on diag', (url) => {
    expect(resolveLoggerConfig({}, { REMOTE_LOGGER_URL: url })).toBeUndefined();
    expect(told).toEqual([
      `error: otel-remote-logger: REMOTE_LOGGER_URL must be an absolute http: or https: URL, got "${url}"; nothing will be sent`,
    ]);
  });

  test.each<[name: string, options: object, env: Env]>([
    ['unset', {}, {}],
    ['empty', {}, { REMOTE_LOGGER_URL: '' }],
    ['blank', {}, { REMOTE_LOGGER_URL: ' \n' }],
    ['an empty option, whatever the variable says', { url: '' }, URL_ENV],
  ])('%s is off, and silent', (_name, options, env) => {
    expect(resolveLoggerConfig(options, env)).toBeUndefined();
    expect(resolveExporterConfig(options, env)).toBeUndefined();
    expect(told).toEqual([]);
  });

  test.each([['http://127.0.0.1/v1/logs'], ['http://127.0.0.1/otlp/v1/logs/?a=b']])(
    '%s warns of an OTLP receiver, as option and as variable',
    (url) => {
      expect(resolveLoggerConfig({ url }, {})).toBeDefined();
      expect(resolveLoggerConfig({}, { REMOTE_LOGGER_URL: url })).toBeDefined();
      expect(told).toHaveLength(2);
      expect(told[0]).toMatch(/^warn: otel-remote-logger: the URL http:[^ ]* ends in \/v1\/logs/);
    },
  );

  test('credentials leave the URL for a header of their own', () => {
    const endpoint = resolveLoggerConfig({ url: 'https://me:p%40ss@127.0.0.1/logs?a=b' }, {})?.endpoint;
    expect(endpoint?.url.href).toBe('https://127.0.0.1/logs?a=b');
    expect(endpoint?.authorization).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });

  test.each([
    ['true', false],
    [' TRUE ', false],
    ['false', true],
    ['1', true],
    ['', true],
  ])('OTEL_SDK_DISABLED=%s', (text, on) => {
    expect(loggerConfig({}, { OTEL_SDK_DISABLED: text }) !== undefined).toBe(on);
  });

  test('without one, options are checked all the same', () => {
    expect(() => resolveLoggerConfig({ timeoutMillis: -1 }, {})).toThrow(TypeError);
    expect(() => resolveLoggerConfig({ timeoutMillis: -1 }, { OTEL_SDK_DISABLED: 'true' })).toThrow(
      TypeError,
    );
    expect(() => resolveExporterConfig({ concurrency: 0 }, {})).toThrow(TypeError);
  });
});
