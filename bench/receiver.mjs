// What the receiver makes a second, and what it costs, beside nginx that only answers and the Collector's quick start:
//   node bench/receiver.mjs              the table; needs `npm run build`, and the collector of `npm run collector:build`
//   node bench/receiver.mjs --quick      that it runs
//   node bench/receiver.mjs --memory 10  memory of the receiver over so many million records
// Every round measures each row once; medians. Bodies are ready before, and each POST has a key of its own.
import '../test/support/temp-script.mjs';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { freePort } from './lib/free-port.mjs';
import { seedRecord, toFlatJson } from './lib/records.mjs';
import { startNginxSink } from './lib/sink.mjs';
import { median } from './lib/stats.mjs';
import { processMicrosOf } from './lib/usage.mjs';

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, memory: { type: 'string' } } });
const ROUNDS = values.quick ? 1 : 3;
const MILLIS = values.quick ? 300 : 3000;
const CONNECTIONS = 32;
const BATCH = 512;

const here = fileURLToPath(new URL('.', import.meta.url));
const otelcol = join(here, '../collector-config/.build/otelcol');
const records = Array.from({ length: BATCH }, (_, index) => toFlatJson(seedRecord(index)));
const FORMATS = [
  { format: 'object', type: 'application/json', body: records[0], count: 1 },
  { format: 'ndjson', type: 'application/x-ndjson', body: records.join('\n'), count: BATCH },
  { format: 'array', type: 'application/json', body: `[${records.join(',')}]`, count: BATCH },
];

const ROWS = [
  { name: 'listen, --sync group', start: () => listen('group') },
  { name: 'listen, --sync never', start: () => listen('never') },
  { name: 'nginx, answering 204', start: nginx },
  { name: "the Collector's quick start", start: collector },
];

async function listen(sync) {
  const directory = mkdtempSync(join(tmpdir(), 'bench-receiver-'));
  const args = [join(here, '../dist/cli.cjs'), 'listen', '--port', '0', '--dir', directory, '--sync', sync];
  const child = spawn(process.execPath, args, { env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise((resolve) => {
    child.stdout.on('data', (text) => resolve(/REMOTE_LOGGER_URL=(\S+)/.exec(text)?.[1]));
  });
  return { url, path: '/', pid: child.pid, close: () => end(child, directory) };
}

async function nginx() {
  const sink = await startNginxSink();
  if (sink === undefined) return undefined;
  const { cpuMicros } = await sink.count();
  return {
    url: new URL(sink.url).origin,
    path: '/logs',
    cpu: async () => (await sink.count()).cpuMicros,
    cpuMicros,
    close: sink.close,
  };
}

async function collector() {
  if (!existsSync(otelcol)) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'bench-receiver-'));
  const port = await freePort();
  const files = ['field-map.yaml', 'quickstart.yaml'].flatMap((file) => [
    '--config',
    join(here, '../collector-config', file),
  ]);
  const env = { LISTEN: `127.0.0.1:${port}`, LOG_FILE: join(directory, 'logs.jsonl') };
  const argv = ['--feature-gates=ottl.functions.enableLambda', ...files];
  const child = spawn(otelcol, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise((resolve) => {
    child.stderr
      .setEncoding('utf8')
      .on('data', (text) => text.includes('Everything is ready') && resolve(undefined));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    path: '/logs',
    pid: child.pid,
    close: () => end(child, directory),
  };
}

async function end(child, directory) {
  const closed = new Promise((resolve) => child.on('close', resolve));
  child.kill('SIGTERM');
  await closed;
  rmSync(directory, { recursive: true, force: true });
}

/** Sends over all connections, each POST when the one before is answered, for as long as `isOn()` says. */
async function send(pool, path, { type, body, count }, isOn) {
  let sent = 0;
  const one = async () => {
    while (isOn()) {
      const headers = { 'content-type': type, 'idempotency-key': randomUUID() };
      try {
        const answer = await pool.request({ method: 'POST', path, headers, body });
        await answer.body.dump();
        if (answer.statusCode >= 300) throw new Error(`it answered ${answer.statusCode}`);
        sent += count;
      } catch (error) {
        // nginx reads no body, and closes a connection on which a large one is under way.
        if (error.code !== 'UND_ERR_SOCKET' && error.code !== 'EPIPE' && error.code !== 'ECONNRESET')
          throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return sent;
}

async function measure(row, format) {
  const server = await row.start();
  if (server === undefined) return undefined;
  const pool = new Pool(server.url, { connections: CONNECTIONS });
  const cpu = server.cpu ?? (async () => processMicrosOf(server.pid));
  const during = (millis) => {
    const until = performance.now() + millis;
    return send(pool, server.path, format, () => performance.now() < until);
  };
  try {
    await during(MILLIS / 5);
    const [began, before] = [performance.now(), await cpu()];
    const sent = await during(MILLIS);
    const seconds = (performance.now() - began) / 1000;
    return { rate: sent / seconds, micros: ((await cpu()) - before) / sent };
  } finally {
    await pool.close();
    await server.close();
  }
}

async function compare() {
  for (const format of FORMATS) {
    const results = ROWS.map(() => []);
    for (let round = 0; round < ROUNDS; round++)
      for (const [index, row] of ROWS.entries()) results[index].push(await measure(row, format));
    for (const [index, { name }] of ROWS.entries()) {
      const measured = results[index].filter((result) => result !== undefined);
      const [rate, micros] = [
        median(measured.map((one) => one.rate)),
        median(measured.map((one) => one.micros)),
      ];
      const words =
        measured.length === 0
          ? 'not here'
          : `${Math.round(rate)} records a second, ${micros.toFixed(1)} us of CPU a record`;
      console.log(`${format.format.padEnd(7)} ${name.padEnd(28)} ${words}`);
    }
  }
}

/** What the kernel has given to a process, in MB. */
const rssOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

async function memory(millions) {
  const server = await listen('group');
  const pool = new Pool(server.url, { connections: CONNECTIONS });
  let sent = 0;
  for (let part = 1; part <= 10; part++) {
    const most = (part * millions * 1e6) / 10;
    let asked = sent;
    sent += await send(pool, '/', FORMATS[1], () => {
      asked += BATCH;
      return asked <= most;
    });
    console.log(`${(sent / 1e6).toFixed(1)} million records: ${Math.round(rssOf(server.pid))} MB`);
  }
  await pool.close();
  await server.close();
}

if (values.memory === undefined) await compare();
else await memory(Number(values.memory));
