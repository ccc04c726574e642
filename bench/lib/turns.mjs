import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { seedRecord } from './records.mjs';

const MAX_PENDING = 10_000;

/** Has so many records logged, so many in each turn of the event loop, and waits until all that the logger took is delivered. */
export async function logInTurns(logger, { count, perTurn = 20, log = (record) => logger.log(record) }) {
  for (let index = 0; index < count; ) {
    const end = Math.min(count, index + perTurn);
    for (; index < end; index += 1) log(seedRecord(index));
    await nextTurn();
    while (logger.stats().pending > MAX_PENDING) await sleep(1);
  }
  const { pending, delivered, accepted } = await logger.flush({ timeoutMillis: 120_000 });
  if (pending > 0 || delivered < accepted)
    throw new Error(`not delivered: ${JSON.stringify(logger.stats())}`);
}
