/**
 * `startNodeSDK`. On SDK 3 it takes the exporter, and the other global is bridged. On 0.223 it makes a logger provider of a
 * configuration file only: so ours is registered after it. Logs one line to each global in a span.
 */
import * as api from '@opentelemetry/api';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { startNodeSDK } from '@opentelemetry/sdk-node';
import { bridgeLoggerProviders, RemoteLogRecordExporter, registerRemoteLogging } from 'otel-remote-logger';

const processor = new BatchLogRecordProcessor({ exporter: new RemoteLogRecordExporter() });
const sdk = startNodeSDK({ logRecordProcessors: [processor] });
const logging = 'logs' in api ? undefined : await registerRemoteLogging();
bridgeLoggerProviders();
await api.trace.getTracer('app').startActiveSpan('turn', async (span) => {
  await import('./globals.js');
  span.end();
});
await sdk.shutdown();
await logging?.shutdown();
