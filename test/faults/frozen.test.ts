import { describe, expect, it, vi } from 'vitest';
import { createRemoteLogger } from '../../src/index.js';
import { allDelivered } from '../support/account.js';
import { Child, wordsOf } from '../support/child.js';
import { Receiver } from '../support/receiver.js';
import { isSpooled } from '../support/spooled.js';

const FIVE = [0, 1, 2, 3, 4];
const ALL = [...FIVE, 'first'];
const SOON = { scheduledDelayMillis: 10 };
const DELIVERED = { pending: 0, failed: {} };

const idsAt = ({ records }: Receiver): unknown[] => records.map((record) => record['id']).sort();

/** What it says at its end. */
const outcome = async (child: Child): Promise<unknown> =>
  JSON.parse((await child.ended).stdout.trim().split('\n').at(-1) ?? '');

/** Time that really passes, while the process under test stands still. */
const realTime = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

/** An endpoint that answers when it is told to; the first few at once. */
async function holdingReceiver(atOnce = 1): Promise<{ receiver: Receiver; answer: () => void }> {
  const receiver = await Receiver.start();
  receiver.script(...Array(atOnce).fill(204));
  const held: (() => void)[] = [];
  receiver.otherwise((_, response) => held.push(() => response.writeHead(204).end()));
  const answer = (): void => {
    receiver.otherwise(204);
    for (const one of held.splice(0)) one();
  };
  return { receiver, answer };
}

/** Stops the process for so long; meanwhile, something happens. */
async function stopped(child: Child, millis: number, meanwhile: () => void): Promise<void> {
  child.kill('SIGSTOP');
  meanwhile();
  await realTime(millis);
  child.kill('SIGCONT');
}

describe.concurrent('a process that stands still', () => {
  it('stopped for longer than timeoutMillis, reads what has arrived, and sends nothing twice', async () => {
    const { receiver, answer } = await holdingReceiver();
    await using _ = receiver;
    const options = { url: receiver.url, timeoutMillis: 1000, batch: SOON };
    const child = new Child('stands-still', { args: [options, 5, 20_000] });
    await receiver.received(6);
    await stopped(child, 3000, answer);
    expect(await outcome(child)).toEqual(DELIVERED);
    expect(idsAt(receiver)).toEqual(ALL);
  });

  it('stopped for longer than timeoutMillis, waits for the rest of it, and sends nothing twice', async () => {
    const { receiver, answer } = await holdingReceiver();
    await using _ = receiver;
    const options = { url: receiver.url, timeoutMillis: 5000, batch: SOON };
    const child = new Child('stands-still', { args: [options, 5, 20_000] });
    await receiver.received(6);
    await stopped(child, 6000, () => {});
    await child.said('goes on');
    answer();
    expect(await outcome(child)).toEqual(DELIVERED);
    expect(idsAt(receiver)).toEqual(ALL);
  });

  it('with its event loop blocked for longer than timeoutMillis, reads what has arrived, and sends nothing twice', async () => {
    const { receiver, answer } = await holdingReceiver();
    await using _ = receiver;
    const options = { url: receiver.url, timeoutMillis: 1000, batch: SOON };
    const child = new Child('stands-still', { args: [options, 5, 20_000, 3000] });
    await receiver.received(6);
    child.endStdin();
    await child.said('blocks');
    answer();
    expect(await outcome(child)).toEqual(DELIVERED);
    expect(idsAt(receiver)).toEqual(ALL);
  });

  it.for([1500, 4000])(
    'stopped for longer than a retry budget of %i ms, tries again before it gives up',
    async (maxElapsedMillis) => {
      await using receiver = await Receiver.start();
      receiver.script(204);
      receiver.otherwise(503);
      const retry = { initialDelayMillis: 300, maxDelayMillis: 500, maxElapsedMillis };
      const options = { url: receiver.url, batch: SOON, retry };
      const child = new Child('stands-still', { args: [options, 5, 20_000] });
      await receiver.received(4);
      await stopped(child, maxElapsedMillis + 1000, () => receiver.otherwise(204));
      expect(await outcome(child)).toEqual(DELIVERED);
    },
  );

  it('stopped while the gate is closed, asks at once when the pause is over by then', async () => {
    await using receiver = await Receiver.start();
    receiver.script(204, (_, response) => response.writeHead(503, { 'retry-after': '8' }).end());
    const options = { url: receiver.url, concurrency: 1, batch: SOON };
    const env = { REMOTE_LOGGER_DEBUG: '1' };
    const child = new Child('stands-still', { args: [options, 5, 7000], env });
    await child.said('the gate is closed');
    await stopped(child, 9000, () => {});
    expect(await outcome(child)).toEqual(DELIVERED);
  });

  it('stopped for longer than the deadline of a flush, waits for the rest of it', async () => {
    const { receiver, answer } = await holdingReceiver();
    await using _ = receiver;
    const options = { url: receiver.url, batch: SOON };
    const child = new Child('stands-still', { args: [options, 5, 6000] });
    await receiver.received(6);
    await stopped(child, 7000, () => {});
    await child.said('goes on');
    answer();
    expect(await outcome(child)).toEqual(DELIVERED);
  });

  it('stopped at its natural end, delivers what is left when it goes on', async () => {
    // Nothing before: a record that gets through gives the end new time.
    const { receiver, answer } = await holdingReceiver(0);
    await using _ = receiver;
    const options = { url: receiver.url, concurrency: 1, exitTimeoutMillis: 30_000 };
    const child = new Child('natural-end', { args: [options] });
    await receiver.received(1);
    await stopped(child, 7000, () => {});
    await realTime(1500); // an end whose time was over would be by then
    answer();
    expect(wordsOf(await child.ended)).toEqual([]);
    expect(idsAt(receiver)).toEqual(FIVE);
  });

  // With a queue on disk, nothing waits at an exit: exit.test.ts says what holds then.
  it.runIf(process.env['REMOTE_LOGGER_THREAD'] && !isSpooled)(
    'stopped at its exit, delivers what is left when it goes on',
    async () => {
      const { receiver, answer } = await holdingReceiver();
      await using _ = receiver;
      const options = { url: receiver.url, batch: SOON, exitTimeoutMillis: 8000 };
      const child = new Child('exit-at-once', { args: [options, 5, 'exit'] });
      await receiver.received(5);
      await stopped(child, 9000, () => {});
      answer();
      expect(wordsOf(await child.ended)).toEqual([]);
      expect(idsAt(receiver)).toEqual(FIVE);
    },
  );
});

describe('a wall clock', () => {
  it.each([
    ['forward', 24 * 60 * 60 * 1000],
    ['back', -24 * 60 * 60 * 1000],
  ])('that jumps %s in an outage changes nothing', async (_, jump) => {
    await using receiver = await Receiver.start();
    receiver.script(503, 503, (__, response) => response.writeHead(503, { 'retry-after': '1' }).end());
    const logger = createRemoteLogger({ url: receiver.url, batch: SOON, concurrency: 1 });
    for (let id = 0; id < 5; id++) logger.log({ id });
    await receiver.received(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(5));
    vi.useRealTimers();
  });
});
