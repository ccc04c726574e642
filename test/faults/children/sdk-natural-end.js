/** What the SDK does by itself: a script emits five records through a batch processor and ends. Prints how many it exported. */
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

let exported = 0;
/** @type {import('@opentelemetry/sdk-logs').LogRecordExporter} */
const exporter = {
  export(records, resultCallback) {
    exported += records.length;
    resultCallback({ code: 0 });
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
const logger = provider.getLogger('script');
for (let id = 0; id < 5; id++) logger.emit({ body: { id } });
process.on('exit', () => console.log(`exported ${exported}`));
