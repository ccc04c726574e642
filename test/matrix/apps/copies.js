/** Two copies of the package. Argument: the path of the other one. Says how many loggers and registrations there are. */
import * as one from 'otel-remote-logger';

const other = await import(process.argv[2] ?? '');
const loggings = await Promise.all([one.registerRemoteLogging(), other.registerRemoteLogging()]);
const loggers = [one.getRemoteLogger(), other.getRemoteLogger()];
for (const logger of loggers) logger.log({ body: 'logged' });
await import('./globals.js');
const different = one.getRemoteLogger !== other.getRemoteLogger;
console.log(JSON.stringify({ different, loggers: new Set(loggers).size, loggings: new Set(loggings).size }));
