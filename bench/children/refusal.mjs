// How long log() takes to refuse a value, beside JSON.stringify of 1 MB, and Object.keys of the value, by turns.

import { seedRecord } from '../lib/records.mjs';
import { REFUSED } from '../lib/refused.mjs';
import { median } from '../lib/stats.mjs';

const { entry, name, repeats } = JSON.parse(process.argv[2]);
const WARM_UP = 3000;
const MB = 1_000_000;

const { make, how } = REFUSED.find((one) => one.name === name);
const value = make();
const megabyte = Array.from({ length: Math.ceil(MB / JSON.stringify(seedRecord(100)).length) }, (_, index) =>
  seedRecord(index),
);
const { createRemoteLogger } = await import(entry);
const logger = createRemoteLogger({ url: 'http://127.0.0.1:9/', onDrop() {} });
for (let index = 0; index < WARM_UP; index += 1) logger.log(seedRecord(index));

const times = { refuse: [], stringify: [], keys: [] };
for (let index = 0; index < repeats; index += 1) {
  times.stringify.push(millisOf(() => JSON.stringify(megabyte)));
  times.refuse.push(millisOf(() => logger.log({ id: index, value })));
  if (how === 'keys') times.keys.push(millisOf(() => Object.keys(value)));
}
const { accepted, dropped } = logger.stats();
if (accepted !== WARM_UP || dropped.too_large !== repeats)
  throw new Error(`not refused, each time: ${JSON.stringify(logger.stats())}`);
console.log(
  JSON.stringify({
    millis: median(times.refuse),
    worstMillis: Math.max(...times.refuse),
    stringifyMillis: median(times.stringify),
    ratio: median(times.refuse) / median(times.stringify),
    toKeys: how === 'keys' ? median(times.refuse) / median(times.keys) : undefined,
  }),
);
process.exit(); // what was accepted has nowhere to go

function millisOf(work) {
  const start = performance.now();
  work();
  return performance.now() - start;
}
