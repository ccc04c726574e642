import { describe, expect, it } from 'vitest';
import { listenOptions } from '../../../src/command/listen/listen-options.js';

describe('the options of listen', () => {
  it('have defaults that others can not reach', () => {
    expect(listenOptions([], undefined)).toEqual({
      directory: './remote-logger-records',
      host: '127.0.0.1',
      port: 8088,
      token: undefined,
      isSynced: true,
      maxFileBytes: 256 * 2 ** 20,
      maxBytes: undefined,
      retentionMillis: undefined,
      maxBodyBytes: 64 * 2 ** 20,
      maxKeys: 4_000_000,
      isTailing: false,
    });
  });

  it.each([
    [['--port', '0', '--sync', 'never', '--tail'], { port: 0, isSynced: false, isTailing: true }],
    [
      ['--retention', '30d', '--max-bytes', '20GiB'],
      { retentionMillis: 30 * 86_400_000, maxBytes: 20 * 2 ** 30 },
    ],
    [['--max-file-bytes', '1000', '--retention', '90m'], { maxFileBytes: 1000, retentionMillis: 5_400_000 }],
    [['--retention', '2w'], { retentionMillis: 14 * 86_400_000 }],
    [['--host', '0.0.0.0', '--token', 'long-enough'], { host: '0.0.0.0', token: 'long-enough' }],
    [['--host', '::1'], { host: '::1' }],
  ])('read %j', (args, options) => {
    expect(listenOptions(args, undefined)).toMatchObject(options);
  });

  it('take the token of the environment, which others do not see', () => {
    expect(listenOptions(['--host', '10.0.0.1'], 'of-the-environment').token).toBe('of-the-environment');
  });

  it.each([
    [
      ['--host', '0.0.0.0'],
      '--host 0.0.0.0 can be reached by others, so a token is needed: REMOTE_LOGGER_LISTEN_TOKEN, or --token',
    ],
    [
      ['--host', '127.evil.example'],
      '--host 127.evil.example can be reached by others, so a token is needed',
    ],
    [['--token', 'short'], '--token must have at least 8 characters, of ASCII and without spaces'],
    [['--port', '70000'], '--port must be an integer from 0 to 65535, got "70000"'],
    [['--port', '8e3'], '--port must be an integer from 0 to 65535, got "8e3"'],
    [['--sync', 'always'], '--sync must be one of group, never, got "always"'],
    [['--retention', '30'], '--retention must be a time such as 90s, 15m, 12h, 30d, 2w, got "30"'],
    [
      ['--max-bytes', '1GB'],
      '--max-bytes must be a number of bytes such as 1048576, 64MiB or 10GiB, got "1GB"',
    ],
    [['--dir', ''], '--dir must not be empty'],
    [['--prot', '1'], "Unknown option '--prot'"],
    [['records'], "Unexpected argument 'records'"],
  ])('refuse %j, and say why', (args, message) => {
    expect(() => listenOptions(args, undefined)).toThrow(message);
  });
});
