// Logs so many records, 20 in each turn of the event loop, and says on stderr what is left of them in the heap. Run with
// --expose-gc and --trace-gc-nvp, with which Node prints each collection.
import { logInTurns } from '../lib/turns.mjs';

const { entry, records, ...options } = JSON.parse(process.argv[2]);
const WARM_UP = 20_000;

const { createRemoteLogger } = await import(entry);
const logger = createRemoteLogger({ ...options, format: 'ndjson' });
await logInTurns(logger, { count: WARM_UP });
const before = heapUsed();
await logInTurns(logger, { count: records - WARM_UP });
const retainedBytes = (heapUsed() - before) / (records - WARM_UP);
await logger.shutdown();
console.error(JSON.stringify({ retainedBytes }));

function heapUsed() {
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
