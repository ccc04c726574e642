/**
 * Logs some records in each turn of the event loop, until it dies. Says behind `e` up to which number the turns have ended, and behind `l` up
 * to which number records are logged, with the time of the machine. Arguments: options of the logger, its number, records a turn,
 * how it dies, and after how many milliseconds, if it sees to that itself.
 */
import { writeSync } from 'node:fs';
import { createRemoteLogger } from 'otel-remote-logger';
import { recordOf } from '../kill/records.mjs';

const [options, run, perTurn, how, afterMillis] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
const began = Date.now();
/** @type {unknown[]} */
const kept = [];
let next = 0;

/** With `fs.writeSync`, so that it is out before the next step, whatever happens then. */
const say = (/** @type {string} */ word) => writeSync(1, `${word} ${next} ${process.hrtime.bigint()}\n`);

function turn() {
  for (let count = 0; count < perTurn; count++) logger.log(recordOf(run, next++));
  say('l');
  if (Date.now() - began >= afterMillis) die();
  // A turn has ended where immediates are called: timers that are due at once are all in one.
  setImmediate(() => {
    say('e');
    setTimeout(turn, 1);
  });
}

function die() {
  if (how === 'aborts') process.abort();
  // The heap ends some turns later.
  if (how === 'out of memory') kept.push(Array.from({ length: 200_000 }, () => ({})));
}

turn();
