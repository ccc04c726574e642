/** `REMOTE_LOGGER_URL=http://127.0.0.1:9000/logs node winston.js` */
import { RemoteTransport } from 'otel-remote-logger/winston';
import winston from 'winston';

const logger = winston.createLogger({
  format: winston.format.errors({ stack: true }),
  transports: [new winston.transports.Console({ format: winston.format.simple() }), new RemoteTransport()],
});
logger.info('turn finished', { model: 'vicuna-13b', usage: { tokens: 256 } });
