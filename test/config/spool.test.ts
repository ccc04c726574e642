import { describe, expect, test, vi } from 'vitest';
import { resolveExporterConfig, resolveLoggerConfig } from '../../src/config/config.js';
import type { Env } from '../../src/config/pick.js';
import { createRemoteLogger, type RemoteLoggingOptions } from '../../src/index.js';

const url = 'http://127.0.0.1:9/logs';
const DEFAULTS = {
  maxBytes: 1024 ** 3,
  sync: 'interval',
  maxDeadLetterBytes: 64 * 1024 * 1024,
  maxAgeMillis: Number.POSITIVE_INFINITY,
  minFreeBytes: undefined,
  segmentBytes: 1024 * 1024,
};
const spoolOf = (spool: RemoteLoggingOptions['spool'], env: Env = {}) =>
  resolveLoggerConfig({ url, ...(spool !== undefined && { spool }) }, env)?.spool;

describe('the option spool', () => {
  test('is a directory, or an object with it, or variables', () => {
    const env = {
      REMOTE_LOGGER_SPOOL: '/there',
      REMOTE_LOGGER_SPOOL_MAX_BYTES: '5000',
      REMOTE_LOGGER_SPOOL_SYNC: 'always',
      REMOTE_LOGGER_SPOOL_MAX_DEAD_LETTER_BYTES: '0',
      REMOTE_LOGGER_SPOOL_MAX_AGE: '2592000000',
      REMOTE_LOGGER_SPOOL_MIN_FREE_BYTES: '0',
      REMOTE_LOGGER_SPOOL_SEGMENT_BYTES: '65536',
    };
    expect(spoolOf(undefined)).toBeUndefined();
    expect(spoolOf('/here')).toEqual({ directory: '/here', ...DEFAULTS });
    const given = {
      directory: '/here',
      maxBytes: 7,
      sync: 'never',
      maxDeadLetterBytes: 5,
      maxAgeMillis: 1,
      minFreeBytes: 3,
      segmentBytes: 100_000,
    } as const;
    expect(spoolOf(given, env)).toEqual(given);
    const variables = {
      directory: '/there',
      maxBytes: 5000,
      sync: 'always',
      maxDeadLetterBytes: 0,
      maxAgeMillis: 2_592_000_000,
      minFreeBytes: 0,
      segmentBytes: 65_536,
    };
    expect(spoolOf(undefined, env)).toEqual(variables);
    expect(spoolOf({ maxBytes: 7 }, env)).toEqual({ ...variables, maxBytes: 7 });
    expect(spoolOf({ maxBytes: 7 })).toBeUndefined();
    expect(spoolOf('/here', { REMOTE_LOGGER_SPOOL: '/there' })).toEqual({ directory: '/here', ...DEFAULTS });
  });

  test.each([
    ['', 'option "spool" must be the path of a directory, or an object with it, got a string'],
    [7, 'option "spool" must be the path of a directory, or an object with it, got 7'],
    [{ directory: '' }, 'option "spool.directory" must be the path of a directory, got ""'],
    [{ directory: '/a', maxBytes: 0 }, 'option "spool.maxBytes" must be an integer of at least 1, got 0'],
    [
      { directory: '/a', sync: 'often' },
      'option "spool.sync" must be one of "always", "interval", "never", got "often"',
    ],
    [
      { directory: '/a', segmentBytes: 1000 },
      'option "spool.segmentBytes" must be an integer from 65536 to 33554432, got 1000',
    ],
    [
      { directory: '/a', maxAgeMillis: 0 },
      'option "spool.maxAgeMillis" must be an integer of at least 1, got 0',
    ],
    [
      { directory: '/a', minFreeBytes: 0.15 },
      'option "spool.minFreeBytes" must be an integer of at least 0, got 0.15',
    ],
    [{ directory: '/a', maxBytse: 1 }, 'there is no option "spool.maxBytse"; did you mean "spool.maxBytes"?'],
  ])('throws where it is wrong: %j', (spool, message) => {
    expect(() => spoolOf(spool as never)).toThrow(new TypeError(`otel-remote-logger: ${message}`));
  });

  test('has records wait for as long as it takes, unless their time is given', () => {
    expect(resolveLoggerConfig({ url, spool: '/a' }, {})?.retry.maxElapsedMillis).toBe(
      Number.POSITIVE_INFINITY,
    );
    const config = resolveExporterConfig({ url, spool: '/a' }, {});
    expect([config?.retry.maxElapsedMillis, config?.exportTimeoutMillis]).toEqual([
      Number.POSITIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    const given = { url, spool: '/a', retry: { maxElapsedMillis: 5 } };
    expect(resolveLoggerConfig(given, {})?.retry).toMatchObject({ maxElapsedMillis: 5, isPatient: true });
    expect(resolveLoggerConfig({ url }, {})?.retry.isPatient).toBe(false);
    const env = { REMOTE_LOGGER_RETRY_MAX_ELAPSED: '7' };
    expect(resolveLoggerConfig({ url, spool: '/a' }, env)?.retry.maxElapsedMillis).toBe(7);
  });

  test('is not for a logger on a provider of the application', () => {
    const loggerProvider = { getLogger: vi.fn() };
    expect(() => createRemoteLogger({ loggerProvider, spool: '/a' })).toThrow(
      'option "spool" must not be given with "loggerProvider"',
    );
  });
});
