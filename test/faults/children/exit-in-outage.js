/** Logs, and exits once the endpoint has failed. Argument: options. */
import { createRemoteLogger } from 'otel-remote-logger';

const logger = createRemoteLogger(JSON.parse(process.argv[2] ?? '{}'));
for (let id = 0; id < 3; id++) logger.log({ id });
setInterval(() => {
  if (logger.stats().failingSince !== undefined) process.exit(7);
}, 10);
