/**
 * Delivers three records, logs two more, and waits for a signal. Arguments: options, signal, how the application
 * listens, number of loggers.
 */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, signal, listens = 'not at all', count = 1] = process.argv
  .slice(2)
  .map((arg) => JSON.parse(arg));

function onSignal() {
  console.log('handler ran');
  clearTimeout(alive);
  process.exitCode = 3;
}
const exitOnSignal = () => setTimeout(() => process.exit(4), 100);

if (listens === 'once, before') process.once(signal, onSignal);
if (listens === 'before') process.on(signal, onSignal);
const loggers = Array.from({ length: count }, () => createRemoteLogger(options));
if (listens === 'once, after') process.once(signal, onSignal);
if (listens === 'after') process.on(signal, onSignal);
if (listens === 'exits') process.once(signal, exitOnSignal);
if (listens === 'exits at once') process.once(signal, () => process.exit(4));

const logger = /** @type {import('otel-remote-logger').RemoteLogger} */ (loggers[0]);
for (let id = 0; id < 3; id++) logger.log({ id });
await logger.flush();
for (let id = 3; id < 5; id++) logger.log({ id });
// Long enough for any test, and an end for a process whose test is no more.
const alive = setTimeout(() => {}, 50_000);
console.log('ready');
