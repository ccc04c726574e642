// Logs, then ends at once: by process.exit() or by an exception that nobody catches.
import { writeSync } from 'node:fs';
import { seedRecord } from '../lib/records.mjs';

const { entry, records, end, ...options } = JSON.parse(process.argv[2]);
const { createRemoteLogger } = await import(entry);
const logger = createRemoteLogger(options);
for (let index = 0; index < records; index += 1) logger.log(seedRecord(index));
writeSync(1, `${JSON.stringify({ endsAt: performance.timeOrigin + performance.now() })}\n`);
if (end === 'throw') throw new Error('nobody catches this');
process.exit();
