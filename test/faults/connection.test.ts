import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createRemoteLogger, type RemoteLogger } from '../../src/index.js';
import { allDelivered, allPending, FAST } from '../support/account.js';
import { freePort } from '../support/free-port.js';
import { OK, type RawHandler, RawServer } from '../support/raw-server.js';
import { Receiver } from '../support/receiver.js';
import { where } from '../support/spooled.js';

function logMany(logger: RemoteLogger, count: number): void {
  for (let id = 0; id < count; id++) logger.log({ id });
}

const ids = (bodies: readonly string[]): number[] =>
  [...new Set(bodies.map((body) => JSON.parse(body).id))].sort((a, b) => a - b);
const upTo = (count: number): number[] => [...Array(count).keys()];

describe('an endpoint that is down', () => {
  it('gets everything once it is up', async () => {
    const port = await freePort();
    const logger = createRemoteLogger({ ...FAST, url: `http://127.0.0.1:${port}/logs` });
    logMany(logger, 50);
    expect(await logger.flush({ timeoutMillis: 100 })).toMatchObject({ pending: 50 });
    await using receiver = await Receiver.start(port);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(50));
    expect(receiver.requests).toHaveLength(50);
  });

  it('costs the records when it stays down, with the account', async () => {
    const port = await freePort();
    const logger = createRemoteLogger({
      url: `http://127.0.0.1:${port}/logs`,
      retry: { ...FAST.retry, maxElapsedMillis: 50 },
    });
    logMany(logger, 50);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual({
      ...allDelivered(50),
      delivered: 0,
      failed: { retries_exhausted: 50 },
    });
  });

  it('whose name does not resolve is tried again', async () => {
    const causes: unknown[] = [];
    const logger = createRemoteLogger({
      url: 'http://does-not-exist.invalid/logs',
      retry: { ...FAST.retry, maxElapsedMillis: 50 },
      onDrop: (loss) => causes.push(loss.reason),
    });
    logMany(logger, 3);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toMatchObject({
      failed: { retries_exhausted: 3 },
    });
    expect(causes).toEqual(Array(3).fill('retries_exhausted'));
  });
});

/** Each fault happens to the first three requests; the others are answered well. */
const FAULTS: [string, RawHandler][] = [
  ['never answers', () => {}],
  ['resets before the answer', (socket) => socket.resetAndDestroy()],
  ['closes before the answer', (socket) => socket.end()],
  [
    "resets in the answer's headers",
    (socket) => socket.write('HTTP/1.1 204 No Con', () => socket.resetAndDestroy()),
  ],
  [
    "resets after the answer's headers",
    (socket) =>
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc', () => socket.resetAndDestroy()),
  ],
  [
    'closes after a part of the answer',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'),
  ],
  [
    'breaks off a chunked answer',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab'),
  ],
  ['is no HTTP server', (socket) => socket.end('SSH-2.0-OpenSSH_9.0\r\n')],
  ['answers with garbage', (socket) => socket.end('\0\xff garbage \r\n\r\n')],
  ['drips headers without end', (socket) => drip(socket, 'HTTP/1.1 200 OK\r\n', 'X-A: b\r\n')],
  [
    'drips a body without end',
    (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n', 'x'),
  ],
  ['only promises to go on', (socket) => drip(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n')],
];

function drip(socket: Parameters<RawHandler>[0], start: string, more: string): void {
  socket.write(start);
  const timer = setInterval(() => socket.write(more), 10);
  socket.on('close', () => clearInterval(timer));
}

describe('an endpoint that', () => {
  it.each(FAULTS)('%s gets everything in the end', async (_, fault) => {
    let faults = 3;
    await using server = await RawServer.start((socket, request) => {
      if (faults-- > 0) fault(socket, request);
      else socket.write(OK);
    });
    const logger = createRemoteLogger({ ...FAST, url: server.url, timeoutMillis: 200 });
    logMany(logger, 40);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(40));
    expect(ids(server.bodies)).toEqual(upTo(40));
  });

  it('closes after every answer gets each record once', async () => {
    await using server = await RawServer.start((socket) =>
      socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n'),
    );
    const logger = createRemoteLogger({ ...FAST, url: server.url });
    logMany(logger, 100);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(100));
    expect(server.bodies).toHaveLength(100);
  });

  it('goes silent on connections that have worked gets everything on new ones', async () => {
    const answered = new Set<unknown>();
    let silences = 3;
    await using server = await RawServer.start((socket) => {
      // As if the other side had vanished: the connection stays, and nothing comes.
      if (answered.has(socket) && silences-- > 0) return;
      answered.add(socket);
      socket.write(OK);
    });
    const logger = createRemoteLogger({ ...FAST, url: server.url, timeoutMillis: 200, concurrency: 3 });
    logMany(logger, 40);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(40));
    expect(ids(server.bodies)).toEqual(upTo(40));
  });

  it('sends 100 MB as an answer is read for 64 KiB', async () => {
    let written = 0;
    await using server = await RawServer.start((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n');
      const chunk = 'x'.repeat(64 * 1024);
      const more = (): void => {
        while (!socket.destroyed && written < 104_857_600) {
          written += chunk.length;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on('drain', more);
      more();
    });
    const logger = createRemoteLogger({ ...FAST, url: server.url });
    logMany(logger, 1);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(1));
    expect(written).toBeLessThan(20_000_000); // what the sockets' buffers took
  });

  it.each([1, 10])(
    'whose answers have no end gets each record once, %i at a time, and keeps no connection',
    async (concurrency) => {
      const closed: Promise<unknown>[] = [];
      await using server = await RawServer.start((socket) => {
        closed.push(new Promise((resolve) => socket.on('close', resolve)));
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
        const more = (): void => {
          while (!socket.destroyed && socket.write(chunk));
        };
        socket.on('drain', more);
        more();
      });
      const logger = createRemoteLogger({ ...FAST, url: server.url, concurrency });
      logMany(logger, 20);
      expect(await logger.flush()).toEqual(allDelivered(20));
      expect(server.bodies).toHaveLength(20);
      expect(server.connections).toBe(20);
      await Promise.all(closed);
      await logger.shutdown();
    },
  );

  it('sends interim answers first is waited for', async () => {
    await using server = await RawServer.start((socket) =>
      socket.write(`HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${OK}`),
    );
    const logger = createRemoteLogger({ ...FAST, url: server.url });
    logMany(logger, 20);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(20));
    expect(server.bodies).toHaveLength(20);
  });

  it('sends a 100 Continue that nobody asked for costs the record, as undici takes it for a broken answer', async () => {
    await using server = await RawServer.start((socket) =>
      socket.write(`HTTP/1.1 100 Continue\r\n\r\n${OK}`),
    );
    const logger = createRemoteLogger({ url: server.url, retry: { ...FAST.retry, maxElapsedMillis: 50 } });
    logMany(logger, 1);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toMatchObject({
      accepted: 1,
      failed: { retries_exhausted: 1 },
    });
  });

  it('closes idle connections just when they are used again loses nothing and is not treated as down', async () => {
    // Every connection is closed right after its first answer, without a word of warning.
    await using server = await RawServer.start((socket) => socket.write(OK, () => socket.end()));
    const logger = createRemoteLogger({
      url: server.url,
      batch: { scheduledDelayMillis: 0 },
      // A pause would show: with this budget the first failure would be the last.
      retry: { maxElapsedMillis: 0 },
      concurrency: 1,
    });
    for (let id = 0; id < 1000; id++) {
      logger.log({ id });
      await logger.flush();
    }
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(1000));
    expect(ids(server.bodies)).toEqual(upTo(1000));
  });

  it('says that a body follows a 204 gets each record once', async () => {
    const answer = 'HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\n';
    await using server = await RawServer.start((socket) => socket.write(`${answer}body`));
    const logger = createRemoteLogger({ ...FAST, url: server.url });
    logMany(logger, 100);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(100));
    expect(server.bodies).toHaveLength(100);
  });

  it('says 408 on connections that nobody uses, and closes them, gets each record once', async () => {
    const late = 'HTTP/1.1 408 Request Time-out\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
    await using server = await RawServer.start((socket) => socket.end(OK + late));
    // With this budget, a 408 that counted would be the end of a record.
    const retry = { maxElapsedMillis: 0 };
    const logger = createRemoteLogger({ url: server.url, batch: { scheduledDelayMillis: 0 }, retry });
    for (let id = 0; id < 100; id++) {
      logger.log({ id });
      await logger.flush();
    }
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(100));
    expect(server.bodies).toHaveLength(100);
  });

  it.each<[status: number, reason: string]>([
    [413, 'too_large'],
    [401, 'refused'],
  ])('answers %i before it has read the body is believed', async (status, reason) => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.pause().end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    // With a queue on disk, a refusal is tried again, after a pause.
    const retry = where({
      inMemory: FAST.retry,
      onDisk: { initialDelayMillis: 60_000, maxDelayMillis: 60_000 },
    });
    const logger = createRemoteLogger({ retry, url, maxPayloadBytes: 32_000_000 });
    logger.log({ text: 'x'.repeat(20_000_000) });
    const failed = { ...allDelivered(1), delivered: 0, failed: { [reason]: 1 } };
    const waits = where({ inMemory: false, onDisk: reason === 'refused' });
    const stats = await logger.flush({ timeoutMillis: waits ? 2000 : 30_000 });
    expect(stats).toMatchObject(waits ? allPending(1) : failed);
    expect(connections).toBe(1);
    await logger.shutdown({ timeoutMillis: 0 });
    server.close();
  });
});
