// Packages that people would use in our place, on one sink and one record: what a record costs, when it arrives, and what is left
// of 10,000 of them when their process ends or the endpoint is away.
//   npm run bench:peers -- --node 24        all; writes results/peers-node-<major>.json
//   npm run bench:peers -- axiom ours       some
//   npm run bench:peers -- --quick          that it runs; its figures say nothing
//   npm run bench:peers -- --without fate   or cost, latency
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from './lib/free-port.mjs';
import { runOn } from './lib/other-node.mjs';
import { newSpool, startPeer, startPeerSink } from './lib/peer-process.mjs';
import { CACHE, install } from './lib/peers.mjs';
import { medians } from './lib/stats.mjs';
import { costTable, fateTable, latencyTable } from './report/peers.mjs';
import { PEERS } from './senders/peers.mjs';

const PACKAGES = {
  '@axiomhq/js': '2.0.0',
  '@logtail/node': '0.5.9',
  '@loglayer/transport-http': '2.4.0',
  '@opentelemetry/api': '1.10.0',
  '@opentelemetry/api-logs': '0.223.1',
  '@opentelemetry/exporter-logs-otlp-http': '0.301.0',
  '@opentelemetry/resources': '3.1.1',
  '@opentelemetry/sdk-logs': '3.1.1',
  '@segment/analytics-node': '3.1.0',
  loglayer: '9.4.0',
  pino: '10.4.0',
  'pino-loki': '3.0.0',
  'pino-opentelemetry-transport': '4.0.2',
  'posthog-node': '5.70.0',
  winston: '3.19.0',
};
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    node: { type: 'string' },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    without: { type: 'string', multiple: true, default: [] },
  },
});
const { quick } = options;
const ROUNDS = Number(options.rounds ?? (quick ? 1 : 3));
const OUTAGE_MILLIS = quick ? 500 : 30_000;
const RECORDS = quick ? 200 : 10_000;
const wanted = positionals.length > 0 ? positionals : Object.keys(PEERS);
const unknown = wanted.filter((name) => !(name in PEERS));
if (unknown.length > 0) throw new TypeError(`no peer is named ${unknown}; there are: ${Object.keys(PEERS)}`);

const PACKAGES_FOLDER = join(CACHE, 'peers');
const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url));
/** Those of `wanted` that start on this Node. @type {string[]} */
const names = [];
const results = { node: process.version, rounds: ROUNDS, cost: [], latency: [], fate: [] };

if (options.node === undefined) await main();
else process.exitCode = await runOn(options.node, fileURLToPath(import.meta.url));

async function main() {
  await install(PACKAGES_FOLDER, PACKAGES);
  for (const name of wanted) if (await starts(name)) names.push(name);
  if (!options.without.includes('cost')) await measureCost();
  if (!options.without.includes('latency')) await measureLatency();
  if (!options.without.includes('fate')) await measureFate();
  console.log(`\n${[costTable(results), latencyTable(results), fateTable(results)].join('\n\n')}`);
  if (quick || positionals.length > 0 || options.without.length > 0) return;
  const [major] = process.versions.node.split('.');
  const file = new URL(`./results/peers-node-${major}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
}

async function starts(name) {
  const sink = await startPeerSink();
  const peer = startPeer({ ...placeOf(name, sink), records: 1, perSecond: 0, end: 'exit' });
  const said = await peer.said;
  await peer.ended();
  await sink.close();
  if (said !== 'logged') console.log(`${name} does not start on Node ${process.version}`);
  return said === 'logged';
}

/** At 2,000 records a second: CPU, memory and `log()`; and as many as the event loop makes. */
async function measureCost() {
  const rows = names.map((name) => ({ name, paced: [], burst: [] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, paced, burst } of rows) {
      paced.push(
        await measured(name, { records: quick ? 200 : 6000, perSecond: 2000, warmUp: quick ? 10 : 2000 }),
      );
      burst.push(
        await measured(name, { records: quick ? 200 : 50_000, perSecond: 0, warmUp: quick ? 10 : 2000 }),
      );
    }
  }
  results.cost = rows.map(({ name, paced, burst }) => ({
    name,
    paced: medians(paced),
    burst: medians(burst),
  }));
}

/** How long a record is on its way, at three rates. */
async function measureLatency() {
  for (const name of names) {
    const rates = {};
    for (const perSecond of quick ? [100] : [10, 1000, 10_000])
      rates[perSecond] = await measured(name, { records: Math.max(30, perSecond * 3), perSecond });
    results.latency.push({ name, rates });
  }
}

async function measured(name, settings) {
  const sink = await startPeerSink();
  const peer = startPeer({ ...placeOf(name, sink), end: 'measured', ...settings });
  const said = await peer.said;
  await peer.ended();
  await sink.close();
  if (said === undefined) throw new Error(`${name} ended without a word`);
  console.log(
    `${name.padEnd(20)} ${String(settings.perSecond).padStart(6)} a second  ${JSON.stringify(said)}`,
  );
  return said;
}

/** What arrives of records that were logged within a second. */
async function measureFate() {
  /** @type {Map<string, any>} */
  const of = new Map(names.map((name) => [name, { name, logged: RECORDS }]));
  for (const name of names)
    for (const end of ['closed', 'none', 'exit', 'kill']) of.get(name)[end] = await fateOf(name, end);
  // They wait most of the time.
  for (let at = 0; at < names.length; at += 4)
    await Promise.all(
      names.slice(at, at + 4).map(async (name) => {
        of.get(name).outage = await outageOf(name);
      }),
    );
  results.fate = [...of.values()];
}

async function fateOf(name, end) {
  const sink = await startPeerSink();
  const settings = { ...placeOf(name, sink), perSecond: RECORDS };
  const peer = startPeer({ ...settings, records: RECORDS, end });
  await peer.said;
  if (end === 'kill') peer.kill();
  await peer.ended();
  if (end === 'kill' || end === 'exit') await nextLife(settings);
  const { arrived } = await sink.settled();
  await sink.close();
  console.log(`${name.padEnd(20)} ${end.padEnd(8)} ${arrived} of ${RECORDS}`);
  return arrived;
}

/** The service starts again, and logs nothing for some seconds. */
async function nextLife(settings) {
  const peer = startPeer({ ...settings, records: 0, end: 'alive' });
  await peer.said;
  await sleep(3000);
  peer.close();
  await peer.ended();
}

async function outageOf(name) {
  const port = await freePort();
  const place = placeOf(name, { origin: `http://127.0.0.1:${port}` });
  const peer = startPeer({ ...place, records: RECORDS, perSecond: RECORDS, end: 'alive' });
  await peer.said;
  await sleep(OUTAGE_MILLIS);
  const sink = await startPeerSink(port);
  await sink.settled(RECORDS, quick ? 20 : 800);
  peer.close();
  await peer.ended();
  const { arrived } = await sink.settled();
  await sink.close();
  console.log(`${name.padEnd(20)} outage   ${arrived} of ${RECORDS}`);
  return arrived;
}

function placeOf(name, { origin }) {
  return { peer: name, origin, spool: newSpool(), folder: PACKAGES_FOLDER, entry };
}
