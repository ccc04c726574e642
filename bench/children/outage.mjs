// An outage with a queue on disk: memory while records are logged that nobody takes, and until all are delivered.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { seedRecord } from '../lib/records.mjs';
import { startNodeSink } from '../lib/sink.mjs';

const { entry, records, port, ...options } = JSON.parse(process.argv[2]);
const PER_TURN = 100;
const MB = 1024 * 1024;

const spool = mkdtempSync(join(tmpdir(), 'bench-spool-'));
const { createRemoteLogger } = await import(entry);
const settings = {
  ...options,
  url: `http://127.0.0.1:${port}/logs`,
  spool,
  retry: { maxDelayMillis: 500 },
};
const logger = createRemoteLogger(settings);
logger.log(seedRecord(0));
await sleep(1000);
const idle = process.memoryUsage.rss();
let peak = idle;
const timer = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss());
}, 20);
for (let index = 1; index < records; ) {
  const end = Math.min(records, index + PER_TURN);
  for (; index < end; index += 1) logger.log(seedRecord(index));
  await nextTurn();
}
const outageMb = (peak - idle) / MB;
const { onDisk, pending } = logger.stats();
if (pending !== records || onDisk < pending) throw new Error(JSON.stringify(logger.stats()));
// The next life finds them.
const stopped = performance.now();
await logger.shutdown({ timeoutMillis: 0 });
const shutdownMillis = performance.now() - stopped;
const began = performance.now();
const next = createRemoteLogger(settings);
next.log(seedRecord(records));
const startMillis = performance.now() - began;
while (next.stats().pending < records + 1) await sleep(5);
const takeoverMillis = performance.now() - began;
peak = process.memoryUsage.rss();
const sink = await startNodeSink(port);
const up = performance.now();
await next.flush({ timeoutMillis: 600_000 });
const seconds = (performance.now() - up) / 1000;
const { delivered } = next.stats();
const arrived = (await sink.count()).records;
clearInterval(timer);
await next.shutdown();
await sink.close();
rmSync(spool, { recursive: true, force: true });
if (delivered !== records + 1 || arrived < delivered)
  throw new Error(`${delivered} delivered, ${arrived} arrived of ${records + 1}`);
console.log(
  JSON.stringify({
    records,
    idleMb: idle / MB,
    outageMb,
    shutdownMillis,
    startMillis,
    takeoverMillis,
    rate: delivered / seconds,
    deliveringMb: (peak - idle) / MB,
    again: arrived - delivered,
  }),
);
