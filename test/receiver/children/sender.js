/**
 * Logs some records in each turn of the event loop, until it is killed. Says up to which number the turns have ended. Arguments: options of
 * the logger, a number of its own, records a turn, and how many milliseconds lie between two turns.
 */
import { writeSync } from 'node:fs';
import { createRemoteLogger } from 'otel-remote-logger';
import { recordOf } from '../exactly-once/records.mjs';

const [options, life, perTurn, pauseMillis] = process.argv.slice(2).map((arg) => JSON.parse(arg));
const logger = createRemoteLogger(options);
let next = 0;

function turn() {
  for (let count = 0; count < perTurn; count++) logger.log(recordOf(life, next++));
  // A turn has ended where immediates are called.
  setImmediate(() => {
    writeSync(1, `${next}\n`);
    setTimeout(turn, pauseMillis);
  });
}

turn();
