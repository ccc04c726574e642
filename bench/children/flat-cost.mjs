// Queues records while the endpoint holds back its answers, then lets it answer; in rounds. Run with --expose-gc.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { seedRecord, toFlatJson } from '../lib/records.mjs';
import { startNodeSink } from '../lib/sink.mjs';
import { median } from '../lib/stats.mjs';

const { entry, queued, rounds, ...options } = JSON.parse(process.argv[2]);
const PER_TURN = 1000;
const WARM_UP = 100_000;
const MB = 1024 * 1024;

const sink = await startNodeSink();
const { createRemoteLogger } = await import(entry);
const logger = createRemoteLogger({
  ...options,
  url: sink.url,
  timeoutMillis: 600_000,
  maxQueueSize: Math.max(queued, WARM_UP) + 1,
  maxQueueBytes: Number.MAX_SAFE_INTEGER,
});
let peakRss = 0;
for (let at = 0; at < WARM_UP; at += PER_TURN) await round(PER_TURN);
globalThis.gc();
const rssBefore = process.memoryUsage.rss();
peakRss = rssBefore;
const timer = setInterval(() => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
}, 20).unref();

const times = [];
for (let index = 0; index < rounds; index += 1) times.push(await round(queued));
clearInterval(timer);
const { delivered, pending } = await logger.shutdown({ timeoutMillis: 300_000 });
const { records } = await sink.count();
await sink.close();
if (records !== delivered || pending > 0)
  throw new Error(`${records} arrived, ${delivered} delivered, ${pending} pending`);
console.log(
  JSON.stringify({
    logMicros: median(times.map(({ log }) => log)),
    totalMicros: median(times.map(({ total }) => total)),
    payloadMb: (queued * Buffer.byteLength(toFlatJson(seedRecord(100)))) / MB,
    memoryMb: (peakRss - rssBefore) / MB,
  }),
);

/** Microseconds a record: of log() alone, and of all that is done for it until it is delivered. */
async function round(count) {
  await sink.hold();
  let log = 0;
  let total = -performance.now();
  for (let index = 0; index < count; ) {
    const turnEnd = Math.min(count, index + PER_TURN);
    log -= performance.now();
    for (; index < turnEnd; index += 1) logger.log(seedRecord(index));
    log += performance.now();
    await nextTurn();
  }
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
  total += performance.now();
  await sink.release();
  total -= performance.now();
  const { pending } = await logger.flush({ timeoutMillis: 300_000 });
  if (pending > 0) throw new Error(`${pending} are still pending`);
  total += performance.now();
  return { log: (log * 1000) / count, total: (total * 1000) / count };
}
