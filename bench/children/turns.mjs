// What log() costs the main thread where so many records are logged in each turn of the event loop.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { seedRecord } from '../lib/records.mjs';
import { quantile } from '../lib/stats.mjs';
import { watchUsage } from '../lib/usage.mjs';

const { entry, perTurn, records, sync, ...options } = JSON.parse(process.argv[2]);
const MAX_PENDING = 10_000;

const directory = sync && mkdtempSync(join(tmpdir(), 'bench-spool-'));
const { createRemoteLogger } = await import(entry);
const logger = createRemoteLogger({
  ...options,
  format: 'ndjson',
  ...(sync && { spool: { directory, sync } }),
});
const latencies = [];
await run(Math.ceil(records / 5));
latencies.length = 0;
const usage = watchUsage();
await run(records);
const { rate, mainMicros, processMicros, peakRssMb } = usage(records);
await logger.shutdown();
if (directory) rmSync(directory, { recursive: true, force: true });
console.log(
  JSON.stringify({
    rate,
    mainMicros,
    processMicros,
    peakRssMb,
    logMedianMicros: quantile(latencies, 0.5),
    logP99Micros: quantile(latencies, 0.99),
  }),
);

async function run(count) {
  for (let index = 0; index < count; ) {
    const end = Math.min(count, index + perTurn);
    for (; index < end; index += 1) {
      const record = seedRecord(index);
      const before = process.hrtime.bigint();
      logger.log(record);
      latencies.push(Number(process.hrtime.bigint() - before) / 1000);
    }
    await nextTurn();
    while (logger.stats().pending > MAX_PENDING) await sleep(1);
  }
  const { pending, delivered, accepted } = await logger.flush({ timeoutMillis: 120_000 });
  if (pending > 0 || delivered < accepted)
    throw new Error(`not delivered: ${JSON.stringify(logger.stats())}`);
}
