/**
 * Logs and flushes, and says how that ended. Blocks its event loop meanwhile, once its stdin ends. Says 'goes on' when it has not run
 * for a while, and all that was due by then has. Arguments: options, how many records, the flush's deadline, for how long to block.
 */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, count, timeoutMillis, blockMillis] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
logger.log({ id: 'first' });
await logger.flush(); // what loads has loaded
for (let id = 0; id < count; id++) logger.log({ id });
let last = Date.now();
let stoodStill = false;
const watch = setInterval(() => {
  if (stoodStill) console.log('goes on');
  stoodStill = Date.now() - last > 1000;
  last = Date.now();
}, 50);
process.stdin.once('end', () => {
  console.log('blocks');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMillis);
});
process.stdin.resume();
const { pending, failed } = await logger.flush({ timeoutMillis });
console.log(JSON.stringify({ pending, failed }));
clearInterval(watch);
process.exit(0);
