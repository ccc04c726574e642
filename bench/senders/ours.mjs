import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { seedRecord } from '../lib/records.mjs';

/** As many as a service logs in one go, at most. */
const PER_TURN = 256;
/** Enough that batches are always full, and far below the queue's limit. */
const MAX_PENDING = 10_000;

/** `folder` is for the other senders: here, `entry` says where the package is. */
export async function create({ url, entry, folder: _, ...options }) {
  const { createRemoteLogger } = await import(entry);
  const logger = createRemoteLogger({ url, ...options });
  return {
    async run(count) {
      for (let index = 0; index < count; index += 1) {
        logger.log(seedRecord(index));
        if (index % PER_TURN === PER_TURN - 1) await room(logger);
      }
      const { pending, delivered, accepted } = await logger.flush({ timeoutMillis: 120_000 });
      if (pending > 0 || delivered < accepted)
        throw new Error(`not delivered: ${JSON.stringify(logger.stats())}`);
    },
    close: () => logger.shutdown(),
  };
}

async function room(logger) {
  await nextTurn();
  while (logger.stats().pending > MAX_PENDING) await sleep(1);
}
