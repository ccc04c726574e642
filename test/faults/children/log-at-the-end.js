/** Logs once more when the process is about to end, as an application does with its last words. Arguments: options. */
import { createRemoteLogger } from 'otel-remote-logger';

const logger = createRemoteLogger(JSON.parse(process.argv[2] ?? '{}'));
for (let id = 0; id < 4; id++) logger.log({ id });
process.once('beforeExit', () => logger.log({ id: 4 }));
