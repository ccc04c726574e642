/** A function that has logged before, answers one call on stdout, and then lives on. Argument: whether it is wrapped `withFlush`. */
import { getRemoteLogger, withFlush } from 'otel-remote-logger';

const handler = async () => {
  getRemoteLogger().log({ a: 1 });
  return 'answer';
};
const wrapped = process.argv[2] === '"withFlush"' ? withFlush(handler) : handler;
getRemoteLogger().log({ first: true });
await getRemoteLogger().flush(); // what follows it waits for its batch
console.log(await wrapped());
setInterval(() => {}, 60_000);
