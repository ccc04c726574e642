import { describe, expect, it } from 'vitest';
import { createRemoteLogger, type RemoteLogger, type RemoteLoggerOptions } from '../../src/index.js';
import { FAST } from '../support/account.js';
import { type Received, Receiver } from '../support/receiver.js';

const POISON = '"poison":true';

const isPoison = ({ body }: Received): boolean => body.includes(POISON);

/** A receiver that gives one answer to all that has poison in it, and takes all else. */
async function startReceiver(status: number, headers: Record<string, string> = {}): Promise<Receiver> {
  const receiver = await Receiver.start();
  receiver.otherwise((request, response) => {
    if (isPoison(request)) response.writeHead(status, headers).end('<html>no</html>');
    else response.writeHead(204).end();
  });
  return receiver;
}

const start = (receiver: Receiver, options: RemoteLoggerOptions): RemoteLogger =>
  createRemoteLogger({ ...FAST, url: receiver.url, batch: { scheduledDelayMillis: 0 }, ...options });

/** Settles when so many are delivered. */
async function delivered(logger: RemoteLogger, count: number): Promise<void> {
  while (logger.stats().delivered < count) await logger.flush({ timeoutMillis: 20 });
}

describe('records that always fail, while all others would get through,', () => {
  it.each<[status: number, poisons: number, concurrency: number]>([
    [503, 40, 10],
    [429, 40, 10],
    [503, 150, 1], // more than there are places
  ])('hold up none that come behind them: status %i, %i of them, concurrency %i', async (...row) => {
    const [status, poisons, concurrency] = row;
    await using receiver = await startReceiver(status);
    const logger = start(receiver, { concurrency });
    for (let id = 0; id < poisons; id++) logger.log({ id, poison: true });
    await receiver.received(concurrency + 5); // all places are theirs
    for (let id = 0; id < 300; id++) logger.log({ id });
    await delivered(logger, 300);
    expect(logger.stats()).toMatchObject({ delivered: 300, pending: poisons, failed: {} });
    await logger.shutdown({ timeoutMillis: 0 });
  });

  it.each([
    ['three of ten', 3],
    ['six of ten', 6],
  ])('hold up no stream of which they are %s', async (_, ofTen) => {
    await using receiver = await startReceiver(503);
    const logger = start(receiver, { concurrency: 1 });
    for (let wave = 1; wave <= 10; wave++) {
      for (let id = 0; id < 50; id++) logger.log(id % 10 < ofTen ? { id, poison: true } : { id });
      await delivered(logger, wave * 5 * (10 - ofTen));
    }
    const poisons = ofTen * 50;
    expect(logger.stats()).toMatchObject({ delivered: 500 - poisons, pending: poisons, failed: {} });
    await logger.shutdown({ timeoutMillis: 0 });
  });

  it('keep their keys', async () => {
    await using receiver = await startReceiver(503);
    const logger = start(receiver, { concurrency: 1 });
    for (let id = 0; id < 150; id++) logger.log({ id, poison: true });
    for (let id = 0; id < 50; id++) logger.log({ id });
    await delivered(logger, 50);
    await logger.shutdown({ timeoutMillis: 0 });
    const keys = new Map<string, Set<unknown>>();
    for (const { body, headers } of receiver.requests) {
      keys.set(body, (keys.get(body) ?? new Set()).add(headers['idempotency-key']));
    }
    expect([...keys.values()].map(({ size }) => size)).toEqual(Array(keys.size).fill(1));
    expect(receiver.requests.length).toBeGreaterThan(keys.size);
  });
});

describe('a batch with a record that always fails, while others get through,', () => {
  it.each([503, 429, 502])('is halved until that one is alone: %i', async (status) => {
    await using receiver = await startReceiver(status);
    const logger = start(receiver, { format: 'ndjson', batch: { maxExportBatchSize: 512 } });
    for (let id = 0; id < 512; id++) logger.log(id === 317 ? { id, poison: true } : { id });
    let others = 0;
    while (logger.stats().pending !== 1 || logger.stats().delivered !== 511 + others) {
      logger.log({ other: others++ });
      await logger.flush({ timeoutMillis: 5 });
    }
    expect(logger.stats()).toMatchObject({ delivered: 511 + others, pending: 1, failed: {} });
    await logger.shutdown({ timeoutMillis: 0 });
  });
});
