/** Five loggers with a record each. Arguments: options. */
import { createRemoteLogger } from 'otel-remote-logger';

for (let id = 0; id < 5; id++) createRemoteLogger(JSON.parse(process.argv[2] ?? '{}')).log({ id });
