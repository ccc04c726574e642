/**
 * Logs five records through a provider of its own. Arguments: options, processor, whether it shuts the provider down.
 */
import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { RemoteLogRecordExporter } from 'otel-remote-logger';

const [options, kind, shutsDown] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const exporter = new RemoteLogRecordExporter(options);
const processor =
  kind === 'simple' ? new SimpleLogRecordProcessor({ exporter }) : new BatchLogRecordProcessor({ exporter });
const provider = new LoggerProvider({ processors: [processor] });
for (let id = 0; id < 5; id++) provider.getLogger('test').emit({ body: { id } });
if (shutsDown) await provider.shutdown();
