import { once } from 'node:events';
import { createServer as createHttpServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { Agent } from 'undici';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type RemoteLogger, type RemoteLoggerOptions } from '../../src/index.js';
import { FAST } from '../support/account.js';
import { Child, runChild, wordsOf } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { Receiver } from '../support/receiver.js';
import { left, undelivered, where } from '../support/spooled.js';

const SECRET = 'hunter2hunter2';

/** The warnings of this process, such as `REMOTE_LOGGER_LOSS: ...`. */
let warned: string[] = [];
const listen = (warning: Error & { code?: string }): void =>
  void warned.push(`${warning.code}: ${warning.message}`);
const about = (code: string): string[] => warned.filter((line) => line.startsWith(`REMOTE_LOGGER_${code}`));

/** Settles with the first warning of this kind. */
async function first(code: string): Promise<string> {
  await vi.waitFor(() => expect(about(code)).not.toEqual([]), { timeout: 30_000 });
  return about(code)[0] ?? '';
}

const loggers: RemoteLogger[] = [];
const servers: Server[] = [];

function start(options: RemoteLoggerOptions): RemoteLogger {
  const logger = createRemoteLogger(options);
  loggers.push(logger);
  return logger;
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

beforeEach(() => {
  warned = [];
  process.on('warning', listen);
});
afterEach(async () => {
  await Promise.all(loggers.splice(0).map((logger) => logger.shutdown({ timeoutMillis: 0 })));
  process.off('warning', listen);
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** What is refused is lost or, with a queue on disk, waits. */
const LOST_OR_WAITS = where({ inMemory: 'LOSS', onDisk: 'OUTAGE' });
const KEPT = where({ inMemory: '', onDisk: '; records wait on disk, and are tried again' });

describe('what an endpoint answers', () => {
  const saying =
    (status: number, text: string, headers: Record<string, string> = {}) =>
    (_: unknown, response: ServerResponse): void =>
      void response.writeHead(status, headers).end(text);

  it('is told when it refuses: URL, status and what it says, without secrets', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((request, response) => {
      const echo = `${request.path} ${request.headers.authorization} ${request.headers['x-key']}`;
      response.writeHead(404).end(`Table default.logs\n does not exist: ${echo}`);
    });
    const url = `${receiver.url.replace('//', `//default:${SECRET}@`)}?token=${SECRET}`;
    start({ url, headers: { 'x-key': SECRET } }).log({ a: 1 });
    const shown = `${receiver.url}?***`;
    const why = '(HTTP 404: "Table default.logs does not exist: /logs?token=*** *** ***")';
    expect(await first('CONFIG')).toBe(
      `REMOTE_LOGGER_CONFIG: otel-remote-logger: ${shown} refuses what it is sent ${why}, so nothing is delivered; check the path of the URL${KEPT}`,
    );
    // With a queue on disk, nothing is lost by that.
    const told = await first(LOST_OR_WAITS);
    const lost = / 1 record lost since \S+: 1 failed: refused \(HTTP 404: /;
    expect(told).toMatch(
      where({ inMemory: lost, onDisk: / has let nothing through for \d+ s \(HTTP 404: / }),
    );
    const end = where({ inMemory: `; endpoint: ${shown}`, onDisk: '; 1 record waits' });
    expect(told).toContain(`${why}${end}`);
    expect(warned.join()).not.toContain(SECRET);
  });

  it.each<[name: string, status: number, text: string, headers: Record<string, string>, told: string]>([
    [
      'a redirect to a login',
      302,
      '',
      { location: `https://login.example/in?next=${SECRET}` },
      '(HTTP 302: to https://login.example/in?***)',
    ],
    [
      'a page of a proxy',
      403,
      '<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center><hr><center>nginx/1.25</center></body></html>',
      { 'content-type': 'text/html' },
      '(HTTP 403: "403 Forbidden 403 Forbidden nginx/1.25")',
    ],
    [
      'a compressed answer',
      401,
      '\u001f\u008b',
      { 'content-encoding': 'gzip' },
      '(HTTP 401: a body in gzip)',
    ],
  ])('is told in words: %s', async (_name, status, text, headers, told) => {
    await using receiver = await Receiver.start();
    receiver.otherwise(saying(status, text, headers));
    start({ url: receiver.url }).log({ a: 1 });
    expect(await first('CONFIG')).toContain(told);
    expect(await first(LOST_OR_WAITS)).toContain(told);
    expect(warned.join()).not.toContain(SECRET);
  });

  it('that is a page for browsers is told, though it counts as delivered', async () => {
    await using receiver = await Receiver.start();
    const page = '<!DOCTYPE html><html><head><title>Sign in to the network</title></head></html>';
    receiver.otherwise(saying(200, page, { 'content-type': 'text/html; charset=utf-8' }));
    const logger = start({ url: receiver.url });
    for (let id = 0; id < 20; id++) logger.log({ id });
    expect(await logger.flush()).toMatchObject({ delivered: 20 });
    expect(await first('CONFIG')).toContain(
      `${receiver.url} answers with a page for browsers, "Sign in to the network"`,
    );
    expect(about('CONFIG')).toHaveLength(1);
  });
});

describe('why no connection comes about', () => {
  const retry = { ...FAST.retry, maxElapsedMillis: 50 };

  /** How the loss of a record is told. */
  function lossOf(options: RemoteLoggerOptions): Promise<string> {
    start({ retry, ...options }).log({ a: 1 });
    return first('LOSS');
  }

  async function tlsServer(days = 1): Promise<{ port: number; cert: string }> {
    const before = new Date(Date.now() - 10 * 86_400_000);
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      notBeforeDate: before,
      notAfterDate: new Date(Date.now() + days * 86_400_000),
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    const port = await listening(createHttpsServer({ key, cert }, (_, response) => response.end()));
    return { port, cert };
  }

  it('an unknown certificate', async () => {
    const { port } = await tlsServer();
    expect(await lossOf({ url: `https://localhost:${port}/` })).toMatch(
      /DEPTH_ZERO_SELF_SIGNED_CERT: .* start with NODE_EXTRA_CA_CERTS=.*, or give a dispatcher/,
    );
  });

  it('a certificate that has expired', async () => {
    const { port, cert } = await tlsServer(-1);
    const dispatcher = new Agent({ connect: { ca: cert } });
    expect(await lossOf({ url: `https://localhost:${port}/`, dispatcher })).toContain(
      'CERT_HAS_EXPIRED: its certificate has expired',
    );
    await dispatcher.close();
  });

  it('a certificate for another name', async () => {
    const { port, cert } = await tlsServer();
    const dispatcher = new Agent({ connect: { ca: cert } });
    expect(await lossOf({ url: `https://127.0.0.1:${port}/`, dispatcher })).toContain(
      'ERR_TLS_CERT_ALTNAME_INVALID: its certificate is for other host names',
    );
    await dispatcher.close();
  });

  it('TLS spoken to plain HTTP', async () => {
    const port = await listening(createHttpServer((_, response) => response.end()));
    expect(await lossOf({ url: `https://127.0.0.1:${port}/` })).toMatch(
      /ERR_SSL_\w+: .* if it speaks plain HTTP, the URL begins with http:/,
    );
  });

  it('plain HTTP spoken to TLS', async () => {
    const { port } = await tlsServer();
    expect(await lossOf({ url: `http://127.0.0.1:${port}/` })).toMatch(
      /(HPE_\w+|UND_ERR_SOCKET|ECONNRESET): .* if it speaks TLS, the URL begins with https:/,
    );
  });

  it('nobody listens', async () => {
    expect(await lossOf({ url: `http://127.0.0.1:${await freePort()}/` })).toContain(
      'ECONNREFUSED: nothing listens at that host and port',
    );
  });

  it('there is no such host', async () => {
    expect(await lossOf({ url: 'http://does-not-exist.invalid/' })).toMatch(
      /(ENOTFOUND|EAI_AGAIN): .*host name/,
    );
  });

  it('the headers of the answer are too long', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((_, response) => void response.writeHead(204, { 'x-long': 'x'.repeat(40_000) }).end());
    expect(await lossOf({ url: receiver.url })).toContain('the headers of its answer are too long');
  });
});

describe('an outage', () => {
  it('is told once, however many loggers it concerns, and once when it is over', {
    timeout: 60_000,
  }, async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/logs`;
    const many = Array.from({ length: 4 }, () => start({ ...FAST, url }));
    const [one] = many;
    expect(one?.stats()).not.toHaveProperty('failingSince');
    for (const logger of many) logger.log({ a: 1 });
    expect(await first('OUTAGE')).toBe(
      `REMOTE_LOGGER_OUTAGE: otel-remote-logger: ${url} has let nothing through for 5 s (ECONNREFUSED: nothing listens at that host and port); 4 records wait`,
    );
    const { failingSince } = one?.stats() ?? {};
    expect(Date.now() - Date.parse(String(failingSince))).toBeGreaterThanOrEqual(5000);
    await using receiver = await Receiver.start(port);
    await Promise.all(many.map((logger) => logger.flush()));
    expect(receiver.records).toHaveLength(4);
    expect(about('OUTAGE')).toHaveLength(2);
    expect(about('OUTAGE')[1]).toMatch(/ takes records again, after \d+ s; /);
    expect(about('LOSS')).toEqual([]);
    expect(one?.stats()).not.toHaveProperty('failingSince');
  });
});

describe('a process that ends in an outage', () => {
  it('before that is told says why nothing got through', async () => {
    const url = `http://127.0.0.1:${await freePort()}/logs`;
    const options = { url, retry: { initialDelayMillis: 60_000, maxDelayMillis: 60_000 } };
    const ended = await runChild('exit-in-outage', { args: [{ ...options, exitTimeoutMillis: 50 }] });
    expect(ended.code).toBe(7);
    const lost = undelivered(3);
    expect(wordsOf(ended).slice(0, lost.length)).toEqual(lost);
    expect(ended.left).toEqual(left(0, 1, 2));
    const [why, ...more] = wordsOf(ended).slice(lost.length);
    expect(why?.replace(/\d+ s/, 'N s')).toBe(
      `otel-remote-logger: ${url} has let nothing through for N s (ECONNREFUSED: nothing listens at that host and port)`,
    );
    expect(more).toEqual([]);
  });
});

describe('a warning', () => {
  it.each(['--throw-deprecation', '--trace-warnings', '--no-warnings', '--unhandled-rejections=strict'])(
    'ends no process: node %s',
    async (flag) => {
      await using receiver = await Receiver.start();
      receiver.otherwise(401);
      const env = { REMOTE_LOGGER_URL: receiver.url, REMOTE_LOGGER_FORMAT: 'json' };
      const ended = await runChild('environment', { flags: [flag], env });
      expect(ended).toMatchObject({ code: 0, signal: null, stdout: '' });
      expect(ended.left).toEqual(left(0, 1, 2, 3, 4));
      expect(receiver.records.length).toBeGreaterThanOrEqual(where({ inMemory: 5, onDisk: 1 }));
      const codes = [...ended.stderr.matchAll(/\[(REMOTE_LOGGER_\w+)\]/g)].map(([, code]) => code);
      expect(codes.includes('REMOTE_LOGGER_CONFIG')).toBe(flag !== '--no-warnings');
    },
  );
});

describe('REMOTE_LOGGER_DEBUG', () => {
  it('says on stderr what the logger does, a line a step, without secrets', async () => {
    await using receiver = await Receiver.start();
    receiver.script(503);
    const ended = await runChild('environment', {
      env: {
        REMOTE_LOGGER_DEBUG: '1',
        REMOTE_LOGGER_URL: `${receiver.url.replace('//', `//user:${SECRET}@`)}?token=${SECRET}`,
        REMOTE_LOGGER_HEADERS: `x-api-key=${SECRET}`,
      },
    });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    const steps = wordsOf(ended).map((line) =>
      line.replace(/^otel-remote-logger: [\d-]+T[\d:.]+Z (thread: )?/, ''),
    );
    expect(steps.join('\n')).toBe(
      ended.stderr.trim().replaceAll(/^otel-remote-logger: \S+ (thread: )?/gm, ''),
    );
    const shown = `${receiver.url}?***`;
    for (const step of [
      `a logger is on: POST ${shown} as object, compression none, headers x-api-key, `,
      '5 records are handed over to be sent',
      `bytes to ${shown}`,
      'POST 1: failed, to be tried again (HTTP 503), after ',
      'the gate is closed for ',
      'the gate opens',
      'delivered (HTTP 204), after ',
    ]) {
      expect(
        steps.filter((line) => line.includes(step)),
        step,
      ).not.toEqual([]);
    }
    expect(ended.stderr).not.toContain(SECRET);
  });

  it.each<[why: string, env: Record<string, string>]>([
    ['no usable URL is set, as option or in REMOTE_LOGGER_URL, so the logger is off', {}],
    [
      'OTEL_SDK_DISABLED is true, so the logger is off',
      { REMOTE_LOGGER_URL: 'http://127.0.0.1:1/', OTEL_SDK_DISABLED: 'true' },
    ],
  ])('says that it is off, and why: %s', async (why, env) => {
    const ended = await runChild('environment', { env: { ...env, REMOTE_LOGGER_DEBUG: '1' } });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(ended.stderr).toContain(why);
  });

  it('harms nobody when nobody reads stderr', async () => {
    await using receiver = await Receiver.start();
    const child = new Child('environment', {
      env: { REMOTE_LOGGER_DEBUG: '1', REMOTE_LOGGER_URL: receiver.url },
    });
    child.closeStderr();
    expect(await child.ended).toMatchObject({ code: 0, signal: null });
    expect(receiver.records).toHaveLength(5);
  });
});
