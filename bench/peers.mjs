// Packages that people would use in our place, on one sink and one record: what a record costs, when it arrives, and what is left
// of them when their process ends or the endpoint is away.
//   npm run bench:peers -- --node 24        all; writes results/peers-node-<major>.json, and docs/comparison.md
//   npm run bench:peers -- axiom ours       some
//   npm run bench:peers -- --quick          that it runs; its figures say nothing
//   npm run bench:peers -- --without fate   or cost, latency
import '../test/support/temp-script.mjs';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runOn } from './lib/other-node.mjs';
import { newSpool, startPeer, startPeerSink } from './lib/peer-process.mjs';
import { CACHE, install } from './lib/peers.mjs';
import { writeComparison } from './report/comparison.mjs';
import { burstTable, costTable, fateTable, latencyTable } from './report/peers.mjs';
import { PEERS } from './senders/peers.mjs';
import { measureCost, measureLatency } from './suites/peer-cost.mjs';
import { measureFate } from './suites/peer-fate.mjs';

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
const rounds = Number(options.rounds ?? (quick ? 1 : 3));
const wanted = positionals.length > 0 ? positionals : Object.keys(PEERS);
const unknown = wanted.filter((name) => !(name in PEERS));
if (unknown.length > 0) throw new TypeError(`no peer is named ${unknown}; there are: ${Object.keys(PEERS)}`);

const PACKAGES_FOLDER = join(CACHE, 'peers');
const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url));
const SUITES = { cost: measureCost, latency: measureLatency, fate: measureFate };

if (options.node === undefined) await main();
else process.exitCode = await runOn(options.node, fileURLToPath(import.meta.url));

async function main() {
  await install(PACKAGES_FOLDER, PACKAGES);
  const names = [];
  for (const name of wanted) if (await starts(name)) names.push(name);
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}`;
  /** @type {any} */
  const results = {
    node: process.version,
    machine,
    rounds,
    packages: PACKAGES,
    cost: [],
    latency: [],
    fate: [],
  };
  for (const [suite, run] of Object.entries(SUITES))
    if (!options.without.includes(suite)) results[suite] = await run({ names, quick, rounds, placeOf });
  const tables = [costTable, burstTable, latencyTable, fateTable].map((table) => table(results));
  console.log(`\n${tables.join('\n\n')}`);
  if (!quick && positionals.length === 0 && options.without.length === 0) write(results);
}

async function starts(name) {
  const sink = await startPeerSink();
  const peer = startPeer({ ...placeOf(name, sink), records: 1, perSecond: 0, end: 'exit' });
  const said = await peer.said();
  await peer.ended();
  await sink.close();
  if (said !== 'logged') console.log(`${name} does not start on Node ${process.version}`);
  return said === 'logged';
}

function placeOf(name, { origin }) {
  return { peer: name, origin, spool: newSpool(), folder: PACKAGES_FOLDER, entry };
}

/** Everything as JSON, and what the docs show of it. */
function write(results) {
  const [major] = process.versions.node.split('.');
  const file = new URL(`./results/peers-node-${major}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  writeComparison();
}
