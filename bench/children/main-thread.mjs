// What a record costs the main thread from log() until it is delivered, 20 in each turn of the event loop; with `floor`, what the
// least costs that log() must do.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toFlatJson } from '../lib/records.mjs';
import { logInTurns } from '../lib/turns.mjs';
import { watchUsage } from '../lib/usage.mjs';

const { entry, records, floor, onDisk, ...options } = JSON.parse(process.argv[2]);

const directory = onDisk && mkdtempSync(join(tmpdir(), 'bench-main-thread-'));
const { createRemoteLogger } = await import(entry);
const logger = createRemoteLogger({ ...options, format: 'ndjson', ...(onDisk && { spool: { directory } }) });
/** What is written must be used, or nothing need be written. */
let written = 0;
const log = floor ? (record) => (written += toFlatJson(record).length) : (record) => logger.log(record);
await logInTurns(logger, { count: Math.ceil(records / 5), log });
const usage = watchUsage();
await logInTurns(logger, { count: records, log });
const { rate, mainMicros, processMicros, peakRssMb } = usage(records);
await logger.shutdown();
if (directory) rmSync(directory, { recursive: true, force: true });
console.log(JSON.stringify({ rate, mainMicros, processMicros, peakRssMb, written }));
