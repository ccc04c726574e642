import { diag } from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  resolveExporterConfig,
  resolveLoggerConfig,
  resolveProvidedConfig,
} from '../../src/config/config.js';
import { createRemoteLogger, RemoteLogRecordExporter, registerRemoteLogging } from '../../src/index.js';
import { hearDiag } from '../support/diag.js';

const URL = 'http://127.0.0.1:9/logs';
const SUCH_AS = 'such as "headers.authorization", "messages[*][1]", "*.email" or "**.password"';

/** As JavaScript gives them, which nothing has checked. */
const any = (redact: unknown): object => ({ url: URL, redact });

describe('a wrong rule throws a TypeError that names option, rule and value', () => {
  it.each<[redact: unknown, message: string]>([
    [['a..b'], `option "redact[0]" must be a path ${SUCH_AS}, got "a..b"`],
    [['a', 'b.'], `option "redact[1]" must be a path ${SUCH_AS}, got "b."`],
    [['a', 5], `option "redact[1]" must be a path ${SUCH_AS}, got 5`],
    [['a', null], `option "redact[1]" must be a path ${SUCH_AS}, got null`],
    [{ paths: ['a', '**'] }, `option "redact.paths[1]" must be a path ${SUCH_AS}, got "**"`],
    [{ paths: [{ paths: [] }] }, `option "redact.paths[0]" must be a path ${SUCH_AS}, got an object`],
    [['a', { paths: ['['] }], `option "redact[1].paths[0]" must be a path ${SUCH_AS}, got "["`],
    ['ip', 'option "redact" must be a list of paths, or an object with paths or patterns, got a string'],
    [true, 'option "redact" must be a list of paths, or an object with paths or patterns, got true'],
    [null, 'option "redact" must be a list of paths, or an object with paths or patterns, got null'],
    [{}, 'option "redact" must be an object with paths or patterns, got an object'],
    [{ paths: [] }, 'option "redact" must be an object with paths or patterns, got an object'],
    [['a', []], 'option "redact[1]" must be an object with paths or patterns, got an array'],
    [{ paths: 'a' }, 'option "redact.paths" must be an array, got a string'],
    [{ patterns: /a/ }, 'option "redact.patterns" must be an array, got an object'],
    [{ patterns: ['sk-'] }, 'option "redact.patterns[0]" must be a RegExp, got a string'],
    [{ paths: ['a'], censor: 5 }, 'option "redact.censor" must be a text or a function, got 5'],
    [{ paths: ['a'], remove: 1 }, 'option "redact.remove" must be true or false, got 1'],
    [{ paths: ['a'], inText: 'yes' }, 'option "redact.inText" must be true or false, got "yes"'],
    [{ paths: ['a'], remove: true, censor: 'x' }, 'option "redact.censor" must not be given with "remove"'],
    [{ path: ['a'] }, 'there is no option "redact.path"; did you mean "redact.paths"?'],
    [['a', { paths: ['b'], censr: '' }], 'there is no option "redact.censr"; did you mean "redact.censor"?'],
  ])('%j', async (redact, message) => {
    const expected = new TypeError(`otel-remote-logger: ${message}`);
    expect(() => createRemoteLogger(any(redact))).toThrow(expected);
    expect(() => new RemoteLogRecordExporter(any(redact))).toThrow(expected);
    await expect(registerRemoteLogging(any(redact))).rejects.toThrow(expected);
  });

  it('where nothing is sent, too', () => {
    expect(() => createRemoteLogger({ url: '', redact: ['a..b'] })).toThrow(TypeError);
  });
});

it('an empty list redacts nothing, whatever the variable says', () => {
  const env = { REMOTE_LOGGER_URL: URL, REMOTE_LOGGER_REDACT: 'ip' };
  expect(resolveLoggerConfig({ redact: [] }, env)?.redact).toBeUndefined();
  expect(resolveLoggerConfig({}, env)?.redact).toBeDefined();
  expect(resolveLoggerConfig({}, { REMOTE_LOGGER_URL: URL })?.redact).toBeUndefined();
});

describe('REMOTE_LOGGER_REDACT', () => {
  let told: string[] = [];

  beforeEach(() => {
    told = [];
    hearDiag((message) => told.push(message), ['error']);
  });
  afterEach(() => {
    diag.disable();
    vi.unstubAllEnvs();
  });

  it.each([['ip'], [' ip , headers.authorization,'], ['SECRET_KEYS'], ['CONTENT_KEYS,["a,b"],**.*token']])(
    '%j is read',
    (list) => {
      const env = { REMOTE_LOGGER_URL: URL, REMOTE_LOGGER_REDACT: list };
      expect(resolveLoggerConfig({}, env)?.redact).toMatchObject({ patterns: [], inText: false });
      expect(resolveExporterConfig({}, env)?.redact).toBeDefined();
      expect(told).toEqual([]);
    },
  );

  it.each(['', '  '])('%j is none', (list) => {
    const config = resolveLoggerConfig({}, { REMOTE_LOGGER_URL: URL, REMOTE_LOGGER_REDACT: list });
    expect(config).toBeDefined();
    expect(config?.redact).toBeUndefined();
  });

  it.each([
    ['ip,a..b', 'a..b'],
    ['**', '**'],
    [',', ','],
    ['ip;email', 'ip;email'],
    ['SECRET_KEYS,headers[authorization]', 'headers[authorization]'],
  ])('%j is a typo, which is told, and nothing is sent: a typo must not leak', (list, wrong) => {
    const env = { REMOTE_LOGGER_URL: URL, REMOTE_LOGGER_REDACT: list };
    expect(resolveLoggerConfig({}, env)).toBeUndefined();
    expect(resolveExporterConfig({}, env)).toBeUndefined();
    expect(resolveProvidedConfig(new LoggerProvider(), {}, env)).toBeUndefined();
    const message =
      `otel-remote-logger: REMOTE_LOGGER_REDACT must be paths ${SUCH_AS}, with commas between, ` +
      `got ${JSON.stringify(wrong)}; nothing will be sent`;
    expect(told).toEqual([message, message, message]);
  });

  it('that is a typo turns loggers, exporters and what registers off, and is a process warning', async () => {
    vi.stubEnv('REMOTE_LOGGER_URL', URL);
    vi.stubEnv('REMOTE_LOGGER_REDACT', `ip,a..${Math.random()}`);
    const warned = new Promise<Error & { code?: string }>((resolve) => process.once('warning', resolve));
    expect(createRemoteLogger().enabled).toBe(false);
    expect(createRemoteLogger({ loggerProvider: new LoggerProvider() }).enabled).toBe(false);
    expect((await registerRemoteLogging()).loggerProvider).toBeUndefined();
    expect(await warned).toMatchObject({
      code: 'REMOTE_LOGGER_CONFIG',
      message: expect.stringContaining('nothing will be sent'),
    });
    expect(createRemoteLogger({ redact: ['ip'] }).enabled).toBe(true);
  });
});
