/** `REMOTE_LOGGER_URL=http://127.0.0.1:9000/logs node pino.js` */
import pino from 'pino';

export const logger = pino({
  transport: { targets: [{ target: 'pino/file' }, { target: 'otel-remote-logger/pino' }] },
});
logger.info({ model: 'vicuna-13b', usage: { tokens: 256 } }, 'turn finished');
// No signal reaches pino's thread. At the end of the process it delivers what is pending.
process.once('SIGTERM', () => process.exit());
