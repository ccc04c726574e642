/** When its stdin ends, makes a logger, logs some records with it, and lives on. Arguments: options, the ids of its records. */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, ids] = process.argv.slice(2).map((arg) => JSON.parse(arg));
console.log('ready');
await new Promise((resolve) => process.stdin.on('end', resolve).resume());
const logger = createRemoteLogger(options);
for (const id of ids) logger.log({ id });
// In the files at the end of this turn.
setImmediate(() => setImmediate(() => console.log('logged')));
setInterval(() => {}, 1000);
