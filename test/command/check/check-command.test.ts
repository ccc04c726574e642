import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../src/command/command.js';
import { freePort } from '../../support/free-port.js';
import { ProxyServer } from '../../support/proxy.js';
import { RawServer } from '../../support/raw-server.js';
import { Text } from '../../support/text.js';

/** What `npm run build` has made. */
const CLI = fileURLToPath(new URL('../../../dist/cli.cjs', import.meta.url));

const open: Server[] = [];

beforeEach(() => {
  for (const name of ['URL', 'HEADERS', 'FORMAT', 'COMPRESSION', 'METADATA'])
    vi.stubEnv(`REMOTE_LOGGER_${name}`, undefined);
  for (const name of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'no_proxy'])
    vi.stubEnv(name, undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function check(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new Text(), new Text()];
  const code = await runCommand(['check', ...args], { stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = async (listener: RequestListener): Promise<string> =>
  `http://${await listening(createServer(listener))}`;

/** Answers all POSTs with this. */
const answering = (
  status: number,
  body = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<string> => serve((_, response) => void response.writeHead(status, headers).end(body));

describe('check', () => {
  it('sends one marked record, with the settings of the environment', async () => {
    const got: { headers: unknown; body: string }[] = [];
    const url = await serve(async (request, response) => {
      const body = gunzipSync(Buffer.concat(await request.toArray())).toString();
      got.push({ headers: request.headers, body });
      response.writeHead(204).end();
    });
    vi.stubEnv('REMOTE_LOGGER_URL', `${url}/logs`);
    vi.stubEnv('REMOTE_LOGGER_HEADERS', 'x-team=blue');
    vi.stubEnv('REMOTE_LOGGER_FORMAT', 'array');
    vi.stubEnv('REMOTE_LOGGER_COMPRESSION', 'gzip');
    const { code, out } = await check();
    expect(out).toContain('Delivered: HTTP 204');
    expect(code).toBe(0);
    expect(got).toHaveLength(1);
    expect(got[0]?.headers).toMatchObject({ 'x-team': 'blue', 'content-encoding': 'gzip' });
    expect(JSON.parse(got[0]?.body ?? '')).toMatchObject([{ type: 'otel-remote-logger.check' }]);
  });

  it('says name, address, answer and times', async () => {
    const url = await answering(202, 'taken');
    const { out } = await check(url.replace('127.0.0.1', 'localhost'));
    expect(out).toMatch(/name +localhost is .*127\.0\.0\.1.*, after \d+ ms/);
    expect(out).toMatch(/connection +127\.0\.0\.1:\d+, after \d+ ms/);
    expect(out.match(/connection /g)).toHaveLength(1);
    expect(out).toMatch(/answer +HTTP 202, after \d+ ms: "taken"/);
  });

  it.each<[number, string, Readonly<Record<string, string>>, RegExp]>([
    [301, '', { location: '/v2/logs' }, /redirects to http:\/\/127\.0\.0\.1:\d+\/v2\/logs/],
    [400, 'bad field "a"', {}, /"bad field "a""[\s\S]*REMOTE_LOGGER_FORMAT/],
    [401, 'who are you?', {}, /set REMOTE_LOGGER_HEADERS=authorization=/],
    [403, '', {}, /lets nobody in/],
    [404, 'no such page', {}, /nothing takes records at \/logs/],
    [405, '', { allow: 'GET' }, /\/logs takes no POST, only GET/],
    [413, '', {}, /even one small record is too large/],
    [415, '', {}, /content type: set REMOTE_LOGGER_FORMAT/],
    [422, '', {}, /does not take this record/],
    [405, '', { allow: 'GET\u009b31m' }, /takes no POST, only GET\\u009b31m/],
    [429, '', { 'retry-after': '3\u009b31m' }, /retry-after: 3\\u009b31m/],
    [429, '', { 'retry-after': '30' }, /asks to wait \(retry-after: 30\)/],
    [500, 'out of cheese', {}, /"out of cheese"[\s\S]*its own log says more/],
    [502, '', {}, /reaches nobody behind it/],
    [503, '', {}, /not ready/],
  ])('says what to do about a %i', async (status, body, headers, words) => {
    const { code, out } = await check(`${await answering(status, body, headers)}/logs`);
    expect(out).toContain(`Not delivered: HTTP ${status}.`);
    expect(out).toMatch(words);
    expect(code).toBe(1);
  });

  it('says that credentials were wrong where there were some', async () => {
    const url = await answering(401);
    const { out } = await check(url.replace('//', '//user:secretpassword@'));
    expect(out).toContain('the credentials that were sent are not the right ones');
  });

  it.each<[string, string, Readonly<Record<string, string>>, string]>([
    ['a web page', '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }, '/'],
    ['OTLP', '{"partialSuccess":{}}', { 'content-type': 'application/json' }, '/v1/logs'],
    ['OTLP without a word', '{}', { 'content-type': 'application/json' }, '/v1/logs'],
  ])('takes a 200 of %s for no delivery', async (_, body, headers, path) => {
    const { code, out } = await check(`${await answering(200, body, headers)}${path}`);
    expect(out).toContain('Not delivered');
    expect(code).toBe(1);
  });

  it('follows a 307, and says where to', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/new') response.writeHead(200).end();
      else response.writeHead(307, { location: '/new' }).end();
    });
    const { code, out } = await check(`${url}/old`);
    expect(out).toMatch(/it redirects \(HTTP 307\) to http:\/\/127\.0\.0\.1:\d+\/new: use that URL/);
    expect(code).toBe(0);
  });

  it('says that gzip is not taken, though the record is', async () => {
    vi.stubEnv('REMOTE_LOGGER_COMPRESSION', 'gzip');
    const url = await serve((request, response) =>
      response.writeHead(request.headers['content-encoding'] === 'gzip' ? 415 : 200).end(),
    );
    const { code, out } = await check(url);
    expect(out).toContain('set REMOTE_LOGGER_COMPRESSION=none');
    expect(code).toBe(0);
  });

  it('prints no secret, not even one that the endpoint repeats', async () => {
    const secrets = ['user-token-123456', 'pass-word-123456', 'api-key-1234567', 'query-key-123456'];
    const url = await serve(async (request, response) => {
      const { authorization, 'x-api-key': key } = request.headers;
      await text(request);
      response.writeHead(403).end(`${authorization} ${key} ${request.url} ${secrets.join(' ')}`);
    });
    vi.stubEnv('REMOTE_LOGGER_HEADERS', 'x-api-key=api-key-1234567');
    const { out, err } = await check(
      `${url.replace('//', '//user-token-123456:pass-word-123456@')}/?key=query-key-123456`,
    );
    expect(out).toContain('header');
    for (const secret of secrets) expect(out + err).not.toContain(secret);
  });

  it('says that a name is not known', async () => {
    const { code, out } = await check('http://no-such-host.invalid/');
    expect(out).toMatch(/name +no-such-host\.invalid is not known/);
    expect(code).toBe(1);
  });

  it('says that nobody listens', async () => {
    const { code, out } = await check(`http://127.0.0.1:${await freePort()}/`);
    expect(out).toMatch(/connection +failed[\s\S]*ECONNREFUSED: nothing listens at that host and port/);
    expect(code).toBe(1);
  });

  it('says that no whole answer came in time', async () => {
    vi.stubEnv('REMOTE_LOGGER_TIMEOUT', '50');
    await using server = await RawServer.start(() => {});
    expect((await check(server.url)).out).toContain('the answer was not complete within timeoutMillis');
  });

  it('says that it does not speak HTTP', async () => {
    await using server = await RawServer.start((socket) => socket.end('220 mail.example ESMTP\r\n'));
    expect((await check(server.url)).out).toContain('its answer is not HTTP/1.1');
  });

  it('goes through the proxy of the environment, and says so', async () => {
    await using proxy = await ProxyServer.start();
    vi.stubEnv('HTTP_PROXY', proxy.url);
    const { code, out } = await check(await answering(200));
    expect(out).toContain(`proxy       http://127.0.0.1:${proxy.port}`);
    expect(out).not.toContain('proxypass');
    expect(proxy.asked).toHaveLength(1);
    expect(code).toBe(0);
  });

  it('says that a Collector may have no field map', async () => {
    const { out } = await check(
      await serve((_, response) => void response.writeHead(200, { 'content-length': 0 }).end()),
    );
    expect(out).toContain('start the Collector with collector-config/field-map.yaml');
  });

  it.each<[string[], string]>([
    [['ftp://host/'], 'the URL must be an absolute http: or https: URL'],
    [['http://a/', 'http://b/'], 'check takes one URL, got 2'],
    [['--verbose'], "Unknown option '--verbose'"],
    [[], 'REMOTE_LOGGER_URL'],
  ])('refuses %j', async (args, words) => {
    const { code, err } = await check(...args);
    expect(err).toContain(words);
    expect(code).toBe(2);
  });
});

describe('check over TLS', () => {
  const DAY = 86_400_000;

  async function secure(name: string, from: number, until: number): Promise<string> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
      keySize: 2048,
      notBeforeDate: new Date(Date.now() + from),
      notAfterDate: new Date(Date.now() + until),
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
    });
    return listening(createTlsServer({ key, cert }, (_, response) => void response.writeHead(200).end()));
  }

  it('says of a self-signed certificate what to set', async () => {
    const host = await secure('localhost', -DAY, 10 * DAY);
    const { code, out } = await check(`https://${host.replace('127.0.0.1', 'localhost')}/`);
    expect(out).toMatch(/TLS +certificate for localhost, by localhost, ends .*, in (9|10) d/);
    expect(out).toContain('NODE_EXTRA_CA_CERTS=');
    expect(code).toBe(1);
  });

  it.each<[string, string, number, number, RegExp]>([
    ['has ended', 'localhost', -10 * DAY, -DAY, /TLS +certificate for localhost, .*, ended .*, 1 d ago/],
    ['has what a terminal obeys', 'a\u001b]0;t\u0007', -DAY, DAY, /, by a\\u001b\]0;t\\u0007, ends /],
    ['is for another name', 'other.example', -DAY, DAY, /TLS +certificate for other\.example/],
  ])('shows a certificate that %s', async (_, name, from, until, words) => {
    const host = await secure(name, from, until);
    const { code, out } = await check(`https://${host.replace('127.0.0.1', 'localhost')}/`);
    expect(out).toMatch(words);
    expect(code).toBe(1);
  });

  it('takes an authority from NODE_EXTRA_CA_CERTS, and names the hosts of a certificate that is for others', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    const host = await listening(
      createTlsServer({ key, cert }, (_, response) => void response.writeHead(200).end()),
    );
    const folder = mkdtempSync(join(tmpdir(), 'check-'));
    writeFileSync(join(folder, 'ca.pem'), cert);
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
    const run = async (url: string): Promise<{ code: number; out: string }> => {
      const child = execFile(process.execPath, [CLI, 'check', url], { env });
      const [out, [code]] = await Promise.all([text(child.stdout as Readable), once(child, 'close')]);
      return { code, out };
    };
    const [right, wrong] = await Promise.all([
      run(`https://${host.replace('127.0.0.1', 'localhost')}/`),
      run(`https://${host}/`),
    ]);
    rmSync(folder, { recursive: true });
    expect(right.out).toMatch(/TLS +TLSv1\.3; certificate for localhost[\s\S]*Delivered/);
    expect(right.code).toBe(0);
    expect(wrong.out).toContain('use a URL with a name that it is for: localhost');
    expect(wrong.code).toBe(1);
  });

  it('says that a port speaks no TLS', async () => {
    const url = await answering(200);
    expect((await check(url.replace('http:', 'https:'))).out).toContain(
      'if it speaks plain HTTP, the URL begins with http:',
    );
  });
});
