// Logs marked records with one of the packages of `senders/peers.mjs`, and ends in one of several ways.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { markedRecord } from '../lib/peer-record.mjs';
import { quantile } from '../lib/stats.mjs';
import { watchUsage } from '../lib/usage.mjs';
import { PEERS } from '../senders/peers.mjs';

const { peer: name, records, perSecond, end, warmUp = 0, ...place } = JSON.parse(process.argv[2]);
process.on('unhandledRejection', () => {});
const peer = await PEERS[name].create(place);

if (end === 'measured') await measured();
else await ended();

/** The other side looks at what has arrived: to ask the sink would cost this process, and most where a record takes long. */
async function measured() {
  await offer(warmUp, 'warm');
  await answerTo('warm');
  const usage = watchUsage();
  const startedAt = performance.timeOrigin + performance.now();
  const took = await offer(records);
  // A burst is closed at once, so that nothing waits for a timer.
  const closed = perSecond === 0 ? peer.close() : undefined;
  await answerTo({ startedAt });
  const { mainMicros, processMicros, peakRssMb } = usage(records);
  process.send?.({
    mainMicros,
    processMicros,
    peakRssMb,
    logMedianMicros: quantile(took, 0.5),
    logP99Micros: quantile(took, 0.99),
  });
  await (closed ?? peer.close());
  process.disconnect?.();
}

function answerTo(message) {
  const answer = once(process, 'message');
  process.send?.(message);
  return answer;
}

async function ended() {
  await offer(records);
  process.send?.('logged');
  if (end === 'closed') await peer.close();
  if (end === 'exit') process.exit();
  if (end === 'alive') process.on('message', () => void close());
  else process.disconnect?.();
}

async function close() {
  await Promise.race([peer.close(), sleep(10_000)]);
  process.exit();
}

/**
 * Logs what is due, every millisecond or so; 20 in each turn of the event loop where the rate is endless.
 * @param {number} count @param {import('../lib/peer-record.mjs').Kind} kind
 */
async function offer(count, kind = 'rec') {
  const took = [];
  const start = performance.now();
  for (let index = 0; index < count; ) {
    const due = perSecond === 0 ? index + 20 : ((performance.now() - start) * perSecond) / 1000;
    for (; index < Math.min(due, count); index += 1) {
      const record = markedRecord(index, kind);
      const before = process.hrtime.bigint();
      peer.log(record);
      took.push(Number(process.hrtime.bigint() - before) / 1000);
    }
    await (perSecond === 0 ? new Promise(setImmediate) : sleep(1));
  }
  return took;
}
