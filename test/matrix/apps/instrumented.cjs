/**
 * Under `register`, with the pino, HTTP and undici instrumentations on: pino logs 1,000 lines, and whatever the instrumentations and
 * diag have to say goes to pino as well. Says which spans were made, after a request of its own. Argument: where to.
 */
const { context, diag, DiagLogLevel, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { PinoInstrumentation } = require('@opentelemetry/instrumentation-pino');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const { registerRemoteLogging } = require('otel-remote-logger');

const spans = [];
const span = (name) => {
  spans.push(name);
  return trace.wrapSpanContext({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 1,
  });
};
const { isTracingSuppressed } = require('@opentelemetry/core');
const tracer = {
  // As the SDK's tracer does.
  startSpan: (name, _options, at = context.active()) =>
    isTracingSuppressed(at)
      ? trace.wrapSpanContext({ traceId: '0', spanId: '0', traceFlags: 0 })
      : span(name),
};
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider({ getTracer: () => tracer });
registerInstrumentations({
  instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation(), new PinoInstrumentation()],
});

const logger = require('pino')({}, { write() {} });
const bridge = (...words) => logger.warn({ words: words.map(String) }, 'diag');
diag.setLogger(
  { error: bridge, warn: bridge, info: bridge, debug: bridge, verbose: bridge },
  { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
);
/** Every request and every socket of this process is told of. */
for (const channel of [
  'undici:request:create',
  'undici:client:sendHeaders',
  'net.client.socket',
  'http.client.request.start',
]) {
  require('node:diagnostics_channel').subscribe(channel, () => logger.info('a request'));
}

async function main() {
  const logging = await registerRemoteLogging();
  // What the SDK and the instrumentations say while all is set up is the application's own.
  logger.info('the first');
  const before = (await logging.flush()).accepted;
  for (let id = 0; id < 1000; id++) logger.info({ id }, 'turn finished');
  await logging.flush();
  const accepted = logging.stats().accepted - before;
  const ofRecords = [...spans];
  await fetch(process.argv[2]);
  const atEnd = await logging.shutdown();
  diag.disable();
  console.log(JSON.stringify({ accepted, ofRecords, spans, delivered: atEnd.delivered }));
}

void main();
