/**
 * A service whose records carry the trace of the request that they belong to:
 * `node --import ./node-sdk.js request-handler.js`
 */
import { createServer } from 'node:http';
import { trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { createRemoteLogger } from 'otel-remote-logger';

// On the provider that node-sdk.js has set up. Without one: createRemoteLogger({ metadata: true }).
const logger = createRemoteLogger({ loggerProvider: logs.getLoggerProvider() });
const tracer = trace.getTracer('shop');

const server = createServer((request, response) => {
  tracer.startActiveSpan(`${request.method} ${request.url}`, (span) => {
    logger.log({ type: 'request', path: request.url });
    response.end(span.spanContext().traceId);
    span.end();
  });
});
server.listen(Number(process.env['PORT'] ?? 8000), '127.0.0.1', () => console.log(server.address()));
