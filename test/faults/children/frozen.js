/** A function that answers one call on stdout, and then lives on. Argument: whether it is wrapped `withFlush`. */
import { getRemoteLogger, withFlush } from 'otel-remote-logger';

const handler = async () => {
  getRemoteLogger().log({ a: 1 });
  return 'answer';
};
const wrapped = process.argv[2] === '"withFlush"' ? withFlush(handler) : handler;
console.log(await wrapped());
setInterval(() => {}, 60_000);
