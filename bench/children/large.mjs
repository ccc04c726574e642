// What log() of a large record takes beside the least that it must do, by turns; then the event-loop delay where such records are logged
// at a fixed rate. Without `entry`, that is the least in the place of log().
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { recordsOf } from '../lib/large-records.mjs';
import { toFlatJson } from '../lib/records.mjs';
import { median, quantile } from '../lib/stats.mjs';
import { watchUsage } from '../lib/usage.mjs';

const { entry, shape, onDisk = false, seconds, ...options } = JSON.parse(process.argv[2]);
const RECORDS = 8;
const LEAST_TURNS = 20;
const MAX_PENDING = 20;
const BYTES_PER_SECOND = 10_000_000;
const KB = 1000;

const { records, plain } = recordsOf(shape, RECORDS);
const bytes = Buffer.byteLength(toFlatJson(plain(records[0])));
/** What is written must be used, or nothing need be written. */
let written = 0;
const directory = onDisk ? mkdtempSync(join(tmpdir(), 'bench-large-')) : undefined;
const logger = entry && (await import(entry)).createRemoteLogger({ ...options, spool: directory });

const WORK = {
  floor: (record) => {
    written += toFlatJson(plain(record)).length;
  },
  bytes: (record) => {
    written += Buffer.from(toFlatJson(plain(record))).length;
  },
  stringify: (record) => {
    written += JSON.stringify(plain(record)).length;
  },
  ...(logger && { log: (record) => logger.log(record) }),
};
await byTurns(seconds / 2);
const times = await byTurns(seconds);
const offered = await offer(seconds);
const stats = await logger?.shutdown({ timeoutMillis: 30_000 });
if (directory) rmSync(directory, { recursive: true, force: true });
if (stats && stats.delivered < stats.accepted) throw new Error(JSON.stringify(stats));
console.log(
  JSON.stringify({
    accepted: stats?.accepted ?? 0,
    bytes,
    written,
    ...(logger && {
      floorNanos: (median(times.floor) / bytes) * 1000,
      toFloor: median(times.log) / median(times.floor),
      p99ToFloor: quantile(times.log, 0.99) / quantile(times.floor, 0.99),
      toBytes: median(times.log) / median(times.bytes),
      toStringify: median(times.log) / median(times.stringify),
      logMicros: median(times.log),
      logP99Micros: quantile(times.log, 0.99),
    }),
    ...offered,
  }),
);

/** Microseconds of each, one after the other, so that all have the same share of the machine. */
async function byTurns(length) {
  const kinds = Object.keys(WORK);
  const taken = { floor: [], bytes: [], stringify: [], log: [] };
  const end = performance.now() + length * 1000;
  for (let turn = 0; turn < LEAST_TURNS || performance.now() < end; turn += 1) {
    const record = records[turn % RECORDS];
    for (let at = 0; at < kinds.length; at += 1) {
      const kind = kinds[(turn + at) % kinds.length];
      const before = performance.now();
      WORK[kind](record);
      taken[kind].push((performance.now() - before) * 1000);
    }
    await nextTurn();
    while (logger?.stats().pending > MAX_PENDING) await sleep(1);
  }
  return taken;
}

/** Event-loop delay in milliseconds, and the main thread's CPU time for each KB. */
async function offer(length) {
  const work = WORK.log ?? WORK.floor;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const usage = watchUsage();
  delay.enable();
  const start = performance.now();
  let count = 0;
  for (let now = start; now < start + length * 1000; now = performance.now()) {
    for (; count * bytes < ((now - start) * BYTES_PER_SECOND) / 1000; count += 1)
      work(records[count % RECORDS]);
    await sleep(1);
  }
  delay.disable();
  const { mainMicros, peakRssMb } = usage(count);
  const [p50, p99, max] = [50, 99, 100].map((share) => delay.percentile(share) / 1e6);
  return { mainMicrosPerKb: (mainMicros / bytes) * KB, peakRssMb, p50, p99, max };
}
