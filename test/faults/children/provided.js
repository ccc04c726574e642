/** Logs through a provider of its own and ends. Argument: a URL. */
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { createRemoteLogger, RemoteLogRecordExporter } from 'otel-remote-logger';

const exporter = new RemoteLogRecordExporter({ url: JSON.parse(process.argv[2] ?? '') });
const loggerProvider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
const logger = createRemoteLogger({ loggerProvider });
for (let id = 0; id < 3; id++) logger.log({ id });
