import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { NO_PROXIES } from '../../../src/config/proxy.js';
import { withAttempts } from '../../../src/transport/attempts.js';
import { createHttpCarrier } from '../../../src/transport/http/http.js';
import type { Transport } from '../../../src/transport/transport.js';
import type { SendResult } from '../../../src/types/send-result.js';
import { FakeClock } from '../../support/fake-clock.js';
import { payload, sendOn } from '../../support/fake-transport.js';
import { Receiver } from '../../support/receiver.js';

const AGE = 1000;
const DELIVERED = { outcome: 'delivered', status: 204 };

function open(receiver: Receiver, { chance = 0, concurrency = 10, maxConnectionAgeMillis = AGE } = {}) {
  const clock = new FakeClock();
  const carrier = createHttpCarrier(
    {
      endpoint: { url: new URL(receiver.url) },
      concurrency,
      maxConnectionAgeMillis,
      dispatcher: undefined,
      proxies: NO_PROXIES,
    },
    (take) => take({}),
    clock,
    () => chance,
  );
  return { clock, transport: withAttempts(carrier, 1_000_000, () => {}, clock) };
}

const connectionsOf = (receiver: Receiver): number[] => receiver.requests.map(({ connection }) => connection);

const sendAfresh = (transport: Transport): Promise<SendResult> =>
  new Promise((resolve) => transport.send(payload(), resolve, { number: 2, afresh: true }));

describe('a connection', () => {
  it('is used again for the next POST', async () => {
    await using receiver = await Receiver.start();
    const { transport } = open(receiver);
    for (let count = 0; count < 3; count++) expect(await sendOn(transport)).toEqual(DELIVERED);
    expect(connectionsOf(receiver)).toEqual([1, 1, 1]);
    await transport.close();
  });

  it.each([
    [0, AGE],
    [0.5, 0.9 * AGE],
    [1, 0.8 * AGE],
  ])('has an age that chance makes shorter by a fifth at the most: %d', async (chance, age) => {
    await using receiver = await Receiver.start();
    const { clock, transport } = open(receiver, { chance });
    await sendOn(transport);
    await clock.advance(age - 1);
    await sendOn(transport);
    await clock.advance(1);
    await sendOn(transport);
    expect(connectionsOf(receiver)).toEqual([1, 1, 2]);
    await transport.close();
  });

  it('is not closed for its age while a POST is under way on it, but then', async () => {
    await using receiver = await Receiver.start();
    let answer = (): void => {};
    receiver.script((_, response) => {
      answer = () => response.writeHead(204).end();
    });
    const { clock, transport } = open(receiver);
    const first = sendOn(transport);
    await receiver.received(1);
    await clock.advance(10 * AGE);
    answer();
    expect(await first).toEqual(DELIVERED);
    expect(await sendOn(transport)).toEqual(DELIVERED);
    expect(connectionsOf(receiver)).toEqual([1, 2]);
    await transport.close();
  });

  it('ends with its age where nobody needs it, however long the endpoint would keep it', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((_, response) => response.writeHead(204, { 'keep-alive': 'timeout=600' }).end());
    receiver.server.keepAliveTimeout = 600_000;
    const sockets: Socket[] = [];
    receiver.server.on('connection', (socket) => sockets.push(socket));
    const { transport } = open(receiver, { maxConnectionAgeMillis: 50 });
    await sendOn(transport);
    await once(sockets[0] as Socket, 'close');
    await transport.close();
  });

  it.each([503, 429, 500])(
    'on which a %i came is closed, and the next POST goes over another',
    async (status) => {
      await using receiver = await Receiver.start();
      const sockets: Socket[] = [];
      receiver.server.on('connection', (socket) => sockets.push(socket));
      receiver.script(status);
      const { transport } = open(receiver);
      expect(await sendOn(transport)).toMatchObject({ outcome: 'retry', status });
      if (!sockets[0]?.destroyed) await once(sockets[0] as Socket, 'close');
      expect(await sendOn(transport)).toEqual(DELIVERED);
      expect(connectionsOf(receiver)).toEqual([1, 2]);
      await transport.close();
    },
  );

  it('on which a final answer came is kept', async () => {
    await using receiver = await Receiver.start();
    receiver.script(404);
    const { transport } = open(receiver);
    await sendOn(transport);
    await sendOn(transport);
    expect(connectionsOf(receiver)).toEqual([1, 1]);
    await transport.close();
  });

  it('is opened for who asks for a new one, and the others stay', async () => {
    await using receiver = await Receiver.start();
    const { transport } = open(receiver);
    await sendOn(transport);
    await sendAfresh(transport);
    await sendOn(transport);
    expect(connectionsOf(receiver)).toEqual([1, 2, 2]);
    await transport.close();
  });

  it('is one of no more than can be under way at a time', async () => {
    await using receiver = await Receiver.start();
    receiver.server.keepAliveTimeout = 600_000;
    const closed: Promise<unknown>[] = [];
    receiver.server.on('connection', (socket) => closed.push(once(socket, 'close')));
    const { transport } = open(receiver, { concurrency: 2, maxConnectionAgeMillis: 600_000 });
    for (let count = 0; count < 5; count++) await sendAfresh(transport);
    // Two are kept, the last ones, and a third has to be opened.
    await Promise.all([sendOn(transport), sendOn(transport), sendOn(transport)]);
    expect(connectionsOf(receiver).sort()).toEqual([1, 2, 3, 4, 4, 5, 5, 6]);
    await Promise.all(closed.slice(0, 3));
    await transport.close();
  });
});
