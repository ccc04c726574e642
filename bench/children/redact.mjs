// How long a call takes that logs a request with some of it redacted: of this package, or of pino, which writes to nowhere.
import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pino from 'pino';
import { seedRecord } from '../lib/records.mjs';
import { median } from '../lib/stats.mjs';

const { entry, url, of, paths = [], pattern, records } = JSON.parse(process.argv[2]);
const PER_TURN = 100;
const BATCHES = 10;

const { log, flush } = of === 'pino' ? openPino() : await openOurs();
const times = [];
for (let batch = -2; batch < BATCHES; batch += 1) {
  let micros = 0;
  for (let index = 0; index < records; ) {
    const end = Math.min(records, index + PER_TURN);
    const made = Array.from({ length: end - index }, (_, at) => request(index + at));
    micros -= performance.now() * 1000;
    for (const record of made) log(record);
    micros += performance.now() * 1000;
    index = end;
    await nextTurn();
  }
  await flush();
  if (batch >= 0) times.push(micros / records); // the first ones warm up
}
console.log(JSON.stringify({ micros: median(times) }));
process.exit();

async function openOurs() {
  const { createRemoteLogger } = await import(entry);
  const patterns = pattern === undefined ? [] : [new RegExp(pattern)];
  const redact = paths.length + patterns.length === 0 ? undefined : { paths, patterns };
  const logger = createRemoteLogger({ url, format: 'ndjson', redact });
  return { log: (record) => logger.log(record), flush: () => logger.flush() };
}

function openPino() {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const logger = pino(paths.length === 0 ? {} : { redact: paths }, nowhere);
  return { log: (record) => logger.info(record), flush: async () => {} };
}

/** The chat turn, with what a service may log of the request beside it. */
function request(index) {
  return {
    ...seedRecord(index),
    ip: '10.0.0.1',
    user: { id: index, email: 'user@example.com', password: 'secret' },
    headers: {
      host: 'chat.example.com',
      accept: 'application/json',
      authorization: 'Bearer abcdefghijklmnopqrstuvwxyz',
      cookie: 'session=abcdefghijklmnopqrstuvwxyz',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140',
      'x-request-id': '6b1c2d3e-4f50-4a61-8b72-93c4d5e6f708',
    },
  };
}
