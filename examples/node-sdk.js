/**
 * An OpenTelemetry setup with `NodeSDK` whose logs go to `REMOTE_LOGGER_URL`. Comes before the application:
 * `node --import ./node-sdk.js app.js`
 */
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { bridgeLoggerProviders, RemoteLogRecordExporter } from 'otel-remote-logger';

const sdk = new NodeSDK({
  serviceName: 'shop',
  logRecordProcessors: [new BatchLogRecordProcessor({ exporter: new RemoteLogRecordExporter() })],
});
sdk.start();
// Some packages log to the global of @opentelemetry/api-logs, others to that of @opentelemetry/api: this feeds both.
bridgeLoggerProviders();

// A batch processor does not deliver by itself at the end of the process.
process.once('beforeExit', () => sdk.shutdown());
for (const signal of ['SIGTERM', 'SIGINT'])
  process.once(signal, async () => {
    await sdk.shutdown();
    process.exit();
  });
