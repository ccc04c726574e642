/** Logs to winston's transport, and ends. Arguments: options for the remote logger, how many, the way. */
import { RemoteTransport } from 'otel-remote-logger/winston';
import winston from 'winston';

const [remote, count, way] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = winston.createLogger({ transports: [new RemoteTransport({ remote })] });
for (let id = 0; id < count; id++) logger.info('text', { id });
if (way === 'exit') process.exit(7);
if (way === 'throw') throw new Error('boom');
if (way === 'signal') process.kill(process.pid, 'SIGTERM');
if (way === 'end') logger.end().on('finish', () => process.kill(process.pid, 'SIGKILL'));
