// CPU time of the main thread for a record, with the queue in memory or on disk: log(), and all that is done for it there. On Linux.
// node bench/children/spool-cost.mjs '{"perTurn": 20, "spool": true, "options": {"thread": true, "format": "ndjson"}}'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { seedRecord } from '../lib/records.mjs';
import { startNodeSink } from '../lib/sink.mjs';
import { median } from '../lib/stats.mjs';

const { perTurn = 20, spool = false, sync = 'interval', options = {} } = JSON.parse(process.argv[2] ?? '{}');
const RECORDS = 30_000;

const directory = mkdtempSync(join(tmpdir(), 'bench-spool-'));
const sink = await startNodeSink();
const { createRemoteLogger } = await import('../../dist/index.js');
const logger = createRemoteLogger({
  ...options,
  url: sink.url,
  ...(spool && { spool: { directory, sync } }),
});
const nothing = () => {};
await round((record) => logger.log(record));
const times = [];
const without = [];
for (let count = 0; count < 7; count++) {
  times.push(await round((record) => logger.log(record)));
  without.push(await round(nothing));
}
const { pending } = await logger.shutdown({ timeoutMillis: 60_000 });
await sink.close();
rmSync(directory, { recursive: true, force: true });
if (pending > 0) throw new Error(`${pending} are still pending`);
console.log(JSON.stringify({ perTurn, spool, cpuMicros: median(times) - median(without) }));
process.exit();

/** Microseconds of the main thread a record. */
async function round(log) {
  const began = cpuMicros();
  for (let index = 0; index < RECORDS; ) {
    for (let inTurn = 0; inTurn < perTurn; inTurn++) log(seedRecord(index++));
    await nextTurn();
  }
  const micros = (cpuMicros() - began) / RECORDS;
  await logger.flush({ timeoutMillis: 60_000 });
  return micros;
}

/** Of this thread, which has the number of the process. */
function cpuMicros() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000;
}
