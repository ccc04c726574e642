import type { DeliveryAccount } from '../account/delivery-account.js';
import type { Chunk } from '../queue/chunk.js';
import type { Queue } from '../queue/queue.js';
import { parseRecord } from '../sender/format.js';
import type { DeadLetters } from '../spool/dead-letters.js';
import type { Refused, SettledResult } from '../types/send-result.js';

/** Settles the records of a queue, and has the account count each of them once: as handed over, and as delivered or given up. */
export class QueueAccount {
  /** Up to this position, records have been counted as handed over. */
  #countedUpTo = 0;

  constructor(
    private readonly queue: Queue,
    private readonly account: DeliveryAccount,
    private readonly deadLetters?: DeadLetters | undefined,
  ) {}

  /** Records that are read a second time are not counted again. */
  read(chunk: Chunk): void {
    const end = chunk.positionOf(chunk.length);
    const count = end - Math.max(chunk.positionOf(0), this.#countedUpTo);
    if (count <= 0) return;
    this.#countedUpTo = end;
    this.account.started(count);
  }

  /** Gives up records that nobody has read, wherever they are in the queue. */
  gaveUp(chunk: Chunk, why: Refused): void {
    if (chunk.positionOf(0) >= this.#countedUpTo) this.account.started(chunk.length);
    this.settled(chunk, 0, chunk.length, why);
  }

  settled(chunk: Chunk, from: number, to: number, result: SettledResult): void {
    if (result.outcome === 'delivered') {
      const count = this.queue.settle(chunk, from, to, false);
      if (count > 0) this.account.delivered(count);
      return;
    }
    // Read before the record is settled: after that, the queue may free its memory.
    const first = chunk.slice(from, from + 1);
    this.deadLetters?.keep(chunk, from, to, result);
    const count = this.queue.settle(chunk, from, to, true);
    if (count > 0) this.account.failed(count, result, () => parseRecord(first));
  }
}
