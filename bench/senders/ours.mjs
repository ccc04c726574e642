import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { seedRecord } from '../lib/records.mjs';

/** As many as a service logs in one go, at most. */
const PER_TURN = 256;
/** Enough that batches are always full, and far below the queue's limit. */
const MAX_PENDING = 10_000;

/** `folder` is for the other senders: here, `entry` says where the package is. */
export async function create({ url, entry, folder: _, mostPending, ...options }) {
  const { createRemoteLogger } = await import(entry);
  const bounds = mostPending && { maxQueueSize: mostPending, maxQueueBytes: Number.MAX_SAFE_INTEGER };
  const logger = createRemoteLogger({ url, ...bounds, ...options });
  /** `turn` is awaited after each turn's records. */
  const send = async (count, turn) => {
    for (let index = 0; index < count; index += 1) {
      logger.log(seedRecord(index));
      if (index % PER_TURN === PER_TURN - 1) await turn(logger);
    }
    const { pending, delivered, accepted } = await logger.flush({ timeoutMillis: 120_000 });
    if (pending > 0 || delivered < accepted)
      throw new Error(`not delivered: ${JSON.stringify(logger.stats())}`);
  };
  return {
    run: (count) => send(count, room),
    burst: (count) => send(count, nextTurn),
    close: () => logger.shutdown(),
  };
}

async function room(logger) {
  await nextTurn();
  while (logger.stats().pending > MAX_PENDING) await sleep(1);
}
