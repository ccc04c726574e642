/** `node --import otel-remote-logger/register --import ./instrumentation.js bunyan.js` */
import bunyan from 'bunyan';

const logger = bunyan.createLogger({ name: 'shop' });
logger.info({ model: 'vicuna-13b', usage: { tokens: 256 } }, 'turn finished');
