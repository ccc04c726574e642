// Nanoseconds of a call to log() without a URL, and what was loaded for it.
import { Session } from 'node:inspector';
import { seedRecord } from '../lib/records.mjs';

const { entry, calls } = JSON.parse(process.argv[2]);
const loaded = [];
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params }) => loaded.push(params.url));
session.post('Debugger.enable');
const from = loaded.length;
const { getRemoteLogger } = await import(entry);
const logger = getRemoteLogger();
logger.log(seedRecord(0));
await logger.flush();
session.disconnect();
const modules = loaded.slice(from).filter((url) => url !== '' && !url.startsWith('node:'));

const record = seedRecord(1);
const nanos = [];
for (let round = 0; round < 7; round += 1) {
  const start = process.hrtime.bigint();
  for (let index = 0; index < calls; index += 1) logger.log(record);
  nanos.push(Number(process.hrtime.bigint() - start) / calls);
}
console.log(JSON.stringify({ nanos, modules }));
