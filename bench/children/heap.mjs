// Logs so many records, 20 in each turn of the event loop, and says on stderr what is left of them in the heap. Run with
// --expose-gc and --trace-gc-nvp, with which Node prints each collection.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { seedRecord } from '../lib/records.mjs';

const { entry, records, ...options } = JSON.parse(process.argv[2]);
const PER_TURN = 20;
const MAX_PENDING = 10_000;
const WARM_UP = 20_000;

const { createRemoteLogger } = await import(entry);
const logger = createRemoteLogger({ ...options, format: 'ndjson' });
await run(WARM_UP);
const before = heapUsed();
await run(records - WARM_UP);
const retainedBytes = (heapUsed() - before) / (records - WARM_UP);
await logger.shutdown();
console.error(JSON.stringify({ retainedBytes }));

function heapUsed() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

async function run(count) {
  for (let index = 0; index < count; ) {
    const end = Math.min(count, index + PER_TURN);
    for (; index < end; index += 1) logger.log(seedRecord(index));
    await nextTurn();
    while (logger.stats().pending > MAX_PENDING) await sleep(1);
  }
  const { pending, delivered, accepted } = await logger.flush({ timeoutMillis: 120_000 });
  if (pending > 0 || delivered < accepted)
    throw new Error(`not delivered: ${JSON.stringify(logger.stats())}`);
}
