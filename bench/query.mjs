/**
 * `node bench/query.mjs [records]`, after `npm run build`: writes so many records (10 million) as a receiver keeps them, and says how long questions take.
 * DIRECTORY=... keeps the files, and uses those that are there.
 */
import '../test/support/temp-script.mjs';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { seedRecord, toFlatJson } from './lib/records.mjs';

const CLI = fileURLToPath(new URL('../dist/cli.cjs', import.meta.url));
const MODELS = ['vicuna-13b', 'koala-13b', 'alpaca-7b', 'llama-3-8b', 'claude-1'];
const VOTES = ['upvote', 'downvote', 'tievote'];
const RECORDS_AN_HOUR = 1_000_000;
const WRITE_CHARACTERS = 1_000_000;

const QUESTIONS = {
  'records of each model': 'SELECT model, count(*) FROM records GROUP BY model',
  'records a minute': `SELECT date_trunc('minute', received_at) AS minute, count(*) FROM records GROUP BY 1 ORDER BY 1`,
  'votes of each model and day': `SELECT received_at::DATE AS day, model, type, count(*) FROM records WHERE type LIKE '%vote' GROUP BY ALL`,
  'tokens, percentiles of each model':
    'SELECT model, sum(tokens), quantile_cont(tokens, [0.5, 0.9, 0.99]) FROM records GROUP BY model',
  'one conversation': `SELECT * FROM records WHERE state->>'$.conv_id' = 'c4711'`,
  'the last hour': `SELECT count(*) FROM records --since`,
};

const count = Number(process.argv[2] ?? 10_000_000);
const directory = process.env['DIRECTORY'] ?? mkdtempSync(join(tmpdir(), 'bench-query-'));
if (!existsSync(directory) || readdirSync(directory).length === 0) await write();

const bytes = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
console.log(`${count} records, ${(bytes / 1e9).toFixed(2)} GB, Node ${process.version}`);
for (const [name, sql] of Object.entries(QUESTIONS)) {
  const start = performance.now();
  const since = sql.endsWith('--since') ? ['--since', hourOf(Math.ceil(count / RECORDS_AN_HOUR) - 1)] : [];
  execFileSync(process.execPath, [
    CLI,
    'query',
    sql.replace('--since', ''),
    '--dir',
    directory,
    '--timeout',
    '600',
    ...since,
  ]);
  console.log(`${((performance.now() - start) / 1000).toFixed(1).padStart(7)} s  ${name}`);
}

/** @param {number} hour */
function hourOf(hour) {
  return new Date(Date.UTC(2026, 10, 20, hour)).toISOString();
}

async function write() {
  mkdirSync(directory, { recursive: true });
  for (let from = 0; from < count; from += RECORDS_AN_HOUR) {
    const hour = Date.UTC(2026, 10, 20, from / RECORDS_AN_HOUR);
    const file = createWriteStream(join(directory, `${new Date(hour).toISOString().slice(0, 13)}.ndjson`));
    let text = '';
    for (let index = from; index < Math.min(from + RECORDS_AN_HOUR, count); index++) {
      text += `${line(index, hour + (index - from) * 3.6)}\n`;
      if (text.length < WRITE_CHARACTERS) continue;
      if (!file.write(text)) await once(file, 'drain');
      text = '';
    }
    file.end(text);
    await once(file, 'finish');
  }
}

/** One of ten is a vote, the others are chat turns.
 * @param {number} index
 * @param {number} time
 */
function line(index, time) {
  const record = seedRecord(index);
  const state = { ...record.state, conv_id: `c${index}` };
  const type = index % 10 === 0 ? VOTES[index % 3] : record.type;
  const received_at = new Date(time).toISOString();
  return toFlatJson({ ...record, type, model: MODELS[index % MODELS.length], state, received_at });
}
