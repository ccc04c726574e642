/** `node --import otel-remote-logger/register winston.js` */
import { OpenTelemetryTransportV3 } from '@opentelemetry/winston-transport';
import winston from 'winston';

const logger = winston.createLogger({
  transports: [new winston.transports.Console(), new OpenTelemetryTransportV3()],
});
logger.info('turn finished', { model: 'vicuna-13b', usage: { tokens: 256 } });
