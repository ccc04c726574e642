/** Logs one record to a logger with the given options, and prints the account. */
import { createRemoteLogger } from '../../../dist/index.js';

const logger = createRemoteLogger(JSON.parse(process.argv[2] ?? '{}'));
logger.log({ id: 0 });
console.log(JSON.stringify(await logger.shutdown({ timeoutMillis: 30_000 })));
