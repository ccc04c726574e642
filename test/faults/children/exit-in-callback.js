/** Logs, and ends the process in a callback. Arguments: options, number of records, which callback. */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, count, callback] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger({ ...options, [callback]: () => process.exit(9) });
for (let id = 0; id < count; id++) logger.log({ id });
await logger.flush();
