import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type RemoteLoggerOptions, RemoteLogRecordExporter } from '../../../src/index.js';
import { FAST } from '../../support/account.js';
import { Receiver } from '../../support/receiver.js';

const SECRET = 'hunter2';

/** Everything that is said while `work` runs: on diag at all levels, as process warnings, on stderr and stdout. */
async function saidDuring(work: () => Promise<unknown>, lossExpected = false): Promise<string> {
  const said: unknown[] = [];
  const say = (...words: unknown[]): void => void said.push(...words);
  diag.setLogger({ error: say, warn: say, info: say, debug: say, verbose: say }, DiagLogLevel.ALL);
  const warnings = vi.spyOn(process, 'emitWarning').mockImplementation(say);
  const streams = [process.stderr, process.stdout].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      say(text);
      return true;
    }),
  );
  try {
    said.push(await work());
    // A loss is told a moment after it has happened.
    if (lossExpected) await vi.waitFor(() => expect(warnings).toHaveBeenCalled());
  } catch (error) {
    said.push(error);
  } finally {
    for (const spy of [warnings, ...streams]) spy.mockRestore();
  }
  return said
    .map((one) =>
      one instanceof Error
        ? `${one.message} ${one.stack}`
        : typeof one === 'string'
          ? one
          : JSON.stringify(one),
    )
    .join('\n');
}

async function account(options: RemoteLoggerOptions): Promise<unknown> {
  const losses: unknown[] = [];
  const logger = createRemoteLogger({
    retry: { ...FAST.retry, maxElapsedMillis: 20 },
    onDrop: (loss) => losses.push(loss),
    ...options,
  });
  logger.log({ a: 1 });
  return [await logger.shutdown(), losses];
}

describe('no secret is said', () => {
  afterEach(() => {
    diag.disable();
    vi.unstubAllEnvs();
  });

  it.each([401, 503, 307])('when an endpoint answers %i', async (status) => {
    await using receiver = await Receiver.start();
    receiver.otherwise((request, response) =>
      response
        .writeHead(status, {
          'x-echo': String(request.headers.authorization),
          location: `ftp://u:${SECRET}@x/`,
        })
        .end(JSON.stringify(request.headers)),
    );
    const url = `${receiver.url.replace('//', `//user:${SECRET}@`)}?token=${SECRET}`;
    const headers = { 'x-api-key': SECRET };
    const said = await saidDuring(() => account({ url, headers }), true);
    expect(JSON.stringify(receiver.requests)).toContain(SECRET);
    expect(said).toContain('1 record lost');
    expect(said).not.toContain(SECRET);
    expect(said).not.toContain(Buffer.from(`user:${SECRET}`).toString('base64'));
  });

  it('when nobody listens', async () => {
    const said = await saidDuring(
      () => account({ url: `http://user:${SECRET}@127.0.0.1:1/?key=${SECRET}` }),
      true,
    );
    expect(said).toContain('ECONNREFUSED');
    expect(said).not.toContain(SECRET);
  });

  it.each(['http', 'https'])('when a proxy refuses: %s', async (scheme) => {
    await using proxy = await Receiver.start();
    proxy.otherwise(407);
    proxy.server.on('connect', (_, socket) =>
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
    );
    vi.stubEnv('HTTP_PROXY', `http://user:${SECRET}@127.0.0.1:${proxy.port}`);
    vi.stubEnv('NO_PROXY', '');
    const said = await saidDuring(() => account({ url: `${scheme}://collector.invalid/` }), true);
    expect(said).toContain('1 record lost');
    expect(said).toContain('proxy: HTTP 407');
    expect(said).not.toContain(SECRET);
  });

  it.each<[string, RemoteLoggerOptions]>([
    ['a headers function throws', { headers: () => Promise.reject(new Error(SECRET)) }],
    ['a headers function gives a bad value', { headers: () => ({ authorization: `${SECRET}\n` }) }],
    ['a headers function gives a bad name', { headers: () => ({ 'bad name': SECRET }) }],
  ])('when %s', async (_, options) => {
    const said = await saidDuring(() => account({ url: 'http://127.0.0.1:1/', ...options }), true);
    expect(said).toContain('1 record lost');
    expect(said).not.toContain(SECRET);
  });

  it.each<[string, RemoteLoggerOptions]>([
    ['a URL', { url: `ftp://user:${SECRET}@host/?key=${SECRET}` }],
    ['a URL without a scheme', { url: `user:${SECRET}@host/logs` }],
    ['a header', { url: 'http://127.0.0.1:1/', headers: { authorization: `${SECRET}\r\nx: y` } }],
  ])('when %s is a wrong option', async (_, options) => {
    const said = await saidDuring(async () => new RemoteLogRecordExporter(options));
    expect(said).toMatch(/TypeError: otel-remote-logger: option "(url|headers)" must/);
    expect(said).not.toContain(SECRET);
  });

  it.each([`ftp://user:${SECRET}@host/?key=${SECRET}`, `user:${SECRET}@host`, `//host/?key=${SECRET}`])(
    'when REMOTE_LOGGER_URL is %s',
    async (url) => {
      vi.stubEnv('REMOTE_LOGGER_URL', url);
      const said = await saidDuring(async () => createRemoteLogger().enabled);
      expect(said).toContain('REMOTE_LOGGER_URL must be an absolute http: or https: URL');
      expect(said).not.toContain(SECRET);
    },
  );

  it('when REMOTE_LOGGER_HEADERS makes no sense', async () => {
    vi.stubEnv('REMOTE_LOGGER_HEADERS', `authorization ${SECRET}, =${SECRET}, a=${SECRET}%0A`);
    const said = await saidDuring(() => account({ url: 'http://127.0.0.1:1/' }), true);
    expect(said).toContain('REMOTE_LOGGER_HEADERS must be key=value pairs');
    expect(said).not.toContain(SECRET);
  });
});
