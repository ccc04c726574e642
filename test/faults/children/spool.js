/**
 * Logs so many records, some in each turn of the event loop, to a logger with a queue on disk. Arguments: options, how many, the first id, and
 * how it ends: `stay` for not at all, `exit` at once, `deliver` when all is delivered, `natural` when nothing is left to do.
 */
import { createRemoteLogger } from 'otel-remote-logger';

const [options, count, first, end] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
const turn = () => new Promise((resolve) => setImmediate(resolve));
for (let id = first; id < first + count; id++) {
  logger.log({ id, text: 'é'.repeat(id % 50) });
  if (id % 7 === 6) await turn();
}
if (end === 'exit') process.exit(3);
await turn();
if (end === 'stay' || end === 'deliver') {
  console.log('logged');
  setInterval(() => {}, 1000);
}
if (end === 'deliver') {
  for (;;) {
    await turn();
    await logger.flush({ timeoutMillis: 1000 });
    const { pending, takenOver = 0 } = logger.stats();
    if (pending === 0 && takenOver > 0) break;
  }
  console.log(JSON.stringify(await logger.shutdown()));
  process.exit();
}
