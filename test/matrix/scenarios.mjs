import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { check, expect, run } from '../support/check.mjs';
import { withReceiver } from './receiver.mjs';
import { startServer } from './servers.mjs';

/** @import { Runtime } from './projects.mjs' */
/** @typedef {Record<string, unknown>} Sent */

const REGISTER = ['--import', 'otel-remote-logger/register'];
/** Traces that go nowhere near a network, with ids all the same. */
const TRACES = { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'none' };

/**
 * Runs a script to its end and says what arrived, and what it printed.
 * @param {Runtime} node @param {string} project @param {string[]} args
 */
const sent = (node, project, args, env = {}) =>
  withReceiver(async (url, records) => {
    const said = await run(node.path, args, project, { env: { ...env, REMOTE_LOGGER_URL: url } });
    return { ...said, records };
  });

/** One line as one flat record: message, severity, attributes. @param {Sent[]} records @param {string} scope */
function expectLine(records, scope) {
  const [record] = records;
  expect(records.length === 1, `${records.length} records: ${JSON.stringify(records)}`);
  const { body, model, usage, severity_number, severity_text, scope_name } = record ?? {};
  expect(
    body === 'turn finished' && model === 'vicuna-13b' && usage === '{"tokens":256}' && severity_number === 9,
    `arrived: ${JSON.stringify(record)}`,
  );
  expect(
    String(severity_text).toLowerCase() === 'info' && String(scope_name).includes(scope),
    `from ${scope_name}`,
  );
}

/** The bodies of what the globals' app logs, each with severity and attributes. @param {Sent[]} records @param {boolean} traced */
function expectGlobals(records, line = '', traced = false) {
  const bodies = records.map(({ body }) => body).sort();
  const expected = line === '3.x' ? ['api', 'api by require', 'api-logs'] : ['api-logs'];
  expect(JSON.stringify(bodies) === JSON.stringify(expected), `arrived: ${JSON.stringify(records)}`);
  for (const { severity_number, usage, trace_id } of records) {
    expect(severity_number === 9 && usage === '{"tokens":256}', `arrived: ${JSON.stringify(records)}`);
    expect(!traced || /^[0-9a-f]{32}$/.test(String(trace_id)), `no trace: ${JSON.stringify(records)}`);
  }
}

/** The examples and apps on one Node and one line. @param {string} where @param {Runtime} node @param {string} project @param {string} line */
export async function runScenarios(where, node, project, line) {
  await check(`${where}: direct use`, async () => {
    const { records, stderr } = await sent(node, project, ['direct.js']);
    expect(
      stderr === '' && records.length === 1 && records[0]?.['model'] === 'vicuna-13b',
      JSON.stringify(records),
    );
  });
  for (const [name, scope, ...flags] of [
    ['pino', 'instrumentation-pino', '--import', './register/instrumentation.js'],
    ['winston', 'winston-transport'],
    ['bunyan', 'instrumentation-bunyan', '--import', './register/instrumentation.js'],
  ]) {
    await check(`${where}: ${name} under register arrives as one flat record`, async () => {
      const { records } = await sent(node, project, [...REGISTER, ...flags, `register/${name}.js`]);
      expectLine(records, String(scope));
    });
  }
  for (const name of ['pino', 'winston']) {
    await check(`${where}: the transport of ${name} delivers one flat record`, async () => {
      const { records, stdout } = await sent(node, project, [`loggers/${name}.js`]);
      expectLine(records, `otel-remote-logger/${name}`);
      expect(stdout.includes('turn finished'), `its other transport wrote: ${stdout}`);
    });
  }
  await check(`${where}: a raw stream of bunyan delivers one flat record`, async () => {
    const { records } = await sent(node, project, ['loggers/bunyan.js']);
    const [record] = records;
    expect(records.length === 1 && record?.['msg'] === 'turn finished', JSON.stringify(records));
    expect(record?.['usage'] === '{"tokens":256}', JSON.stringify(records));
  });
  await check(`${where}: what a request of Fastify logs is delivered`, () => fastifyDelivers(node, project));
  await check(`${where}: both globals deliver under register`, async () => {
    const { records, stderr } = await sent(node, project, [...REGISTER, 'apps/globals.js']);
    expect(stderr === '', stderr);
    expectGlobals(records, line);
  });
  await check(`${where}: both globals deliver with NodeSDK`, async () => {
    const { records } = await sent(node, project, ['--import', './node-sdk.js', 'apps/globals.js'], TRACES);
    expectGlobals(records, line);
  });
  await check(`${where}: both globals deliver with startNodeSDK, with the trace`, async () => {
    const { records } = await sent(node, project, ['apps/start-node-sdk.js'], TRACES);
    expectGlobals(records, line, true);
  });
  await check(`${where}: a request handler's record has the trace of its request`, () =>
    requestHandler(node, project),
  );
  await check(`${where}: a function delivers before it answers`, () => functionDelivers(node, project));
  await check(`${where}: two copies of the package are one logger`, () => twoCopies(node, project, line));
  for (const way of ['register', 'bridge']) {
    await check(`${where}: an instrumentation whose logger was made before delivers, by ${way}`, () =>
      earlyInstrumentation(node, project, way),
    );
  }
  await check(`${where}: 1,000 records are 1,000 POSTs under instrumentations, and no span`, () =>
    feedback(node, project),
  );
  await check(`${where}: without a URL, register needs no OpenTelemetry package`, () =>
    nothingLoads(node, project),
  );
}

/** @param {Runtime} node @param {string} project */
const requestHandler = (node, project) =>
  withReceiver(async (url, records) => {
    const env = {
      ...process.env,
      ...TRACES,
      OTEL_TRACES_EXPORTER: 'console',
      REMOTE_LOGGER_URL: url,
      PORT: '0',
    };
    const args = ['--import', './node-sdk.js', 'request-handler.js'];
    const surroundings = { cwd: project, env, timeout: 60_000 };
    const { match, end } = await startServer(node, args, surroundings, /port: (\d+)/);
    const answer = await fetch(`http://127.0.0.1:${match[1]}/chat`);
    const traceId = await answer.text();
    await end();
    expect(/^[0-9a-f]{32}$/.test(traceId), `answered: ${traceId}`);
    expect(
      records.length === 1 && records[0]?.['trace_id'] === traceId && records[0]?.['path'] === '/chat',
      `arrived: ${JSON.stringify(records)}`,
    );
  });

/** @param {Runtime} node @param {string} project */
const fastifyDelivers = (node, project) =>
  withReceiver(async (url, records) => {
    const env = { ...process.env, REMOTE_LOGGER_URL: url, PORT: '0' };
    const surroundings = { cwd: project, env, timeout: 60_000 };
    const { match, end } = await startServer(node, ['loggers/fastify.js'], surroundings, /url: (\S+)/);
    await (await fetch(`${match[1]}/chat`)).text();
    await end();
    const turns = records.filter(({ body }) => body === 'turn finished');
    expectLine(turns, 'otel-remote-logger/pino');
    expect(turns[0]?.['reqId'] === 'req-1', `arrived: ${JSON.stringify(turns)}`);
  });

/** @param {Runtime} node @param {string} project @param {string} line */
async function twoCopies(node, project, line) {
  const copy = join(project, 'copy');
  await cp(join(project, 'node_modules/otel-remote-logger'), copy, { recursive: true });
  const { records, stdout } = await sent(node, project, ['apps/copies.js', join(copy, 'dist/index.js')]);
  await rm(copy, { recursive: true });
  expect(stdout.trim() === '{"different":true,"loggers":1,"loggings":1}', stdout);
  expect(records.filter(({ body }) => body === 'logged').length === 2, JSON.stringify(records));
  expectGlobals(
    records.filter(({ body }) => body !== 'logged'),
    line,
  );
}

/** npm may nest a copy of the API in the instrumentation. @param {Runtime} node @param {string} project @param {string} way */
async function earlyInstrumentation(node, project, way) {
  const { records, stderr } = await sent(node, project, ['apps/early-instrumentation.cjs', way], TRACES);
  const scopes = records.map(({ scope_name }) => scope_name);
  expect(
    stderr === '' && records.length === 2 && scopes.every((name) => name === OPENAI),
    stderr + JSON.stringify(records),
  );
}

const OPENAI = '@opentelemetry/instrumentation-openai';

/** @param {Runtime} node @param {string} project */
const feedback = (node, project) =>
  withReceiver(async (elsewhere) => {
    const { records, stdout } = await sent(node, project, ['apps/instrumented.cjs', elsewhere]);
    const { accepted, ofRecords, spans, delivered } = JSON.parse(stdout);
    expect(accepted === 1000 && ofRecords.length === 0, stdout);
    expect(spans.length === 1, `its own request shows that instrumentations are on: ${spans}`);
    const lines = records.filter(({ body }) => body === 'turn finished');
    expect(new Set(lines.map(({ id }) => id)).size === 1000, `${lines.length} lines`);
    expect(records.length === delivered, `${records.length} POSTs for ${delivered} records`);
  });

const FUNCTION = `
  const { handler } = await import('./function.js');
  console.log((await handler({ name: 'Ada' })).body);
  process.kill(process.pid, 'SIGKILL'); // what is not delivered by now never is
`;

/** @param {Runtime} node @param {string} project */
const functionDelivers = (node, project) =>
  withReceiver(async (url, records) => {
    const args = ['--input-type=module', '--eval', FUNCTION];
    const options = { env: { REMOTE_LOGGER_URL: url } };
    const { stdout } = await run(node.path, args, project, options).catch((killed) => killed);
    expect(stdout === 'Hello, Ada!\n', stdout);
    expect(records.length === 1 && records[0]?.['name'] === 'Ada', JSON.stringify(records));
  });

/**
 * In a folder with the package alone, whatever it loads is not found: without a URL that is nothing.
 * @param {Runtime} node @param {string} project
 */
async function nothingLoads(node, project) {
  const bare = `${project}-bare`;
  const installed = 'node_modules/otel-remote-logger';
  for (const part of ['dist', 'package.json']) {
    await cp(join(project, installed, part), join(bare, installed, part), { recursive: true });
  }
  const args = [...REGISTER, '--eval', 'console.log("ran")'];
  const without = await run(node.path, args, bare);
  expect(without.stdout === 'ran\n' && without.stderr === '', without.stderr);
  const withUrl = await run(node.path, args, bare, { env: { REMOTE_LOGGER_URL: 'http://127.0.0.1:9/' } });
  expect(withUrl.stdout === 'ran\n' && /could not register/.test(withUrl.stderr), withUrl.stderr);
}
