/** Logs five records and ends. Arguments: options. */
import { createRemoteLogger } from 'otel-remote-logger';

const logger = createRemoteLogger(JSON.parse(process.argv[2] ?? '{}'));
for (let id = 0; id < 5; id++) logger.log({ id });
