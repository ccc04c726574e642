import { measure } from '../lib/child.mjs';
import { SHAPE_NAMES } from '../lib/large-records.mjs';
import { variantsIn } from '../lib/places.mjs';
import { medians } from '../lib/stats.mjs';

export const name = 'large';
export const rows = [];
const FLOOR = { variant: 'JSON.stringify alone', needs: undefined };

/** Large and odd records: what `log()` takes beside JSON.stringify, and the event-loop delay at a fixed rate of bytes. */
export async function run({ wanted, quick, rounds, places, sinks, say, fail }) {
  if (!wanted(name)) return undefined;
  const variants = [...variantsIn(places), { variant: 'spool', needs: 'build', onDisk: true }, FLOOR];
  const cases = SHAPE_NAMES.flatMap((shape, at) =>
    variants
      .filter(({ variant }) => !quick || at === 0 || variant === 'in process')
      .map((one) => ({ shape, ...one, measured: [] })),
  );
  for (let round = 1; round <= Math.min(rounds, 2); round += 1) {
    for (const { measured, ...row } of cases) {
      try {
        const one = await measureRow(row, quick ? 0.05 : 0.8, places, sinks.records);
        measured.push(one);
        say(`round ${round}  ${row.shape}, ${row.variant}: event-loop delay p99 ${one.p99.toFixed(2)} ms`);
      } catch (error) {
        fail(`${row.shape}, ${row.variant}`, error);
      }
    }
  }
  return cases.map(({ shape, variant, measured }) => ({
    shape,
    variant,
    rounds: measured,
    ...medians(measured),
  }));
}

async function measureRow({ variant: _, needs, ...settings }, seconds, places, sink) {
  const before = await sink.count();
  const one = await measure('large', { ...settings, url: sink.url, entry: places[needs]?.entry, seconds });
  const arrived = (await sink.count()).records - before.records;
  if (arrived !== one.accepted) throw new Error(`${arrived} of ${one.accepted} records arrived`);
  return one;
}
