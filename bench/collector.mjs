// What the collector of collector-config/ costs, in CPU time of its process, and what it makes a second on one core:
//   npm run bench:collector              the table
//   npm run bench:collector -- --quick   that it runs
// Bodies are those of the real exporter and the real logger. Every round measures each row once, so that a noisy moment
// meets all of them; medians.
import '../test/support/temp-script.mjs';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { createRemoteLogger, RemoteLogRecordExporter } from '../dist/index.js';
import { freePort } from './lib/free-port.mjs';
import { seedRecord } from './lib/records.mjs';
import { median } from './lib/stats.mjs';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 1 : 5;
const POSTS = quick ? 10 : 150;
const RECORDS = 512;

const folder = fileURLToPath(new URL('../collector-config/', import.meta.url));
const otelcol = join(folder, '.build', 'otelcol');
const directory = mkdtempSync(join(tmpdir(), 'otelcol-bench-'));

/** Answers everything, keeps the bodies when asked to, and is the back end of the gateway as well. */
const kept = [];
const sink = createServer(async (incoming, response) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  if (incoming.url === '/keep') kept.push(Buffer.concat(chunks));
  response.end();
});
const sinkPort = await listen(sink);

function listen(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

/** The body of one POST with all the records, from the exporter: with metadata. */
async function exporterBody() {
  const exporter = new RemoteLogRecordExporter({
    url: `http://127.0.0.1:${sinkPort}/keep`,
    format: 'ndjson',
  });
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({
      'service.name': 'shop',
      'service.version': '1.2.3',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'opentelemetry',
      'host.name': 'host-1',
      'process.pid': 1234,
    }),
    processors: [new BatchLogRecordProcessor({ exporter, maxExportBatchSize: RECORDS })],
  });
  const spanContext = {
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    traceFlags: 1,
  };
  const context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
  const log = provider.getLogger('chat', '1.0.0');
  for (let i = 0; i < RECORDS; i++) {
    log.emit({
      severityNumber: 9,
      severityText: 'INFO',
      context,
      body: 'turn finished',
      attributes: seedRecord(i),
    });
  }
  await provider.shutdown();
  return kept.pop();
}

/** The same from the logger: the data alone. */
async function loggerBody() {
  const logger = createRemoteLogger({ url: `http://127.0.0.1:${sinkPort}/keep`, format: 'ndjson' });
  for (let i = 0; i < RECORDS; i++) logger.log(seedRecord(i));
  await logger.shutdown();
  return kept.pop();
}

/** A config file for the rows that measure parts of the field map. */
function part(name, processors) {
  const path = join(directory, `${name}.yaml`);
  writeFileSync(
    path,
    `receivers:
  webhook_event:
    endpoint: \${env:LISTEN}
    path: /logs
    write_timeout: 10s
    max_request_body_size: 10485760
    keep_alives_enabled: true
    split_logs_at_newline: true
processors:
  transform/parse:
    log_statements:
      - context: log
        conditions:
          - IsMatch(log.body, "^\\\\s*\\\\{")
        statements:
          - set(log.attributes, ParseJSON(log.body))
exporters:
  nop: {}
service:
  telemetry:
    metrics:
      level: none
  pipelines:
    logs:
      receivers: [webhook_event]
      processors: [${processors}]
      exporters: [nop]
`,
  );
  return path;
}

const FIELD_MAP = 'filter/blank, transform/array, unroll, transform/record, groupbyattrs, transform/group';
const map = join(folder, 'field-map.yaml');
const rows = [
  { name: 'receive only', files: [map, part('receive', '')] },
  { name: 'parse alone', files: [map, part('parse', 'transform/parse')] },
  { name: 'field map', files: [map, part('map', FIELD_MAP)] },
  { name: 'field map, named keys', files: [map, part('keys', `${FIELD_MAP}, transform/keys`)] },
  {
    name: 'field map, all keys',
    files: [map, part('all', `${FIELD_MAP}, transform/keys`), join(folder, 'all-keys.yaml')],
  },
  {
    name: 'gateway.yaml, disk queue, OTLP',
    files: [map, join(folder, 'gateway.yaml'), join(folder, 'backends', 'otlp.yaml')],
  },
];

async function start({ files }) {
  const [port, metricsPort, healthPort] = [await freePort(), await freePort(), await freePort()];
  const env = {
    LISTEN: `127.0.0.1:${port}`,
    METRICS_PORT: `${metricsPort}`,
    HEALTH: `127.0.0.1:${healthPort}`,
    REMOTE_LOGGER_TOKEN: 'bench',
    QUEUE_DIRECTORY: mkdtempSync(join(directory, 'queue-')),
    OTLP_ENDPOINT: `http://127.0.0.1:${sinkPort}`,
  };
  const argv = [
    '--feature-gates=ottl.functions.enableLambda',
    ...files.flatMap((file) => ['--config', file]),
  ];
  const child = spawn(otelcol, argv, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  child.on('error', () => {
    console.error('there is no collector: `npm run collector:build` builds it');
    process.exit(1);
  });
  let said = '';
  await new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (said.includes('Everything is ready')) resolve(undefined);
    });
    child.on('exit', () => reject(new Error(said)));
  });
  return {
    child,
    port,
    metricsPort: files.length === 3 && files[1].endsWith('gateway.yaml') ? metricsPort : undefined,
  };
}

const agent = new Agent({ keepAlive: true, maxSockets: 4 });

function post(port, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': body.length, authorization: 'Bearer bench' };
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/logs', method: 'POST', agent, headers },
      (answer) => {
        answer
          .resume()
          .on('end', () =>
            answer.statusCode === 200 ? resolve(undefined) : reject(new Error(`${answer.statusCode}`)),
          );
      },
    );
    outgoing.on('error', reject).end(body);
  });
}

/** Of all its threads, in microseconds: Linux counts in hundredths of a second. */
function cpuMicros(pid) {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10_000;
}

/** Waits until the gateway's queue is empty: what it has taken, it has also delivered. */
async function drained(metricsPort) {
  for (;;) {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const size = /^otelcol_exporter_queue_size\{.*\} (.+)$/m.exec(text)?.[1];
    const inFlight = /^otelcol_exporter_in_flight_requests\{.*\} (.+)$/m.exec(text)?.[1];
    if (size === '0' && (inFlight ?? '0') === '0') return;
    await new Promise((resolve) => setTimeout(resolve, 20, undefined));
  }
}

async function measure(row, body) {
  const { child, port, metricsPort } = await start(row);
  try {
    await Promise.all(Array.from({ length: 4 }, () => post(port, body)));
    const before = cpuMicros(child.pid);
    let left = POSTS;
    const worker = async () => {
      while (left-- > 0) await post(port, body);
    };
    await Promise.all([worker(), worker()]);
    if (metricsPort !== undefined) await drained(metricsPort);
    return (cpuMicros(child.pid) - before) / (POSTS * RECORDS);
  } finally {
    child.removeAllListeners('exit').kill('SIGKILL');
  }
}

async function table(title, body) {
  const measured = rows.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, row] of rows.entries()) measured[index].push(await measure(row, body));
  }
  const medians = measured.map(median);
  const [, parse] = medians;
  console.log(`\n${title}: ${Math.round(body.length / RECORDS)} bytes a record, ${RECORDS} records a POST`);
  console.table(
    Object.fromEntries(
      rows.map(({ name }, index) => [
        name,
        {
          'us CPU a record': Number(medians[index].toFixed(1)),
          'records a second on one core': Math.round(1e6 / medians[index]),
          'of parse alone': Number((medians[index] / parse).toFixed(2)),
        },
      ]),
    ),
  );
}

console.log(`${ROUNDS} rounds, medians, ${availableParallelism()} cores`);
await table('From the exporter, with metadata', await exporterBody());
await table('From getRemoteLogger(), data alone', await loggerBody());
agent.destroy();
sink.closeAllConnections();
sink.close();
