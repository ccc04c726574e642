import { measure } from '../lib/child.mjs';
import { variantsIn } from '../lib/places.mjs';
import { medians } from '../lib/stats.mjs';

export const name = 'main-thread';
export const rows = [];
const RECORDS = 300_000;

/** What a record costs the main thread, beside the least that it must cost: the record itself, and three JSON.stringify. */
export async function run({ wanted, quick, rounds, places, sinks, say, fail }) {
  if (!wanted(name)) return undefined;
  const cases = [
    { label: 'floor', needs: 'build', floor: true },
    ...variantsIn(places).flatMap(({ variant, needs, thread }) => [
      { label: `${variant}, memory`, needs, thread },
      { label: `${variant}, disk`, needs, thread, onDisk: true },
    ]),
  ].map((one) => ({ ...one, measured: [] }));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { label, needs, measured, ...settings } of cases) {
      const records = quick ? RECORDS / 20 : RECORDS;
      const { entry } = places[needs];
      try {
        const one = await measure('main-thread', { ...settings, entry, records, url: sinks.records.url });
        measured.push(one);
        say(`round ${round}  main thread, ${label}: ${one.mainMicros?.toFixed(2)} us`);
      } catch (error) {
        fail(`main thread, ${label}`, error);
      }
    }
  }
  return cases.map(({ label, measured }) => ({ name: label, label, rounds: measured, ...medians(measured) }));
}
