/**
 * Takes all file descriptors before it asks for the logger, logs, has them again and logs once more; says what it has thrown and the account.
 * Argument: a URL that the environment has only from then on.
 */
import { closeSync, openSync } from 'node:fs';
import { getRemoteLogger } from 'otel-remote-logger';

/** @type {number[]} */
const taken = [];
try {
  for (;;) taken.push(openSync('/dev/null', 'r'));
} catch {}
if (process.argv[2] !== undefined) process.env['REMOTE_LOGGER_URL'] = JSON.parse(process.argv[2]);
let thrown = 'nothing';
try {
  getRemoteLogger().log({ id: 0 });
} catch (error) {
  thrown = String(error);
}
for (const descriptor of taken) closeSync(descriptor);
getRemoteLogger().log({ id: 1 });
const { accepted, delivered } = await getRemoteLogger().flush();
console.log(JSON.stringify({ thrown, accepted, delivered }));
process.exit(0);
