/**
 * Logs a million records in a loop and says what became of them. Arguments: options, how many records to log before
 * the event loop gets a turn.
 */
import { createRemoteLogger } from 'otel-remote-logger';

const CALLS = 1_000_000;
const [options, calls] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);

let turns = 0;
let turnsInLoop = 0;
let unbalanced = 0;
let maxPending = 0;
let maxHeapBytes = 0;
/** @param {Record<string, number>} counts */
const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
const endless = setInterval(() => turns++, 0);

/** @param {number} logged */
function sample(logged) {
  const { accepted, delivered, pending, failed, dropped } = logger.stats();
  const balanced = accepted + sum(dropped) === logged && delivered + sum(failed) + pending === accepted;
  if (!balanced) unbalanced++;
  maxPending = Math.max(maxPending, pending);
  maxHeapBytes = Math.max(maxHeapBytes, process.memoryUsage().heapUsed);
}

for (let id = 0; id < CALLS; ) {
  const before = turns;
  const end = Math.min(id + calls, CALLS);
  for (; id < end; id++) logger.log({ id: 1_000_000 + id, text: 'x'.repeat(1000) });
  turnsInLoop += turns - before;
  sample(id);
  await new Promise((resolve) => setImmediate(resolve));
  sample(id);
}
clearInterval(endless);
const inFlight = logger.stats();
// On a slow machine, what is pending takes longer than a shutdown does by default.
const stats = await logger.shutdown({ timeoutMillis: 50_000 });
console.log(JSON.stringify({ inFlight, stats, turnsInLoop, unbalanced, maxPending, maxHeapBytes }));
