// How long a call takes that logs a request with some of it redacted: of this package, or of pino, which writes to nowhere.
import { Writable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pino from 'pino';
import { seedRecord } from '../lib/records.mjs';
import { median } from '../lib/stats.mjs';

const { entry, url, of, paths = [], pattern, records } = JSON.parse(process.argv[2]);
const PER_TURN = 100;
const BATCHES = 40;
const WARM_UP = 6;

const open = of === 'pino' ? openPino : await openOurs();
const redacts = paths.length > 0 || pattern !== undefined;
const plain = open(false);
const redacting = redacts ? open(true) : plain;
// By turns: the machine's speed changes, and what redaction adds is small.
const times = { plain: [], redacting: [], added: [] };
for (let batch = 0; batch < WARM_UP + BATCHES; batch += 1) {
  const before = await microsOf(plain);
  const after = await microsOf(redacting);
  if (batch < WARM_UP) continue;
  times.plain.push(before);
  times.redacting.push(after);
  times.added.push(after - before);
}
console.log(JSON.stringify({ micros: median(times.redacting), added: redacts ? median(times.added) : 0 }));
process.exit();

/** Microseconds a call. */
async function microsOf({ log, flush }) {
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
  return micros / records;
}

async function openOurs() {
  const { createRemoteLogger } = await import(entry);
  const patterns = pattern === undefined ? [] : [new RegExp(pattern)];
  return (isRedacting) => {
    const redact = isRedacting ? { paths, patterns } : undefined;
    const logger = createRemoteLogger({ url, format: 'ndjson', redact });
    return { log: (record) => logger.log(record), flush: () => logger.flush() };
  };
}

function openPino(isRedacting) {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const logger = pino(isRedacting ? { redact: paths } : {}, nowhere);
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
