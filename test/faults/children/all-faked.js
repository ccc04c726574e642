/**
 * Logs while all is faked that a test can fake, also what Node itself works with, as sinon and Jest do; nothing of it ever comes.
 * Flushes then, and when all is real again; prints both accounts. Arguments: options, the deadline of the first flush.
 */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, timeoutMillis] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
logger.log({ id: 0 });
await logger.flush();

const timer = { ref: () => timer, unref: () => timer, refresh: () => timer, hasRef: () => true };
const never = () => timer;
const { setTimeout, setInterval, setImmediate, queueMicrotask } = globalThis;
const { nextTick } = process;
Object.assign(globalThis, {
  setTimeout: never,
  setInterval: never,
  setImmediate: never,
  queueMicrotask: never,
});
Object.assign(process, { nextTick: never });
logger.log({ id: 1 });
const faked = await logger.flush({ timeoutMillis });
Object.assign(globalThis, { setTimeout, setInterval, setImmediate, queueMicrotask });
Object.assign(process, { nextTick });
logger.log({ id: 2 });
console.log(JSON.stringify([faked, await logger.shutdown({ timeoutMillis: 30_000 })]));
process.exit(0);
