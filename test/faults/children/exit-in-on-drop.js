/** Logs, and ends as soon as it is told of a loss. Arguments: options, number of records. */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, count] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger({ ...options, onDrop: () => process.exit(9) });
for (let id = 0; id < count; id++) logger.log({ id });
await logger.flush();
