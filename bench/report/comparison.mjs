// The figures of docs/comparison.md and its first picture, as the last runs gave them: `node bench/report/comparison.mjs` writes
// them, as do the benches at their end. A test compares.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PEERS } from '../senders/peers.mjs';
import { oneDigit, whole } from './numbers.mjs';
import { plotPeers } from './peer-plot.mjs';
import { costTable, fateTable, table } from './peers.mjs';

const PAGE = new URL('../../docs/comparison.md', import.meta.url);
const results = (file) => new URL(`../results/${file}`, import.meta.url);
const resultsOf = (name) => JSON.parse(readFileSync(results(`${name}.json`), 'utf8'));

/** The last runs on the Node that the page tells of. */
export const lastRuns = () => ({ peers: resultsOf('peers-node-24'), rates: resultsOf('node-24') });

const ONE_A_POST = {
  python: "FastChat's Python logger",
  fetch: '`fetch`, 10 at a time',
  'node-http': '`node:http` with a keep-alive agent',
  undici: 'bare undici, 10 connections',
  'undici-pipelined': 'bare undici, pipelined',
  ours: '**this package**',
  'ours-thread': '**this package, `thread: true`**',
};
const MANY_A_POST = {
  'otlp-3.1': 'OTLP/HTTP JSON exporter, SDK 3.1',
  'ours-ndjson-3.1': '**this package, `ndjson`**, SDK 3.1',
  'ours-ndjson-thread': '**this package, `ndjson`, `thread: true`**',
};

/** What stands between the markers of the page, by their names. */
export function figures({ peers, rates: run }) {
  return {
    'peer-run': aboutPeers(peers),
    'peer-costs': costTable(peers),
    'peer-fates': `Of ${whole(peers.fate[0].logged)} records that a process logs within a second:\n\n${fateTable(peers)}`,
    'peer-versions': versionsOf(peers),
    run: aboutRun(run, 'npm run bench'),
    'one-a-post': ratesTable('one record a POST', run, ONE_A_POST),
    'many-a-post': ratesTable('many records a POST', run, MANY_A_POST),
    speed: speedOf(run),
    missed: missedOf(run),
  };
}

const aboutRun = ({ node, machine, rounds }, command) =>
  `One run of \`${command}\` on Node ${node.slice(1).split('.')[0]}, on ${machine.split(' ')[0]} cores; medians of ${rounds} rounds.`;

const aboutPeers = (peers) =>
  [
    aboutRun(peers, 'npm run bench:peers'),
    // What a reader has to know of a run, written into its results by hand.
    peers.note,
    PEERS[peers.cost[0].name].isFloor
      ? 'The first row sends nothing: that is what the measuring itself costs, and each row has it in it.'
      : undefined,
  ]
    .filter((sentence) => sentence !== undefined)
    .join(' ');

const versionsOf = ({ packages }) =>
  `Versions: ${Object.entries(packages)
    .filter(([name]) => !/\/(api|api-logs|resources)$/.test(name))
    .map(([name, version]) => `\`${name}\` ${version}`)
    .join(', ')}.`;

function ratesTable(heading, { rates }, labels) {
  const rows = rates
    .filter(({ name }) => name in labels)
    .map(({ name, rate, mainMicros, processMicros }) => [
      labels[name],
      whole(rate),
      // The original sends from a thread of its own: what all threads take is what it costs.
      name === 'python' ? `${whole(processMicros)} (all threads)` : oneDigit(mainMicros),
    ]);
  return table([heading, 'records a second', 'main thread, µs a record'], rows);
}

function speedOf({ rates, 'no-op': noOp }) {
  const of = (name) => rates.find((row) => row.name === name);
  const saved = 1 - of('ours-thread').mainMicros / of('ours').mainMicros;
  const toUndici = of('undici').rate / of('ours').rate - 1;
  const toOtlp = of('ours-ndjson-3.1').rate / of('otlp-3.1').rate;
  const undici = `${Math.round(Math.abs(toUndici) * 100)} % ${toUndici > 0 ? 'more' : 'fewer'}`;
  return [
    `With \`ndjson\`, this package sends ${oneDigit(toOtlp)} times the records of the OTLP exporter a second.`,
    `With one record a POST, \`thread: true\` takes ${Math.floor(saved * 100)} % of the work off the main thread.`,
    `Bare undici sends ${undici} records a second than this package with one record a POST. It keeps no account, no queue and no retries.`,
    `Without a URL, a call takes ${noOp.nanosPerCall.toFixed(1)} ns, and ${Math.ceil(noOp.addedMillis)} ms are added to the start of a process.`,
  ]
    .map((line) => `- ${line}`)
    .join('\n');
}

function missedOf({ mustShow }) {
  const missed = mustShow.filter(({ verdict }) => verdict !== 'met');
  if (missed.length === 0) return 'That run met all of its targets.';
  const rows = missed.map(({ what, target, value }) => [`\`${what}\``, target, value ?? 'not measured']);
  return table([`missed: ${missed.length} of ${mustShow.length} targets`, 'target', 'measured'], rows);
}

const BLOCK = /(<!-- figures: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The page, with the figures of these runs. @param {string} page */
export function withFigures(page, runs) {
  const blocks = figures(runs);
  return page.replace(BLOCK, (_, start, name, end) => `${start}\n${blocks[name]}\n\n${end}`);
}

export function writeComparison() {
  const runs = lastRuns();
  writeFileSync(PAGE, withFigures(readFileSync(PAGE, 'utf8'), runs));
  writeFileSync(results('peers-node-24.svg'), plotPeers(runs.peers));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeComparison();
