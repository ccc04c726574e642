/** Logs five records and awaits a method, with nothing else alive. Arguments: options, method, deadline options. */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, method, deadline] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
for (let id = 0; id < 5; id++) logger.log({ id });
/** @type {'flush' | 'shutdown'} */
const flushOrShutdown = method;
console.log(JSON.stringify(await logger[flushOrShutdown](deadline)));
