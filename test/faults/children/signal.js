/**
 * Delivers three records, logs two more, and waits for a signal. Arguments: options, signal, how the application
 * listens, options of more loggers, each of which delivers one record and logs another.
 */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, signal, listens = 'not at all', others = []] = process.argv
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
const logger = createRemoteLogger(options);
const otherLoggers = others.map((/** @type {object} */ other) => createRemoteLogger(other));
if (listens === 'once, after') process.once(signal, onSignal);
if (listens === 'after') process.on(signal, onSignal);
if (listens === 'exits') process.once(signal, exitOnSignal);
if (listens === 'exits at once') process.once(signal, () => process.exit(4));

for (let id = 0; id < 3; id++) logger.log({ id });
let nextId = 5;
for (const other of otherLoggers) other.log({ id: nextId++ });
await Promise.all([logger, ...otherLoggers].map((one) => one.flush()));
for (let id = 3; id < 5; id++) logger.log({ id });
for (const other of otherLoggers) other.log({ id: nextId++ });
// Long enough for any test, and an end for a process whose test is no more.
const alive = setTimeout(() => {}, 50_000);
// What was logged is in its file by then, if it has one.
setImmediate(() => setImmediate(() => console.log('ready')));
