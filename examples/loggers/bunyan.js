/** `REMOTE_LOGGER_URL=http://127.0.0.1:9000/logs node bunyan.js` */
import bunyan from 'bunyan';
import { getRemoteLogger } from 'otel-remote-logger';

const remote = { write: (record) => getRemoteLogger().log(record) };
const logger = bunyan.createLogger({
  name: 'shop',
  streams: [{ stream: process.stdout }, { type: 'raw', stream: remote }],
});
logger.info({ model: 'vicuna-13b', usage: { tokens: 256 } }, 'turn finished');
