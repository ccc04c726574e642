/**
 * Logs five records and has a timer of its own, which starts at once or when the process is about to end.
 * Arguments: options, 'at once' | 'at the end', milliseconds.
 */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, when, millis] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
const start = () => setTimeout(() => console.log('the timer ran'), millis);
for (let id = 0; id < 5; id++) logger.log({ id });
if (when === 'at once') start();
else process.once('beforeExit', start);
