import { measure } from '../lib/child.mjs';
import { freePort } from '../lib/free-port.mjs';
import { variantsIn } from '../lib/places.mjs';
import { medians } from '../lib/stats.mjs';

export const name = 'spool';
export const rows = [];
const PER_TURN = [1, 20, 100];
const QUEUES = [
  { queue: 'memory' },
  { queue: 'disk, sync never', sync: 'never' },
  { queue: 'disk, sync interval', sync: 'interval' },
  { queue: 'disk, sync always', sync: 'always' },
];
const RECORDS = 100_000;
const OUTAGE = 1_000_000;

/** The queue on disk beside the one in memory, with one, a few and many records in a turn; and an outage. */
export async function run({ wanted, quick, rounds, places, sinks, say, fail }) {
  if (!wanted(name)) return undefined;
  const cases = variantsIn(places).flatMap((one) =>
    PER_TURN.flatMap((perTurn) => QUEUES.map((queue) => ({ ...one, ...queue, perTurn, measured: [] }))),
  );
  for (let round = 1; round <= Math.min(rounds, 3); round += 1) {
    for (const { variant, needs, thread, queue, sync, perTurn, measured } of cases) {
      // Each turn waits for the disk.
      const records = (quick ? RECORDS / 50 : RECORDS) / (sync === 'always' ? 20 : 1);
      const settings = { entry: places[needs].entry, thread, sync, perTurn, records, url: sinks.records.url };
      try {
        const one = await measure('turns', settings);
        measured.push(one);
        say(`round ${round}  ${variant}, ${queue}, ${perTurn} a turn: ${one.mainMicros?.toFixed(2)} us`);
      } catch (error) {
        fail(`${variant}, ${queue}, ${perTurn} a turn`, error);
      }
    }
  }
  const outages = [];
  for (const { variant, needs, thread } of variantsIn(places)) {
    for (const format of ['object', 'ndjson']) {
      const settings = { entry: places[needs].entry, thread, format, port: await freePort() };
      const records = quick ? OUTAGE / 100 : OUTAGE;
      try {
        const one = await measure('outage', { ...settings, records }, { timeoutMillis: 900_000 });
        outages.push({ label: `${variant}, ${format}`, ...one });
        say(`outage, ${variant}, ${format}: ${one.outageMb.toFixed(0)} MB above idle`);
      } catch (error) {
        fail(`outage, ${variant}, ${format}`, error);
      }
    }
  }
  return {
    turns: cases.map(({ variant, queue, perTurn, measured }) => ({
      label: `${variant}, ${perTurn} a turn, ${queue}`,
      rounds: measured,
      ...medians(measured),
    })),
    outages,
  };
}
