// Event-loop delay of a process that logs at a fixed rate, in milliseconds, and how long each log() takes; with `floor`, how
// long the least takes that log() must do, in its place.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { bigRecord, seedRecord, toFlatJson } from '../lib/records.mjs';
import { quantile } from '../lib/stats.mjs';
import { watchUsage } from '../lib/usage.mjs';

const {
  entry,
  seconds,
  perSecond = 0,
  bigPerSecond = 0,
  floor = false,
  ...options
} = JSON.parse(process.argv[2]);
const WARM_UP_SECONDS = 1;
/** What is written must be used, or nothing need be written. */
let written = 0;

const logger = entry && (await import(entry)).createRemoteLogger(options);
await offer(WARM_UP_SECONDS, () => {});
const delay = monitorEventLoopDelay({ resolution: 1 });
const latencies = [];
const usage = watchUsage();
delay.enable();
const sent = await offer(seconds, (micros) => latencies.push(micros));
delay.disable();
const { mainMicros, processMicros, peakRssMb, peakHeapMb } = usage(Math.max(sent, 1));
const stats = await logger?.shutdown({ timeoutMillis: 30_000 });
if (stats && (stats.pending > 0 || stats.delivered < stats.accepted)) throw new Error(JSON.stringify(stats));
const [p50, p99, max] = [50, 99, 100].map((share) => delay.percentile(share) / 1e6);
console.log(
  JSON.stringify({
    accepted: stats?.accepted ?? 0,
    ...(floor && { written }),
    p50,
    p99,
    max,
    ...(logger && {
      logMedianMicros: quantile(latencies, 0.5),
      logP99Micros: quantile(latencies, 0.99),
      mainMicros,
      processMicros,
    }),
    peakRssMb,
    peakHeapMb,
  }),
);

/** Logs what is due every millisecond or so. The idle process has no such timer. */
async function offer(length, onLogged) {
  if (logger === undefined) {
    await sleep(length * 1000);
    return 0;
  }
  const start = performance.now();
  let small = 0;
  let big = 0;
  for (let now = start; now < start + length * 1000; now = performance.now()) {
    for (; small < ((now - start) * perSecond) / 1000; small += 1) {
      const record = seedRecord(small);
      const before = process.hrtime.bigint();
      if (floor) written += toFlatJson(record).length;
      else logger.log(record);
      onLogged(Number(process.hrtime.bigint() - before) / 1000);
      if (floor) logger.log(record);
    }
    for (; big < ((now - start) * bigPerSecond) / 1000; big += 1) logger.log(bigRecord(big));
    await sleep(1);
  }
  return small + big;
}
