/**
 * Logs in an `exit` listener that comes after the package's own. Arguments: options, how it ends, what logs there: a logger that
 * has logged before, one that has not, or an exporter; the field that is logged; how many records. Prints the account.
 */
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { createRemoteLogger, RemoteLogRecordExporter } from 'otel-remote-logger';

const [options, way, what, field = 'last words', count = 2] = process.argv
  .slice(2)
  .map((arg) => JSON.parse(arg));

function setUp() {
  if (what !== 'exporter') return createRemoteLogger(options);
  const exporter = new RemoteLogRecordExporter({ ...options, metadata: false });
  const logger = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }).getLogger(
    's',
  );
  return {
    /** @param {Record<string, string | number>} body */
    log: (body) => logger.emit({ body }),
    flush: () => exporter.forceFlush(),
    stats: () => exporter.stats(),
  };
}

const logger = setUp();
if (what !== 'first') {
  logger.log({ id: 0 });
  await logger.flush();
}
process.on('exit', () => {
  logger.log({ id: 1, field });
  for (let id = 2; id <= count; id++) logger.log({ id });
  console.log(JSON.stringify(logger.stats()));
});
if (way === 'throw') throw new Error('boom');
if (way === 'exit') process.exit(7);
