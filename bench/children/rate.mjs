// Sends records with one of `senders/` as fast as they go, and says what that took.
import { watchUsage } from '../lib/usage.mjs';

const { sender, warmUp, records, ...options } = JSON.parse(process.argv[2]);
const { create } = await import(`../senders/${sender}.mjs`);
const { run, close } = await create(options);
await run(warmUp);
const usage = watchUsage();
await run(records);
const result = usage(records);
await close();
console.log(JSON.stringify(result));
