import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { Agent } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { createRemoteLogger, type DeliveryStats, type RemoteLoggerOptions } from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';

async function send(options: RemoteLoggerOptions): Promise<DeliveryStats> {
  const logger = createRemoteLogger({ retry: { ...FAST.retry, maxElapsedMillis: 50 }, ...options });
  logger.log({ a: 1 });
  return logger.shutdown({ timeoutMillis: 30_000 });
}

describe('over a network', () => {
  const cleanUp: (() => void)[] = [];
  afterEach(() => {
    for (const clean of cleanUp.splice(0)) clean();
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
