/** Logs a record a millisecond, and says each before, until it is ended from outside. Arguments: options. */
import { writeSync } from 'node:fs';
import { createRemoteLogger } from 'otel-remote-logger';

const logger = createRemoteLogger(JSON.parse(process.argv[2] ?? '{}'));
let id = 0;
setInterval(() => {
  writeSync(1, `${id}\n`);
  logger.log({ id: id++ });
}, 1);
