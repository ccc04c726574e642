// Logs with pino or winston, to nowhere or to the endpoint, and says what the main thread spent on a record until all have arrived.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import winston from 'winston';
import { seedRecord } from '../lib/records.mjs';
import { watchUsage } from '../lib/usage.mjs';

const { logger: name, to, warmUp, records, ...remote } = JSON.parse(process.argv[2]);
const PER_TURN = 20;
const NOWHERE = '/dev/null';
const dist = (file) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));

await burst(warmUp);
const usage = watchUsage();
await burst(records);
console.log(JSON.stringify(usage(records)));

/** With a logger of its own, which is ended: then all has arrived. */
async function burst(count) {
  const { log, end } = name === 'pino' ? withPino() : await withWinston();
  for (let index = 0; index < count; index += 1) {
    log(seedRecord(index));
    if (index % PER_TURN === 0) await nextTurn();
  }
  await end();
}

function withPino() {
  const options = remote.url === undefined ? { destination: NOWHERE } : remote;
  const target = to === 'remote' ? dist('pino.cjs') : 'pino/file';
  const stream =
    to === 'nowhere' ? pino.destination({ dest: NOWHERE, sync: false }) : pino.transport({ target, options });
  const logger = pino(stream);
  return {
    log: (record) => logger.info(record, 'turn finished'),
    async end() {
      const closed = once(stream, 'close');
      // Its thread holds no process.
      const holding = setInterval(() => {}, 1000);
      stream.end();
      await closed;
      clearInterval(holding);
    },
  };
}

async function withWinston() {
  const { RemoteTransport } = await import(dist('winston.js'));
  const transport =
    to === 'remote'
      ? new RemoteTransport({ remote })
      : new winston.transports.Stream({ stream: createWriteStream(NOWHERE) });
  const logger = winston.createLogger({ transports: [transport] });
  return {
    log: (record) => logger.info('turn finished', record),
    async end() {
      const finished = once(logger, 'finish');
      logger.end();
      await finished;
    },
  };
}
