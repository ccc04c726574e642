// Logs a burst with one of `senders/`, and says for how long the event loop stood still at most until all has arrived.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { watchUsage } from '../lib/usage.mjs';

const { sender, warmUp, records, ...options } = JSON.parse(process.argv[2]);
const { create } = await import(`../senders/${sender}.mjs`);
const { burst, close } = await create({ ...options, mostPending: Math.max(warmUp, records) + 1 });
await burst(warmUp);
const delay = monitorEventLoopDelay({ resolution: 1 });
const usage = watchUsage();
delay.enable();
await burst(records);
delay.disable();
const { rate, mainMicros, peakRssMb } = usage(records);
await close();
const [p50, p99, max] = [50, 99, 100].map((share) => delay.percentile(share) / 1e6);
console.log(JSON.stringify({ records, rate, mainMicros, peakRssMb, p50, p99, max }));
