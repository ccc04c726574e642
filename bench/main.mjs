// npm run bench -- [--quick] [--node VERSION] [--rounds N] [--sink node|nginx] [NAME...]; see README.md.
import '../test/support/temp-script.mjs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runOn } from './lib/other-node.mjs';
import { findPlaces } from './lib/places.mjs';
import { startNginxSink, startNodeSink } from './lib/sink.mjs';
import { median } from './lib/stats.mjs';
import { mustShow } from './report/must-show.mjs';
import { mustShowTable, tables } from './report/tables.mjs';
import { writeResults } from './report/write.mjs';
import * as burst from './suites/burst.mjs';
import * as delay from './suites/delay.mjs';
import * as exits from './suites/exits.mjs';
import * as flatCost from './suites/flat-cost.mjs';
import * as heap from './suites/heap.mjs';
import * as large from './suites/large.mjs';
import * as loggers from './suites/loggers.mjs';
import * as mainThread from './suites/main-thread.mjs';
import * as noOp from './suites/no-op.mjs';
import * as rates from './suites/rates.mjs';
import * as redact from './suites/redact.mjs';
import * as refusal from './suites/refusal.mjs';
import * as spool from './suites/spool.mjs';
import * as start from './suites/start.mjs';

/** A share of the machine at work for others that leaves too little for two busy processes. */
const MUCH = 0.1;
const SUITES = [
  rates,
  delay,
  burst,
  noOp,
  start,
  flatCost,
  mainThread,
  heap,
  spool,
  exits,
  refusal,
  redact,
  large,
  loggers,
];
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
  const rounds = Number(options.rounds ?? (options.quick ? 1 : 5));
  checkArguments(rounds);
  const places = await findPlaces();
  const records = await startNodeSink();
  const posts = (options.sink === 'node' ? undefined : await startNginxSink()) ?? records;
  const about = aboutThisRun(rounds, posts, records);
  /** @type {Record<string, any>} */
  const results = {};
  try {
    for (const suite of SUITES) {
      results[suite.name] = await suite.run({
        quick: options.quick,
        rounds,
        places,
        sinks: { posts, records },
        wanted: (row) => names.length === 0 || names.includes(suite.name) || names.includes(row),
        say: (line) => console.log(line),
        fail,
      });
    }
  } finally {
    await records.close();
    if (posts !== records) await posts.close();
  }
  const verdicts = mustShow(results).filter(({ value }) => names.length === 0 || value !== undefined);
  console.log(`\n${tables(results)}\n\n${mustShowTable(verdicts)}\n`);
  const others = median((results.rates ?? []).map((row) => row.othersBusy).filter(Number.isFinite));
  if (others > MUCH)
    console.log(`Others used ${Math.ceil(others * 100)} % of the machine: these figures say little.`);
  console.log(`took ${Math.round((performance.now() - started) / 1000)} s`);
  // What is written must be of one run.
  if (!options.quick && names.length === 0) writeResults({ ...about, mustShow: verdicts, ...results });
}

function checkArguments(rounds) {
  if (!(Number.isInteger(rounds) && rounds >= 1))
    throw new TypeError(`--rounds must be 1 or more, got ${options.rounds}`);
  const known = SUITES.flatMap((suite) => [suite.name, ...suite.rows]);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`no row or suite is named ${unknown}; there are: ${[...new Set(known)].join(' ')}`);
}

function aboutThisRun(rounds, posts, records) {
  const about = {
    node: process.version,
    machine: `${cpus().length} x ${cpus()[0]?.model.trim()}`,
    sinkOfOneAPost: posts.name,
    sinkOfMany: records.name,
    rounds,
    /** Of the last minute: what else is at work slows all rows, and not evenly. */
    loadBefore: loadavg()[0],
  };
  console.log(`Node ${about.node}, ${about.machine}, load ${about.loadBefore.toFixed(2)}`);
  console.log(`sink of one POST a record: ${posts.name}; of many: ${records.name}\n`);
  return about;
}

/** A row that fails leaves the others their run. */
function fail(row, error) {
  process.exitCode = 1;
  console.error(`${row} FAILED: ${error.message}`);
}
