import { measure } from '../lib/child.mjs';
import { variantsIn } from '../lib/places.mjs';
import { medians } from '../lib/stats.mjs';

export const name = 'flat-cost';
export const rows = [];
const QUEUED = [1000, 10_000, 100_000, 1_000_000];
const LONG = 1_000_000;
const QUICK_QUEUED = [1000, 10_000];

/** What a record costs with so many queued before it, and the memory that they take. */
export async function run({ wanted, quick, rounds, places, say, fail }) {
  if (!wanted(name)) return undefined;
  const cases = variantsIn(places).flatMap((one) =>
    (quick ? QUICK_QUEUED : QUEUED).map((queued) => ({ ...one, queued, measured: [] })),
  );
  for (let round = 1; round <= Math.min(rounds, 3); round += 1) {
    for (const { variant, needs, thread, queued, measured } of cases) {
      if (round > 1 && queued >= LONG) continue; // long enough to be steady
      const settings = {
        entry: places[needs].entry,
        thread,
        queued,
        rounds: Math.max(1, Math.min(20, 100_000 / queued)),
      };
      const limits = { execArgv: ['--expose-gc'], timeoutMillis: 400_000 };
      try {
        const one = await measure('flat-cost', settings, limits);
        measured.push(one);
        say(`round ${round}  ${variant}, ${queued} queued: ${one.totalMicros.toFixed(1)} us a record`);
      } catch (error) {
        fail(`${variant}, ${queued} queued`, error);
      }
    }
  }
  return cases.map(({ variant, queued, measured }) => ({
    variant,
    queued,
    rounds: measured,
    ...medians(measured),
  }));
}
