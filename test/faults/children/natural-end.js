/** Logs records and ends. Arguments: options, how many. */
import { createRemoteLogger } from 'otel-remote-logger';

const logger = createRemoteLogger(JSON.parse(process.argv[2] ?? '{}'));
const count = JSON.parse(process.argv[3] ?? '5');
for (let id = 0; id < count; id++) logger.log({ id });
