import { diag } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger } from '../../src/index.js';
import { warn, warnOfSettings } from '../../src/runtime/warnings.js';
import { turn } from '../support/fake-clock.js';

describe('a warning', () => {
  let warned: string[] = [];
  const emitWarning = (text: string | Error, options: unknown): void => {
    warned.push(`${(options as { code?: string }).code}: ${String(text)}`);
  };

  beforeEach(() => {
    warned = [];
    vi.spyOn(process, 'emitWarning').mockImplementation(emitWarning as typeof process.emitWarning);
  });
  afterEach(() => {
    diag.disable();
    vi.restoreAllMocks();
  });

  it('goes to the process, with its code, and to diag', () => {
    const error = vi.fn();
    diag.setLogger({ error, warn: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() });
    warn('REMOTE_LOGGER_LOSS', 'this', 'error');
    expect(warned).toEqual(['REMOTE_LOGGER_LOSS: otel-remote-logger: this']);
    expect(error).toHaveBeenCalledWith('otel-remote-logger: this');
  });

  it('holds no credentials of a URL, wherever they come from', () => {
    warn(
      'REMOTE_LOGGER_CONFIG',
      'could not get http://me:hunter2@host/x (Error: from https://me:hun@ter2@host/)',
    );
    expect(warned.join()).toBe(
      'REMOTE_LOGGER_CONFIG: otel-remote-logger: could not get http://***@host/x (Error: from https://***@host/)',
    );
  });

  it('of settings is said once, however many loggers share them', () => {
    for (let index = 0; index < 10; index++) warnOfSettings('once');
    expect(warned).toEqual(['REMOTE_LOGGER_CONFIG: otel-remote-logger: once']);
  });

  it('harms nobody where the application has replaced process.emitWarning by what throws', () => {
    vi.mocked(process.emitWarning).mockImplementation(() => {
      throw new Error('not mine');
    });
    expect(() => warn('REMOTE_LOGGER_LOSS', 'this')).not.toThrow();
  });

  it('is not told of as a leak where ten threads listen on stderr', async () => {
    await turn(); // of the warnings before
    await turn();
    const listeners = Array.from({ length: 10 }, () => () => {});
    for (const listener of listeners) process.stderr.on('error', listener);
    warn('REMOTE_LOGGER_LOSS', 'this');
    await turn();
    await turn();
    for (const listener of listeners) process.stderr.off('error', listener);
    expect(warned).toEqual(['REMOTE_LOGGER_LOSS: otel-remote-logger: this']);
    expect(process.stderr.getMaxListeners()).toBe(10);
  });

  it('leaves no listener on stderr, however many there are at a time', async () => {
    await turn(); // of the warnings before
    await turn();
    const before = process.stderr.listenerCount('error');
    for (let index = 0; index < 20; index++) warn('REMOTE_LOGGER_LOSS', `number ${index}`);
    expect(process.stderr.listenerCount('error')).toBe(before + 1);
    await turn();
    await turn();
    expect(process.stderr.listenerCount('error')).toBe(before);
  });

  it('is own work: what is logged because of it is not sent', () => {
    const logger = createRemoteLogger({ url: 'http://127.0.0.1:1/' });
    vi.mocked(process.emitWarning).mockImplementation((() => logger.log({ a: 'warning' })) as () => void);
    warn('REMOTE_LOGGER_LOSS', 'this');
    expect(logger.stats()).toMatchObject({ accepted: 0, dropped: { feedback: 1 } });
  });
});

describe('what is set up wrongly in the environment is a warning of the process', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it.each<[variable: string, value: string, said: string]>([
    [
      'REMOTE_LOGGER_FORMAT',
      'json',
      'REMOTE_LOGGER_FORMAT must be one of "object", "ndjson", "array", got "json"',
    ],
    ['REMOTE_LOGGER_COMPRESSION', 'brotli', 'REMOTE_LOGGER_COMPRESSION must be one of "none", "gzip"'],
    ['REMOTE_LOGGER_TIMEOUT', '10 s', 'REMOTE_LOGGER_TIMEOUT must be an integer'],
    ['REMOTE_LOGGER_THREAD', 'yes', 'REMOTE_LOGGER_THREAD must be true or false'],
    ['REMOTE_LOGGER_DEBUG', 'all', 'REMOTE_LOGGER_DEBUG must be 1 or 0'],
    ['REMOTE_LOGGER_HEADERS', 'Authorization: Bearer hunter2', 'such as "authorization=Bearer%20TOKEN"'],
    [
      'REMOTE_LOGGER_HEADERS',
      '{"authorization":"Bearer hunter2==","a":"hunter2"}',
      'such as "authorization=Bearer%20TOKEN"',
    ],
    [
      'REMOTE_LOGGER_URL',
      'http://me:hunter2@127.0.0.1/v1/logs?k=hunter2',
      'http://127.0.0.1/v1/logs?*** ends in /v1/logs',
    ],
    ['REMOTE_LOGGER_URL', '127.0.0.1:8080', 'REMOTE_LOGGER_URL must be an absolute http: or https: URL'],
    ['OTEL_BLRP_MAX_QUEUE_SIZE', 'many', 'OTEL_BLRP_MAX_QUEUE_SIZE must be an integer'],
    [
      'REMOTE_LOGGER_COMPRESION',
      'gzip',
      'there is no variable REMOTE_LOGGER_COMPRESION; did you mean REMOTE_LOGGER_COMPRESSION?',
    ],
    [
      'REMOTE_LOGGER_URI',
      'http://127.0.0.1/',
      'there is no variable REMOTE_LOGGER_URI; did you mean REMOTE_LOGGER_URL?',
    ],
    [
      'remote_logger_url',
      'http://127.0.0.1/',
      'there is no variable remote_logger_url; did you mean REMOTE_LOGGER_URL?',
    ],
  ])('%s=%s', (variable, value, said) => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    vi.stubEnv(variable, value);
    createRemoteLogger();
    expect(emitWarning).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(said), {
      code: 'REMOTE_LOGGER_CONFIG',
    });
    expect(String(emitWarning.mock.calls)).not.toContain('hunter2');
  });

  it('but not what has our prefix and is not ours', () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    // Those that Kubernetes sets for a service called remote-logger.
    vi.stubEnv('REMOTE_LOGGER_PORT', 'tcp://10.0.0.1:80');
    vi.stubEnv('REMOTE_LOGGER_SERVICE_HOST', '10.0.0.1');
    vi.stubEnv('REMOTE_LOGGER_PORT_80_TCP_PROTO', 'tcp');
    vi.stubEnv('REMOTE_LOGGER_FORMATS', '');
    createRemoteLogger();
    expect(emitWarning).not.toHaveBeenCalled();
  });
});
