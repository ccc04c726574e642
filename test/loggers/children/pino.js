/** Logs to pino's transport in its worker thread, and ends. Arguments: the transport's options, how many, the way, whether to wait for the thread. */
import { once } from 'node:events';
import pino from 'pino';

const [options, count, way, waits] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const stream = pino.transport({ target: 'otel-remote-logger/pino', options });
// Exported, as a logger is: one that nothing refers to any more is collected, with what is in its thread.
export const logger = pino({ base: null }, stream);
// Pino's thread holds no process.
const holding = setInterval(() => {}, 1000);
if (waits) await once(stream, 'ready');
clearInterval(holding);
for (let id = 0; id < count; id++) logger.info({ id }, 'text');
if (way === 'exit') process.exit(7);
if (way === 'throw') throw new Error('boom');
if (way === 'signal') {
  process.once('SIGTERM', () => process.exit(0));
  process.kill(process.pid, 'SIGTERM');
}
