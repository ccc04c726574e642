// A process that logs one record, then a thousand over a second, and ends by itself: what the logger takes of it.
import { setTimeout as sleep } from 'node:timers/promises';
import { seedRecord } from '../lib/records.mjs';
import { mainThreadMicros, processMicros } from '../lib/usage.mjs';

const { entry, ...options } = JSON.parse(process.argv[2]);
const PER_TURN = 10;
const TURNS = 100;
const MB = 1024 * 1024;

const began = performance.now();
const { createRemoteLogger } = await import(entry);
const imported = performance.now();
const mainBefore = mainThreadMicros();
const logger = createRemoteLogger(options);
logger.log(seedRecord(0));
const called = performance.now();
const { pending } = await logger.flush();
if (pending > 0) throw new Error('the first record did not arrive');
const arrived = performance.now();
const mainMicros = mainThreadMicros() - mainBefore;
for (let turn = 0; turn < TURNS; turn += 1) {
  for (let index = 0; index < PER_TURN; index += 1) logger.log(seedRecord(index));
  await sleep(10);
}
const rssMb = process.memoryUsage.rss() / MB;
console.log(
  JSON.stringify({
    importMillis: imported - began,
    callMillis: called - imported,
    arrivedMillis: arrived - imported,
    mainMillis: mainMicros / 1000,
    cpuMillis: processMicros() / 1000,
    rssMb,
    endsAt: performance.timeOrigin + performance.now(),
  }),
);
