/**
 * Logs 100 records with the HTTP and undici instrumentations on, and diag and console bridged to the same logger; then
 * makes one request of its own. Prints the spans that were made. Arguments: options, a URL for its own request.
 */
import { context, DiagLogLevel, diag, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { createRemoteLogger } from 'otel-remote-logger';

const [options, ownUrl] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const spans = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
for (const instrumentation of [new HttpInstrumentation(), new UndiciInstrumentation()])
  instrumentation.enable();

const logger = createRemoteLogger(options);
/** @param {unknown[]} words */
const bridge = (...words) => logger.log({ words });
diag.setLogger(
  { error: bridge, warn: bridge, info: bridge, debug: bridge, verbose: bridge },
  { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true },
);
const { log } = console;
console.log = console.warn = console.error = bridge;

for (let id = 0; id < 100; id++) logger.log({ id });
await trace.getTracer('application').startActiveSpan('turn', async (span) => {
  for (let id = 100; id < 200; id++) logger.log({ id });
  await logger.flush();
  span.end();
});
const sent = logger.stats();
await fetch(ownUrl);
const atEnd = await logger.shutdown({ timeoutMillis: 30_000 });
log(JSON.stringify({ sent, atEnd, spans: spans.getFinishedSpans().map(({ name }) => name) }));
