// npm run bench -- [--quick] [--node VERSION] [--rounds N] [--sink node|nginx] [NAME...]; see README.md.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runOn } from './lib/other-node.mjs';
import { findPlaces } from './lib/places.mjs';
import { startNginxSink, startNodeSink } from './lib/sink.mjs';
import { mustShow } from './report/must-show.mjs';
import { plot } from './report/plot.mjs';
import { mustShowTable, tables } from './report/tables.mjs';
import * as delay from './suites/delay.mjs';
import * as exits from './suites/exits.mjs';
import * as flatCost from './suites/flat-cost.mjs';
import * as noOp from './suites/no-op.mjs';
import * as rates from './suites/rates.mjs';

const SUITES = [rates, delay, noOp, flatCost, exits];
const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    node: { type: 'string' },
    rounds: { type: 'string' },
    sink: { type: 'string' },
  },
});

if (options.node === undefined) await main();
else process.exitCode = await runOn(options.node, fileURLToPath(import.meta.url));

async function main() {
  const started = performance.now();
  const places = await findPlaces();
  const records = await startNodeSink();
  const posts = (options.sink === 'node' ? undefined : await startNginxSink()) ?? records;
  const about = {
    node: process.version,
    machine: `${cpus().length} x ${cpus()[0]?.model.trim()}`,
    sink: { 'one POST a record': posts.name, 'many records a POST': records.name },
    quick: options.quick,
    /** Of the last minute: what else is at work slows all rows, and not evenly. */
    loadBefore: loadavg()[0],
  };
  console.log(
    `Node ${about.node}, ${about.machine}\nsink of one POST a record: ${posts.name}; of all else: ${records.name}\nload before: ${about.loadBefore.toFixed(2)}\n`,
  );
  const context = {
    quick: options.quick,
    rounds: Number(options.rounds ?? (options.quick ? 1 : 5)),
    places,
    sinks: { posts, records },
    wanted: (suite, row) => names.length === 0 || names.includes(suite) || names.includes(row),
    say: (line) => console.log(line),
    fail(row, error) {
      process.exitCode = 1;
      console.error(`${row} FAILED: ${error.message}`);
    },
  };
  /** @type {Record<string, any>} */
  const results = {};
  try {
    for (const suite of SUITES) results[suite.name] = await suite.run(context);
  } finally {
    await records.close();
    if (posts !== records) await posts.close();
  }
  const verdicts = mustShow(results).filter(({ value }) => names.length === 0 || value !== undefined);
  console.log(`\n${tables(results)}\n\n${mustShowTable(verdicts)}\n`);
  console.log(`took ${Math.round((performance.now() - started) / 1000)} s`);
  if (!options.quick && names.length === 0) write({ ...about, mustShow: verdicts, ...results });
}

/** Only of a whole run: what is written must be of one run. */
function write(all) {
  const major = process.version.split('.')[0].slice(1);
  const file = (extension) => fileURLToPath(new URL(`results/node-${major}.${extension}`, import.meta.url));
  mkdirSync(fileURLToPath(new URL('results/', import.meta.url)), { recursive: true });
  writeFileSync(file('json'), `${JSON.stringify(all, undefined, 2)}\n`);
  const caption = `Node ${all.node}, ${all.machine}; medians of one run; sink: ${all.sink['one POST a record'].split(',')[0]} and ${all.sink['many records a POST'].split(',')[0]}`;
  writeFileSync(file('svg'), plot(all.rates, caption));
}
