/**
 * `npm run test:listen -- 60 1234`: for so many seconds, by this seed, four processes with queues on disk send to a receiver, by an endpoint that
 * answers late and loses answers; all are killed at random, again and again. Then each record has to be in the files once.
 */
import '../../support/temp-script.mjs';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chanceOf } from '../../spool/kill/chance.mjs';
import { check, expect, summarize } from '../../support/check.mjs';
import { listenOnLoopback } from '../../support/loopback.mjs';
import { countByDuckDB, countIn } from './count.mjs';
import { otherSenders } from './other-senders.mjs';
import { receiveAndDie } from './receiving.mjs';
import { deliverRest, KINDS, sendAndDie } from './senders.mjs';
import { SlowProxy } from './slow-proxy.mjs';

const [seconds = 60, seed = Date.now() % 2 ** 32] = process.argv.slice(2).map(Number);
console.log(`listen: ${seconds} s, seed ${seed}`);
const folder = mkdtempSync(join(tmpdir(), 'listen-'));
const directory = join(folder, 'records');
const port = await freePort();
const proxy = new SlowProxy(port, chanceOf(seed));
const url = await proxy.start();
const until = Date.now() + seconds * 1000;
const spoolOf = (/** @type {number} */ index) => join(folder, `spool-${index}`);

const [receiver, ...lives] = await Promise.all([
  receiveAndDie(port, directory, until, chanceOf(seed + 1)),
  ...KINDS.map((kind, index) =>
    sendAndDie(index, kind, url, spoolOf(index), until, chanceOf(seed + 2 + index)),
  ),
]);
proxy.isCalm = true;
const rests = await Promise.all(KINDS.map(({ format }, index) => deliverRest(spoolOf(index), url, format)));
const code = await receiver.end('SIGTERM');
const all = lives.flat();
const { stored, expected, mangled, missing, twice } = countIn(directory, all);
const { answered, late, lost, down } = proxy;
console.log(
  JSON.stringify({
    stored,
    expected,
    lives: all.length,
    deathsOfReceiver: receiver.deaths,
    answered,
    late,
    lost,
    down,
  }),
);

await check('records were stored', () => expect(expected > 0, `${expected}`));
await check('both sides died, and answers were lost', () =>
  expect(receiver.deaths > 0 && all.length > KINDS.length && lost > 0, ''),
);
await check('what was left was delivered', () =>
  expect(
    rests.every(({ output }) => /\d+ delivered/.test(output) && !/left/.test(output)),
    JSON.stringify(rests),
  ),
);
await check('each record whose turn had ended is in the files', () =>
  expect(missing.length === 0, `${missing.length} are not: ${missing.slice(0, 5)}`),
);
await check('each record is there once', () =>
  expect(twice.length === 0, `${twice.length} are there again: ${twice.slice(0, 5)}`),
);
await check('DuckDB counts as many, each once', async () => {
  const counted = await countByDuckDB(directory);
  expect(
    counted.lines === stored && counted.records === stored,
    `${stored}, DuckDB: ${JSON.stringify(counted)}`,
  );
});
await check('none is mangled', () => expect(mangled === 0, `${mangled} are`));
await check('the receiver ends well', () => expect(code === 0, `it ended with ${code}: ${receiver.said()}`));
proxy.stop();
await otherSenders();
summarize('listen');

async function freePort() {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
