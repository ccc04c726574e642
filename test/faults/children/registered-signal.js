/**
 * Logs through OpenTelemetry and through the global logger: two records that it flushes, three that it does not. Then it waits for a
 * signal. Argument: what else listens to signals.
 */
import { logs } from '@opentelemetry/api-logs';
import { getRemoteLogger, registerRemoteLogging } from 'otel-remote-logger';
import { onExit } from 'signal-exit';

if (process.argv[2] === '"signal-exit"') onExit((_, signal) => console.log(`cleaned up at ${signal}`));
const logger = logs.getLogger('application');
logger.emit({ attributes: { id: 0 } });
getRemoteLogger().log({ id: 1 });
const registered = await registerRemoteLogging();
await Promise.all([registered.flush(), getRemoteLogger().flush()]);
logger.emit({ attributes: { id: 2 } });
logger.emit({ attributes: { id: 3 } });
getRemoteLogger().log({ id: 4 });
// Long enough for any test, and an end for a process whose test is no more.
setTimeout(() => {}, 50_000);
// What was logged is in its file by then, if it has one.
setImmediate(() => setImmediate(() => console.log('ready')));
