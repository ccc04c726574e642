// Logs marked records with one of the packages of `senders/peers.mjs`, and ends in one of several ways.
import { setTimeout as sleep } from 'node:timers/promises';
import { arrivals } from '../lib/arrivals.mjs';
import { markedRecord } from '../lib/peer-record.mjs';
import { quantile } from '../lib/stats.mjs';
import { watchUsage } from '../lib/usage.mjs';
import { PEERS } from '../senders/peers.mjs';

/** Ten seconds in which nothing arrives. */
const PATIENCE = 200;
const { peer: name, first = 0, records, perSecond, end, warmUp = 0, ...place } = JSON.parse(process.argv[2]);
process.on('unhandledRejection', () => {});
const peer = await PEERS[name].create(place);

if (warmUp > 0) await offer(first + records, warmUp);
if (warmUp > 0) await arrivals(place.origin, warmUp, PATIENCE);
const usage = watchUsage();
const startedAt = performance.timeOrigin + performance.now();
const logMicros = await offer(first, records);
if (end === 'measured') await say();
else process.send?.('logged');
if (end === 'closed' || end === 'measured') await peer.close();
if (end === 'exit') process.exit();
if (end === 'alive') process.on('message', () => void close());
else process.disconnect?.();

/** Logs what is due, every millisecond or so; all that is left of a turn's records at once where the rate is endless. */
async function offer(from, count) {
  const took = [];
  const start = performance.now();
  for (let index = 0; index < count; ) {
    const due = perSecond === 0 ? index + 20 : ((performance.now() - start) * perSecond) / 1000;
    for (; index < Math.min(due, count); index += 1) {
      const record = markedRecord(from + index);
      const before = process.hrtime.bigint();
      peer.log(record);
      took.push(Number(process.hrtime.bigint() - before) / 1000);
    }
    await (perSecond === 0 ? new Promise(setImmediate) : sleep(1));
  }
  return took;
}

async function say() {
  const { arrived, lastAt, p50, p99 } = await arrivals(place.origin, warmUp + records, PATIENCE);
  const { mainMicros, processMicros, peakRssMb } = usage(records);
  process.send?.({
    records,
    arrived: arrived - warmUp,
    rate: (arrived - warmUp) / ((lastAt - startedAt) / 1000),
    mainMicros,
    processMicros,
    logMedianMicros: quantile(logMicros, 0.5),
    logP99Micros: quantile(logMicros, 0.99),
    arrivalMedianMillis: p50,
    arrivalP99Millis: p99,
    peakRssMb,
  });
}

async function close() {
  await Promise.race([peer.close(), sleep(10_000)]);
  process.exit();
}
