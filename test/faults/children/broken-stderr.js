/** Logs five records and ends, with a stderr that throws or that nobody reads any more. Arguments: options, 'throws' | 'is closed'. */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, how] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
if (how === 'throws') {
  process.stderr.write = () => {
    throw new Error('patched');
  };
}
console.log('ready');
// Its parent closes the pipe meanwhile.
await new Promise((resolve) => process.stdin.on('end', resolve).resume());
for (let id = 0; id < 5; id++) logger.log({ id });
process.exitCode = 3;
