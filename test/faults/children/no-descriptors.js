/**
 * Logs while no file descriptors are left. Says 'trying again' when loading is; or, where a thread was quick and has loaded before, 'fails' when
 * sending does, or 'delivered', as what it has loaded from is free again. When its stdin ends it has descriptors again, logs once more, and flushes. Argument: options.
 */
import { closeSync, openSync } from 'node:fs';
import { diag } from '@opentelemetry/api';
import { createRemoteLogger } from 'otel-remote-logger';

/** @param {string} message */
const say = (message) => console.log(message);
diag.setLogger({ error: say, warn: say, info() {}, debug() {}, verbose() {} });
const logger = createRemoteLogger(JSON.parse(process.argv[2] ?? '{}'));
/** @type {number[]} */
const taken = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch (error) {
  console.log(String(error)); // EMFILE
}
for (let id = 0; id < 5; id++) logger.log({ id });
const watch = setInterval(() => {
  const { failingSince, delivered } = logger.stats();
  if (failingSince === undefined && delivered < 5) return;
  console.log(delivered < 5 ? 'fails' : 'delivered');
  clearInterval(watch);
}, 10);
process.stdin.once('end', async () => {
  for (const descriptor of taken) closeSync(descriptor);
  logger.log({ id: 5 });
  console.log(JSON.stringify(await logger.flush()));
  process.exit(0);
});
process.stdin.resume();
