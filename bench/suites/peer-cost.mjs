import { setTimeout as sleep } from 'node:timers/promises';
import { startPeer, startPeerSink } from '../lib/peer-process.mjs';
import { medians } from '../lib/stats.mjs';
import { PEERS } from '../senders/peers.mjs';

/** Ten seconds in which nothing arrives, in twentieths. */
const PATIENCE = 200;

/** At 2,000 records a second: CPU, memory and `log()`; and as many as the event loop makes. */
export async function measureCost({ names, quick, rounds, placeOf }) {
  const [paced, burst, warmUp] = quick ? [200, 200, 10] : [6000, 50_000, 2000];
  const rows = names.map((name) => ({ name, paced: [], burst: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const row of rows) {
      row.paced.push(await measured(row.name, { records: paced, perSecond: 2000, warmUp }, placeOf));
      row.burst.push(await measured(row.name, { records: burst, perSecond: 0, warmUp }, placeOf));
    }
  }
  return rows.map(({ name, paced, burst }) => ({ name, paced: medians(paced), burst: medians(burst) }));
}

/** How long a record is on its way, at three rates. */
export async function measureLatency({ names, quick, placeOf }) {
  const latency = [];
  for (const name of names.filter((name) => !PEERS[name].isFloor)) {
    const rates = {};
    for (const perSecond of quick ? [100] : [10, 1000, 10_000]) {
      const settings = { records: Math.max(30, perSecond * 3), perSecond, warmUp: 30 };
      rates[perSecond] = await measured(name, settings, placeOf);
    }
    latency.push({ name, rates });
  }
  return latency;
}

async function measured(name, settings, placeOf) {
  const sink = await startPeerSink();
  const peer = startPeer({ ...placeOf(name, sink), end: 'measured', ...settings });
  const arrivals = (records, kind) =>
    PEERS[name].isFloor ? undefined : sink.settled(records, PATIENCE, kind);
  await peer.said();
  await arrivals(settings.warmUp, 'warm');
  await sleep(PEERS[name].restMillis ?? 0);
  peer.tell('go on');
  const logged = await peer.said();
  const { arrived, posts, lastAt, p50, p99 } = (await arrivals(settings.records)) ?? {};
  peer.tell('enough');
  const used = await peer.said();
  await peer.ended();
  await sink.close();
  if (used === undefined) throw new Error(`${name} ended without a word`);
  const row = {
    records: settings.records,
    arrived,
    posts,
    rate: arrived === undefined ? undefined : arrived / ((lastAt - logged.startedAt) / 1000),
    ...used,
    arrivalMedianMillis: p50,
    arrivalP99Millis: p99,
  };
  console.log(
    `${name.padEnd(20)} ${String(settings.perSecond).padStart(6)} a second  ${JSON.stringify(row)}`,
  );
  return row;
}
