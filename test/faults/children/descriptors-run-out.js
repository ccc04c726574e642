/**
 * Takes all file descriptors when a record has been delivered, logs, and says 'fails' when that fails; has them again when its stdin
 * ends, and flushes. Argument: options.
 */
import { closeSync, openSync } from 'node:fs';
import { createRemoteLogger } from 'otel-remote-logger';

const logger = createRemoteLogger(JSON.parse(process.argv[2] ?? '{}'));
logger.log({ id: 'first' });
await logger.flush();
/** @type {number[]} */
const taken = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch (error) {
  console.log(String(error)); // EMFILE
}
for (let id = 0; id < 5; id++) logger.log({ id });
const watch = setInterval(() => {
  if (logger.stats().failingSince === undefined) return;
  console.log('fails');
  clearInterval(watch);
}, 10);
process.stdin.once('end', async () => {
  for (const descriptor of taken) closeSync(descriptor);
  console.log(JSON.stringify(await logger.flush()));
  process.exit(0);
});
process.stdin.resume();
