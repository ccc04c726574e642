/** Logs each time that the process is about to end, before our own listener is there or after. Arguments: options, whether before. */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, isBefore] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
let id = 0;
const log = () => logger.log({ id: id++ });
if (!isBefore) log();
process.on('beforeExit', log);
if (isBefore) log();
process.on('exit', () => console.log(id));
