import type { Socket } from 'node:net';
import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import { createRemoteLogger, type DeliveryStats, type RemoteLoggerOptions } from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { Balancer } from '../support/balancer.js';
import { type Answering, Receiver } from '../support/receiver.js';

/** The default pauses are what a sick back end of several must not cost. */
async function send(options: RemoteLoggerOptions, count = 200): Promise<DeliveryStats> {
  const logger = createRemoteLogger({ batch: { scheduledDelayMillis: 20 }, ...options });
  for (let id = 0; id < count; id++) {
    logger.log({ id });
    if (id % 20 === 0) await logger.flush({ timeoutMillis: 10 });
  }
  return logger.flush({ timeoutMillis: 10_000 });
}

const ids = (receiver: Receiver): number => new Set(receiver.records.map(({ id }) => id)).size;

const atRequest = (socket: Socket, act: () => void): void => void socket.once('data', act);

const FORMATS = ['object', 'ndjson', 'array'] as const;

describe('behind a balancer', () => {
  it.each(FORMATS.flatMap((format) => [2, 3].map((of) => [of, format] as const)))(
    'one sick back end of %i costs a few tries and no record: %s',
    async (of, format) => {
      await using sick = await Receiver.start();
      await using well = await Receiver.start();
      sick.otherwise(503);
      await using balancer = await Balancer.start(sick.port, ...Array(of - 1).fill(well.port));
      expect(await send({ url: balancer.url, format })).toEqual(allDelivered(200));
      expect(ids(well)).toBe(200);
      expect(sick.requests.length).toBeGreaterThan(0);
      expect(sick.requests.length).toBeLessThan(40);
    },
  );

  const wait: Answering = (_, response) => void setTimeout(() => response.writeHead(204).end(), 30);
  const once: Answering = (_, response) => void response.writeHead(204, { connection: 'close' }).end();

  it.each<[what: string, answer: Answering]>([
    ['slower than the sick one', wait],
    ['that keep no connection', once],
  ])('one sick back end beside others %s costs no record', async (_, answer) => {
    await using sick = await Receiver.start();
    await using well = await Receiver.start();
    sick.otherwise(503);
    well.otherwise(answer);
    await using balancer = await Balancer.start(sick.port, well.port);
    // Where no connection is kept, none proves to be well, and every other try goes on failing.
    const { retry } = FAST;
    expect(await send({ url: balancer.url, retry })).toEqual(allDelivered(200));
  });

  /** How a back end is sick without an answer: what it does once a request has come, or at once. */
  const SICK: readonly [what: string, backEnd: (socket: Socket) => void][] = [
    ['never answers', (socket) => void socket.resume()],
    [
      'stops within its answer',
      (socket) => atRequest(socket, () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx')),
    ],
    ['takes no connection', (socket) => void socket.resetAndDestroy()],
    ['resets', (socket) => atRequest(socket, () => socket.resetAndDestroy())],
    ['closes at once', (socket) => void socket.resume().end()],
    ['closes', (socket) => atRequest(socket, () => socket.end())],
    ['answers with garbage', (socket) => atRequest(socket, () => socket.end('\0\xff garbage\r\n\r\n'))],
  ];

  // One at a time: beside each other they take from each other the time that a back end that is well needs.
  it.each(
    FORMATS.flatMap((format) =>
      [2, 3].flatMap((of) => SICK.map(([what, act]) => [of, what, format, act] as const)),
    ),
  )('one back end of %i that %s costs no record, and few tries: %s', async (of, _, format, act) => {
    await using well = await Receiver.start();
    let tries = 0;
    const sick = (socket: Socket): void => {
      tries++;
      act(socket);
    };
    await using balancer = await Balancer.start(sick, ...Array(of - 1).fill(well.port));
    // So long each try on one that hangs holds a slot: far above what one that is well takes.
    expect(await send({ url: balancer.url, format, timeoutMillis: 300 })).toEqual(allDelivered(200));
    expect(ids(well)).toBe(200);
    expect(tries).toBeGreaterThan(0);
    expect(tries).toBeLessThan(40);
  });

  it('one back end of three that asks for peace costs pauses and no record', async () => {
    await using busy = await Receiver.start();
    await using well = await Receiver.start();
    busy.otherwise((_, response) => response.writeHead(429, { 'retry-after': '1' }).end());
    await using balancer = await Balancer.start(busy.port, well.port, well.port);
    expect(await send({ url: balancer.url })).toEqual(allDelivered(200));
    expect(ids(well)).toBe(200);
    expect(busy.requests.length).toBeLessThan(20);
  });

  it.each(FORMATS)(
    'one sick back end of two costs no record on connections of the application: %s',
    async (format) => {
      await using sick = await Receiver.start();
      await using well = await Receiver.start();
      sick.otherwise(503);
      await using balancer = await Balancer.start(sick.port, well.port);
      const dispatcher = new Agent({ connections: 4 });
      const { retry } = FAST;
      const options = { url: balancer.url, format, retry, dispatcher, thread: false };
      expect(await send(options)).toEqual(allDelivered(200));
      await dispatcher.destroy();
    },
  );

  it('a back end that falls sick loses its connections', async () => {
    await using first = await Receiver.start();
    await using second = await Receiver.start();
    await using balancer = await Balancer.start(first.port, second.port);
    const logger = createRemoteLogger({ url: balancer.url, batch: { scheduledDelayMillis: 20 } });
    for (let id = 0; id < 40; id++) logger.log({ id });
    await logger.flush();
    expect(first.requests.length).toBeGreaterThan(0);
    first.otherwise(503);
    for (let id = 0; id < 200; id++) logger.log({ id });
    await logger.flush({ timeoutMillis: 10_000 });
    expect(logger.stats()).toEqual(allDelivered(240));
  });

  it('all of them sick are probed once a pause, each time over a new connection', async () => {
    await using sick = await Receiver.start();
    sick.otherwise(503);
    await using balancer = await Balancer.start(sick.port, sick.port);
    const logger = createRemoteLogger({
      url: balancer.url,
      concurrency: 4,
      retry: { initialDelayMillis: 5, maxDelayMillis: 20 },
      batch: { scheduledDelayMillis: 0 },
    });
    for (let id = 0; id < 100; id++) logger.log({ id });
    await sick.received(24);
    const [together, probes] = [sick.requests.slice(0, 4), sick.requests.slice(4)];
    expect(new Set(together.map(({ connection }) => connection)).size).toBe(4);
    expect(new Set(probes.map(({ connection }) => connection)).size).toBe(probes.length);
    sick.otherwise(204);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(100));
    // No more than the 24 or so tries in vain, and one for each record.
    expect(sick.requests.length).toBeLessThan(130);
  });
});
