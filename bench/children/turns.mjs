// What log() costs the main thread where so many records are logged in each turn of the event loop.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from '../lib/stats.mjs';
import { logInTurns } from '../lib/turns.mjs';
import { watchUsage } from '../lib/usage.mjs';

const { entry, perTurn, records, sync, ...options } = JSON.parse(process.argv[2]);

const directory = sync && mkdtempSync(join(tmpdir(), 'bench-spool-'));
const { createRemoteLogger } = await import(entry);
const logger = createRemoteLogger({
  ...options,
  format: 'ndjson',
  ...(sync && { spool: { directory, sync } }),
});
const latencies = [];
const log = (record) => {
  const before = process.hrtime.bigint();
  logger.log(record);
  latencies.push(Number(process.hrtime.bigint() - before) / 1000);
};
await logInTurns(logger, { count: Math.ceil(records / 5), perTurn, log });
latencies.length = 0;
const usage = watchUsage();
await logInTurns(logger, { count: records, perTurn, log });
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
