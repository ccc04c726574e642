/** Logs records and ends at once, in one of several ways. Arguments: options, how many, way, milliseconds to wait before. */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, count, way, waitMillis = 0] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const headers = options.headers === 'asked' ? { headers: () => ({ 'x-asked': 'yes' }) } : {};
const logger = createRemoteLogger({ ...options, ...headers });
if (waitMillis > 0) {
  logger.log({ id: -1 });
  await logger.flush();
}
process.on('exit', () => console.log(JSON.stringify(logger.stats())));
for (let id = 0; id < count; id++) logger.log({ id });
if (way === 'throw') throw new Error('boom');
if (way === 'reject') await Promise.reject(new Error('boom'));
process.exit(7);
