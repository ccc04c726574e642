import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { diag } from '@opentelemetry/api';
import { generate } from 'selfsigned';
import { Agent } from 'undici';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type DeliveryStats, type RemoteLoggerOptions } from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { Receiver } from '../support/receiver.js';

async function send(options: RemoteLoggerOptions): Promise<DeliveryStats> {
  const logger = createRemoteLogger({ retry: { ...FAST.retry, maxElapsedMillis: 50 }, ...options });
  logger.log({ a: 1 });
  return logger.shutdown();
}

/** A proxy that takes CONNECT, on loopback. */
async function startProxy(): Promise<{ url: string; tunnels: (string | undefined)[][]; close(): void }> {
  const tunnels: (string | undefined)[][] = [];
  const sockets = new Set<Socket>();
  const server = createHttpServer((_, response) => response.writeHead(501).end());
  server.on('connect', (request, socket: Socket) => {
    tunnels.push([request.url, request.headers['proxy-authorization']]);
    const [host, port] = String(request.url).split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => {});
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://user:proxypass@127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

describe('over a network', () => {
  const cleanUp: (() => void)[] = [];
  afterEach(() => {
    vi.unstubAllEnvs();
    for (const clean of cleanUp.splice(0)) clean();
  });

  it('records go through the proxy of HTTP_PROXY, with its credentials', async () => {
    await using receiver = await Receiver.start();
    const proxy = await startProxy();
    cleanUp.push(proxy.close);
    vi.stubEnv('HTTP_PROXY', proxy.url);
    vi.stubEnv('NO_PROXY', '');
    expect(await send({ url: receiver.url })).toEqual(allDelivered(1));
    const credentials = `Basic ${Buffer.from('user:proxypass').toString('base64')}`;
    expect(proxy.tunnels).toEqual([[`127.0.0.1:${receiver.port}`, credentials]]);
    expect(receiver.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
  });

  it('records go past the proxy to a host of NO_PROXY', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:1');
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    expect(await send({ url: receiver.url })).toEqual(allDelivered(1));
  });

  it('records go past a proxy whose variable is no URL, and diag is told', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('HTTP_PROXY', '127.0.0.1:1');
    const error = vi.fn();
    const silent = { warn: vi.fn(), info: vi.fn(), debug: vi.fn(), verbose: vi.fn() };
    diag.setLogger({ error, ...silent });
    cleanUp.push(() => diag.disable());
    expect(await send({ url: receiver.url })).toEqual(allDelivered(1));
    expect(error).toHaveBeenCalledWith(
      expect.stringContaining('HTTP_PROXY and HTTPS_PROXY must be absolute'),
    );
  });

  it('records reach an IPv6 address', async () => {
    const server = createHttpServer((_, response) => response.writeHead(204).end()).listen(0, '::1');
    await once(server, 'listening');
    cleanUp.push(() => close(server));
    expect(await send({ url: `http://[::1]:${(server.address() as AddressInfo).port}/` })).toEqual(
      allDelivered(1),
    );
  });

  it('records reach a unix domain socket through a dispatcher', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'remote-logger-'));
    const socketPath = join(folder, 's');
    const server = createHttpServer((_, response) => response.writeHead(204).end()).listen(socketPath);
    await once(server, 'listening');
    const dispatcher = new Agent({ connect: { socketPath } });
    cleanUp.push(
      () => close(server),
      () => rmSync(folder, { recursive: true }),
    );
    expect(await send({ url: 'http://collector.local/logs', dispatcher })).toEqual(allDelivered(1));
    await dispatcher.close(); // it was not closed by the logger
  });

  describe('with TLS', () => {
    const certificates = generate([{ name: 'commonName', value: 'localhost' }], {
      keySize: 2048,
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });

    async function startTls(requestCert: boolean): Promise<{ url: string; clients: string[] }> {
      const { private: key, cert } = await certificates;
      const clients: string[] = [];
      const server = createHttpsServer({ key, cert, ca: cert, requestCert }, (request, response) => {
        clients.push(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN));
        response.writeHead(204).end();
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      cleanUp.push(() => close(server));
      return { url: `https://localhost:${(server.address() as AddressInfo).port}/`, clients };
    }

    it('an unknown certificate gets no record', async () => {
      const { url, clients } = await startTls(false);
      expect(await send({ url })).toMatchObject({ delivered: 0, failed: { retries_exhausted: 1 } });
      expect(clients).toEqual([]);
    });

    it('an own authority and a client certificate come with a dispatcher', async () => {
      const { url, clients } = await startTls(true);
      const { private: key, cert } = await certificates;
      const dispatcher = new Agent({ connect: { ca: cert, key, cert } });
      expect(await send({ url, dispatcher })).toEqual(allDelivered(1));
      expect(clients).toEqual(['localhost']);
      await dispatcher.close();
    });
  });
});

function close(server: Server): void {
  server.closeAllConnections();
  server.close();
}
