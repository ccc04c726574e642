/** `node --import otel-remote-logger/register --import ./instrumentation.js pino.js` */
import pino from 'pino';

const logger = pino({ name: 'shop' });
logger.info({ model: 'vicuna-13b', usage: { tokens: 256 } }, 'turn finished');
