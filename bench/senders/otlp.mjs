import { createRequire } from 'node:module';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { seedRecord } from '../lib/records.mjs';

const PER_TURN = 256;
const MAX_PENDING = 10_000;

/** The SDK with its own batch processor and its own exporter, OTLP/HTTP with JSON. */
export function create({ url, folder, mostPending = 100_000 }) {
  const load = createRequire(`${folder}/`);
  const { BatchLogRecordProcessor, LoggerProvider } = load('@opentelemetry/sdk-logs');
  const { OTLPLogExporter } = load('@opentelemetry/exporter-logs-otlp-http');
  const { exporter, count: exported } = counted(new OTLPLogExporter({ url }));
  const processor = new BatchLogRecordProcessor({
    exporter,
    maxQueueSize: mostPending,
    maxExportBatchSize: 512,
  });
  const provider = new LoggerProvider({ processors: [processor] });
  const logger = provider.getLogger('bench');
  let emitted = 0;
  const send = async (count, most) => {
    for (let index = 0; index < count; index += 1) {
      logger.emit({ body: seedRecord(index) });
      emitted += 1;
      if (index % PER_TURN !== PER_TURN - 1) continue;
      await nextTurn();
      while (emitted - exported() > most) await sleep(1);
    }
    while (exported() < emitted) {
      await provider.forceFlush();
      await sleep(1);
    }
  };
  return {
    run: (count) => send(count, MAX_PENDING),
    burst: (count) => send(count, mostPending),
    close: () => provider.shutdown(),
  };
}

/** An exporter that counts what it has exported. */
function counted(inner) {
  let count = 0;
  const exporter = {
    export: (records, callback) =>
      inner.export(records, (result) => {
        if (result.code !== 0) throw result.error ?? new Error('the exporter failed');
        count += records.length;
        callback(result);
      }),
    forceFlush: () => inner.forceFlush(),
    shutdown: () => inner.shutdown(),
  };
  return { exporter, count: () => count };
}
