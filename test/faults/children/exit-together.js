/**
 * Loggers with a thread each: first those of a dead endpoint, then one whose headers are asked for here. When the last has
 * delivered a record, all log one more; then the process exits, and prints how long that took. Arguments: the URLs, exitTimeoutMillis.
 */
import { createRemoteLogger } from 'otel-remote-logger';

const [urls, exitTimeoutMillis] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const headers = () => ({ 'x-asked': 'yes' });
/** @type {import('otel-remote-logger').RemoteLogger[]} */
const loggers = urls.map((/** @type {string} */ url) =>
  createRemoteLogger({ url, headers, exitTimeoutMillis, thread: true }),
);
const last = loggers.at(-1);
last?.log({ id: 0 });
await last?.flush();
for (const logger of loggers) logger.log({ id: 1 });
const since = performance.now();
process.on('exit', () => console.log(performance.now() - since));
process.exit(7);
