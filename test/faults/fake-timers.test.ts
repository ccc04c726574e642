import { mock } from 'node:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, type RemoteLogger } from '../../src/index.js';
import { allDelivered } from '../support/account.js';
import { runChild } from '../support/child.js';
import { Receiver } from '../support/receiver.js';

const restore = (): void => {
  vi.useRealTimers();
  mock.timers.reset();
};

/** A logger that has a connection already, which the endpoint keeps for longer than a test takes. */
async function warmLogger({ url, server }: Receiver): Promise<RemoteLogger> {
  server.keepAliveTimeout = 600_000;
  const batch = { scheduledDelayMillis: 50 };
  const logger = createRemoteLogger({ url, timeoutMillis: 60_000, batch });
  logger.log({ id: 0 });
  await logger.flush();
  return logger;
}

describe('records under a faked clock', () => {
  afterEach(restore);

  it.each([
    ['of vitest', () => void vi.useFakeTimers()],
    ['of node:test', () => mock.timers.enable()],
  ])('%s are delivered while it is faked, and after that', async (_, fake) => {
    await using receiver = await Receiver.start();
    const logger = await warmLogger(receiver);
    fake();
    for (const id of [1, 2, 3]) {
      logger.log({ id });
      expect(await logger.flush({ timeoutMillis: 20_000 })).toEqual(allDelivered(id + 1));
    }
    restore();
    logger.log({ id: 4 });
    expect(await logger.shutdown({ timeoutMillis: 20_000 })).toEqual(allDelivered(5));
  });

  it('need no flush to be sent', async () => {
    await using receiver = await Receiver.start();
    const logger = await warmLogger(receiver);
    mock.timers.enable();
    logger.log({ id: 1 });
    await receiver.received(2);
    restore();
    logger.log({ id: 2 });
    await receiver.received(3);
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(3));
  });

  it('wait where Node itself works with what is faked, but a flush waits no longer than it may', async () => {
    await using receiver = await Receiver.start();
    const options = { url: receiver.url, timeoutMillis: 1000 };
    const { stdout } = await runChild('all-faked', { args: [options, 300] });
    const [faked, real] = JSON.parse(stdout);
    expect(faked).toMatchObject({ accepted: 2, failed: {} });
    expect(real).toEqual(allDelivered(3));
    expect(new Set(receiver.records.map((record) => record['id']))).toEqual(new Set([0, 1, 2]));
  });
});
