import { setTimeout as sleep } from 'node:timers/promises';
import { childPath, runProgram } from '../lib/child.mjs';
import { freePort } from '../lib/free-port.mjs';
import { variantsIn } from '../lib/places.mjs';

export const name = 'exits';
export const rows = [];
const RECORDS = 1000;

/**
 * How many records arrive that were logged just before the process ends without waiting, and how long it
 * then takes; of all rounds the worst.
 */
export async function run({ wanted, quick, rounds, places, sinks, say }) {
  if (!wanted(name)) return undefined;
  const ends = [];
  for (const { variant, needs, thread } of variantsIn(places)) {
    for (const [label, end, url] of [
      ['process.exit()', 'exit', sinks.records.url],
      ['uncaught exception', 'throw', sinks.records.url],
      ['process.exit(), endpoint down', 'exit', `http://127.0.0.1:${await freePort()}/logs`],
    ]) {
      const tries = [];
      for (let round = 0; round < (quick ? 1 : rounds); round += 1) {
        tries.push(
          await endOne({ entry: places[needs].entry, thread, url, end, records: RECORDS }, sinks.records),
        );
      }
      const arrived = Math.min(...tries.map((one) => one.arrived));
      const millis = Math.max(...tries.map((one) => one.millis));
      ends.push({ variant, label, logged: RECORDS, arrived, millis });
      say(`${variant}, ${label}: ${arrived} of ${RECORDS} arrived, ended after ${Math.ceil(millis)} ms`);
    }
  }
  return ends;
}

/** How many arrived, and the time from the end that the program asked for to that of its process. */
async function endOne(settings, sink) {
  const before = await sink.count();
  const { endedAt, stdout, stderr } = await runProgram(process.execPath, [
    childPath('exit'),
    JSON.stringify(settings),
  ]);
  if (stdout === '') throw new Error(stderr);
  const arrived = await settledCount(sink, before.records);
  return { arrived, millis: endedAt - JSON.parse(stdout).endsAt };
}

/** What a process sent before its end can still be on its way to the sink. */
async function settledCount(sink, from) {
  for (let count = -1; ; ) {
    const { records } = await sink.count();
    if (records === count) return count - from;
    count = records;
    await sleep(200);
  }
}
