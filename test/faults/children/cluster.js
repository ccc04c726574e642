/** Two cluster workers that log and live on; says when both have. Arguments: options. */
import cluster from 'node:cluster';
import { createRemoteLogger } from 'otel-remote-logger';

if (cluster.isPrimary) {
  const workers = [0, 5].map((first) => cluster.fork({ FIRST: first }));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  console.log('ready');
} else {
  const logger = createRemoteLogger(JSON.parse(process.argv[2] ?? '{}'));
  for (let id = 0; id < 5; id++) logger.log({ id: id + Number(process.env['FIRST']) });
  process.send?.('logged');
  setTimeout(() => {}, 50_000);
}
