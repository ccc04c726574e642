import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../lib/free-port.mjs';
import { startPeer, startPeerSink } from '../lib/peer-process.mjs';
import { PEERS } from '../senders/peers.mjs';

/** A prime: no package's last batch is full by chance. */
const RECORDS = 9973;

/** What arrives of records that were logged within a second. */
export async function measureFate({ names, quick, placeOf }) {
  const records = quick ? 197 : RECORDS;
  const settingsOf = (name, sink) => ({ ...placeOf(name, sink), records, perSecond: records });
  const fate = names.filter((name) => !PEERS[name].isFloor).map((name) => ({ name, logged: records }));
  for (const row of fate)
    for (const end of ['closed', 'none', 'exit', 'kill']) row[end] = await fateOf(row.name, end, settingsOf);
  // They wait most of the time.
  const [millis, patience] = quick ? [500, 20] : [30_000, 800];
  for (let at = 0; at < fate.length; at += 4)
    await Promise.all(
      fate.slice(at, at + 4).map(async (row) => {
        row.outage = await outageOf(row.name, { settingsOf, millis, patience });
      }),
    );
  return fate;
}

async function fateOf(name, end, settingsOf) {
  const sink = await startPeerSink();
  const settings = settingsOf(name, sink);
  const peer = startPeer({ ...settings, end });
  await peer.said();
  if (end === 'kill') peer.kill();
  await peer.ended();
  if (end === 'kill' || end === 'exit') await nextLife(settings);
  const { arrived } = await sink.settled();
  await sink.close();
  return told(name, end, arrived);
}

/** The service starts again, and logs nothing for some seconds. */
async function nextLife(settings) {
  const peer = startPeer({ ...settings, records: 0, end: 'alive' });
  await peer.said();
  await sleep(3000);
  peer.tell('close');
  await peer.ended();
}

async function outageOf(name, { settingsOf, millis, patience }) {
  const port = await freePort();
  const settings = settingsOf(name, { origin: `http://127.0.0.1:${port}` });
  const peer = startPeer({ ...settings, end: 'alive' });
  await peer.said();
  await sleep(millis);
  const sink = await startPeerSink(port);
  await sink.settled(settings.records, patience);
  peer.tell('close');
  await peer.ended();
  const { arrived } = await sink.settled();
  await sink.close();
  return told(name, 'outage', arrived);
}

function told(name, end, arrived) {
  console.log(`${name.padEnd(20)} ${end.padEnd(8)} ${arrived}`);
  return arrived;
}
