// What a record costs the main thread from log() until it is delivered, 20 in each turn of the event loop; with `floor`, what the
// least costs that log() must do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { seedRecord, toFlatJson } from '../lib/records.mjs';
import { watchUsage } from '../lib/usage.mjs';

const { entry, records, floor, onDisk, ...options } = JSON.parse(process.argv[2]);
const PER_TURN = 20;
const MAX_PENDING = 10_000;

const directory = onDisk && mkdtempSync(join(tmpdir(), 'bench-main-thread-'));
const { createRemoteLogger } = await import(entry);
const logger = createRemoteLogger({ ...options, format: 'ndjson', ...(onDisk && { spool: { directory } }) });
/** What is written must be used, or nothing need be written. */
let written = 0;
const log = floor ? (record) => (written += toFlatJson(record).length) : (record) => logger.log(record);
await run(Math.ceil(records / 5));
const usage = watchUsage();
await run(records);
const { rate, mainMicros, processMicros, peakRssMb } = usage(records);
await logger.shutdown();
if (directory) rmSync(directory, { recursive: true, force: true });
console.log(JSON.stringify({ rate, mainMicros, processMicros, peakRssMb, written }));

async function run(count) {
  for (let index = 0; index < count; ) {
    const end = Math.min(count, index + PER_TURN);
    for (; index < end; index += 1) log(seedRecord(index));
    await nextTurn();
    while (logger.stats().pending > MAX_PENDING) await sleep(1);
  }
  const { pending, delivered, accepted } = await logger.flush({ timeoutMillis: 120_000 });
  if (pending > 0 || delivered < accepted)
    throw new Error(`not delivered: ${JSON.stringify(logger.stats())}`);
}
