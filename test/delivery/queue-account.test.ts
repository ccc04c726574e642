import { expect, it } from 'vitest';
import type { DeliveryAccount } from '../../src/account/delivery-account.js';
import { QueueAccount } from '../../src/delivery/queue-account.js';
import type { Chunk } from '../../src/queue/chunk.js';
import { MemoryQueue } from '../../src/queue/memory-queue.js';
import { EXPIRED } from '../../src/types/send-result.js';
import { FakeClock } from '../support/fake-clock.js';

/** A queue with five records, and what its account says of how many are handed over and not settled. */
function setUp() {
  const settings = { separator: '\n', isShared: false, keyPrefix: '00000000-0000-8000' } as const;
  const queue = new MemoryQueue(settings, new FakeClock());
  for (let id = 0; id < 5; id++) queue.append(JSON.stringify({ id }), 1e9);
  const counts = { inFlight: 0, delivered: 0, failed: 0 };
  const account: Pick<DeliveryAccount, 'started' | 'delivered' | 'failed'> = {
    started: (count) => {
      counts.inFlight += count;
    },
    delivered: (count) => {
      counts.delivered += count;
      counts.inFlight -= count;
    },
    failed: (count) => {
      counts.failed += count;
      counts.inFlight -= count;
    },
  };
  const records = new QueueAccount(queue, account as DeliveryAccount);
  const read = (most: number): Chunk => queue.read(most) as Chunk;
  return { queue, records, counts, read };
}

it('counts what is given up unread as handed over and given up, and what is before it as before', () => {
  const { records, counts, read } = setUp();
  const [first, second] = [read(3), read(2)];
  records.gaveUp(second, EXPIRED);
  expect(counts).toEqual({ inFlight: 0, delivered: 0, failed: 2 });
  records.read(first);
  expect(counts.inFlight).toBe(3);
  records.settled(first, 0, 3, { outcome: 'delivered' });
  expect(counts).toEqual({ inFlight: 0, delivered: 3, failed: 2 });
});

it('counts what was handed over before once', () => {
  const { queue, records, counts, read } = setUp();
  records.read(read(5));
  queue.rewind();
  records.gaveUp(read(5), EXPIRED);
  expect(counts).toEqual({ inFlight: 0, delivered: 0, failed: 5 });
});
