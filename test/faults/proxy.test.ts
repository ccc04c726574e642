import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diag } from '@opentelemetry/api';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type DeliveryStats, type RemoteLoggerOptions } from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { runChild } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { ProxyServer } from '../support/proxy.js';
import { Receiver } from '../support/receiver.js';

const CREDENTIALS = `Basic ${Buffer.from('user:proxypass').toString('base64')}`;

async function send(options: RemoteLoggerOptions, count = 1): Promise<DeliveryStats> {
  const logger = createRemoteLogger({ ...FAST, ...options });
  for (let id = 0; id < count; id++) logger.log({ id });
  return logger.shutdown({ timeoutMillis: 30_000 });
}

function useProxy(url: string, except = ''): void {
  vi.stubEnv('HTTP_PROXY', url);
  vi.stubEnv('HTTPS_PROXY', '');
  vi.stubEnv('NO_PROXY', except);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

/** An endpoint of https:, whose certificate our own authority signed, which the process must trust. */
const certificates = generate([{ name: 'commonName', value: 'localhost' }], {
  keySize: 2048,
  extensions: [
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
  ],
});

const LIMITED: RemoteLoggerOptions = { retry: { ...FAST.retry, maxElapsedMillis: 300 } };

describe('through a proxy', () => {
  it('http: is a request that the proxy passes on, with its credentials, over connections that are kept', async () => {
    await using receiver = await Receiver.start();
    await using proxy = await ProxyServer.start();
    useProxy(proxy.url);
    expect(await send({ url: `${receiver.url}?a=1`, concurrency: 2 }, 20)).toEqual(allDelivered(20));
    expect(proxy.asked).toEqual(Array(20).fill(['POST', `${receiver.url}?a=1`, CREDENTIALS]));
    expect(receiver.requests[0]?.headers).toMatchObject({ host: `127.0.0.1:${receiver.port}` });
    expect(receiver.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
    expect(receiver.requests[0]?.path).toBe('/logs?a=1');
  });

  it('http: takes a tunnel where the proxy answers to nothing else', async () => {
    await using receiver = await Receiver.start();
    await using proxy = await ProxyServer.start();
    proxy.onRequest = () => {}; // and so it says nothing
    useProxy(proxy.url);
    expect(await send({ url: receiver.url, timeoutMillis: 200 }, 20)).toEqual(allDelivered(20));
    expect(proxy.asked.slice(-1)).toEqual([['CONNECT', `127.0.0.1:${receiver.port}`, CREDENTIALS]]);
    expect(receiver.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('a host of NO_PROXY is reached without it', async () => {
    await using receiver = await Receiver.start();
    useProxy('http://127.0.0.1:1', '127.0.0.1');
    expect(await send({ url: receiver.url })).toEqual(allDelivered(1));
  });

  it('whose variable is no URL nothing goes, but straight, and diag is told', async () => {
    await using receiver = await Receiver.start();
    useProxy('127.0.0.1:1');
    const error = vi.fn();
    diag.setLogger({ error, warn: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() });
    expect(await send({ url: receiver.url })).toEqual(allDelivered(1));
    diag.disable();
    expect(error).toHaveBeenCalledWith(
      expect.stringContaining('HTTP_PROXY and HTTPS_PROXY must be absolute'),
    );
  });

  it('https: goes through a tunnel, with the credentials in the asking for it alone', async () => {
    const { private: key, cert } = await certificates;
    const heads: unknown[] = [];
    const server = createHttpsServer({ key, cert }, (request, response) => {
      heads.push(request.headers);
      response.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await using proxy = await ProxyServer.start();
    const { port } = server.address() as AddressInfo;
    const child = await runChild('log-one', {
      args: [{ url: `https://localhost:${port}/logs` }],
      env: { https_proxy: proxy.url, NODE_EXTRA_CA_CERTS: await fileOf(cert) },
    });
    server.closeAllConnections();
    server.close();
    expect(JSON.parse(child.stdout)).toEqual(allDelivered(1));
    expect(proxy.asked).toEqual([['CONNECT', `localhost:${port}`, CREDENTIALS]]);
    expect(heads).toEqual([expect.not.objectContaining({ 'proxy-authorization': expect.anything() })]);
  });

  type Sick = (proxy: ProxyServer) => void;

  /** What a proxy can do to a tunnel, or to a request. */
  const SICK: [what: string, scheme: string, sick: Sick][] = [
    ['drops CONNECT', 'https', (proxy) => (proxy.onConnect = (_, socket) => void socket.destroy())],
    [
      'resets at CONNECT',
      'https',
      (proxy) => (proxy.onConnect = (_, socket) => void socket.resetAndDestroy()),
    ],
    ['wants other credentials', 'https', (proxy) => (proxy.onConnect = answering('407 No'))],
    ['forbids the port', 'https', (proxy) => (proxy.onConnect = answering('403 Forbidden'))],
    [
      'answers CONNECT with garbage',
      'https',
      (proxy) => (proxy.onConnect = (_, socket) => void socket.end('SSH-2.0\r\n\r\n')),
    ],
    ['answers CONNECT without end', 'https', (proxy) => (proxy.onConnect = (_, socket) => flood(socket))],
    ['never answers CONNECT', 'https', (proxy) => (proxy.onConnect = () => {})],
    ['closes the tunnel at once', 'https', (proxy) => (proxy.onConnect = answering('200 OK'))],
    [
      'wants other credentials',
      'http',
      (proxy) => (proxy.onRequest = (_, response) => void response.writeHead(407).end()),
    ],
    [
      'does not reach the endpoint',
      'http',
      (proxy) => (proxy.onRequest = (_, response) => void response.writeHead(502).end()),
    ],
    ['drops requests', 'http', (proxy) => (proxy.onRequest = ({ socket }) => void socket.destroy())],
  ];

  it.each(SICK)(
    'that %s, %s: is asked with pauses, and given up when the budget is spent',
    async (_, scheme, sick) => {
      await using proxy = await ProxyServer.start();
      sick(proxy);
      if (scheme === 'http') proxy.onConnect = (_asking, socket) => void socket.destroy();
      useProxy(proxy.url);
      const started = performance.now();
      const options = { ...LIMITED, url: `${scheme}://logs.example/x`, timeoutMillis: 100 };
      expect(await send(options, 20)).toMatchObject({ failed: { retries_exhausted: 20 } });
      const [seconds, firsts] = [(performance.now() - started) / 1000, 10];
      // A try costs a pause of 5 ms at the least.
      expect(proxy.asked.length).toBeLessThan(2 * firsts + 200 * seconds);
      await proxy.closed();
    },
  );

  it.each(['403 Forbidden', '407 No', '302 Found'])(
    'that answers CONNECT with %s is sent nothing more on that connection',
    async (status) => {
      const sent: string[] = [];
      await using proxy = await ProxyServer.start();
      proxy.onConnect = (_, socket) => {
        socket.on('data', (chunk) => sent.push(chunk.toString('latin1')));
        socket.write(`HTTP/1.1 ${status}\r\n\r\n`); // and it keeps the connection
      };
      useProxy(proxy.url);
      expect(await send({ ...LIMITED, url: 'https://logs.example/x', timeoutMillis: 5000 })).toMatchObject({
        failed: { retries_exhausted: 1 },
      });
      await proxy.closed();
      expect(sent).toEqual([]);
    },
  );

  it('that is down gets the records once it is up', async () => {
    await using receiver = await Receiver.start();
    const port = await freePort();
    useProxy(`http://127.0.0.1:${port}`);
    const logger = createRemoteLogger({ ...FAST, url: receiver.url });
    for (let id = 0; id < 20; id++) logger.log({ id });
    expect(await logger.flush({ timeoutMillis: 100 })).toMatchObject({ pending: 20 });
    await using proxy = await ProxyServer.start(port);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(20));
    expect(proxy.asked[0]?.[0]).toBe('POST');
  });

  it('that leaves its first tunnels without an answer gets the records over others, and no tunnel stays', async () => {
    await using receiver = await Receiver.start();
    await using proxy = await ProxyServer.start();
    let stalls = 10;
    proxy.onRequest = () => {};
    proxy.onConnect = (asking, socket) => {
      if (stalls-- <= 0) proxy.tunnel(asking, socket);
    };
    useProxy(proxy.url);
    expect(await send({ url: receiver.url, timeoutMillis: 200 }, 20)).toEqual(allDelivered(20));
    await proxy.closed();
  });
});

const answering =
  (status: string) =>
  (_: unknown, socket: Socket): void =>
    void socket.end(`HTTP/1.1 ${status}\r\n\r\n`);

function flood(socket: Socket): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write('x'.repeat(10_000)));
  };
  socket.on('drain', more);
  more();
}

async function fileOf(text: string): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'remote-logger-')), 'ca.pem');
  await writeFile(path, text);
  return path;
}
