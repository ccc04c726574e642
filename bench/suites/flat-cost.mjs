import { measure } from '../lib/child.mjs';
import { medians } from '../lib/stats.mjs';

export const name = 'flat-cost';
const QUEUED = [1000, 10_000, 100_000, 1_000_000];
const QUICK_QUEUED = [1000, 10_000];

/** What a record costs with so many queued before it, and the memory that they take. */
export async function run({ wanted, quick, rounds, places, say }) {
  if (!wanted(name, 'flat-cost')) return undefined;
  const variants = [
    { variant: 'in process', needs: 'build' },
    { variant: 'thread', needs: 'thread', thread: true },
  ].filter(({ needs }) => places[needs].missing === undefined);
  const cases = variants.flatMap((one) =>
    (quick ? QUICK_QUEUED : QUEUED).map((queued) => ({ ...one, queued, measured: [] })),
  );
  for (let round = 1; round <= Math.min(rounds, 3); round += 1) {
    for (const { variant, needs, thread, queued, measured } of cases) {
      const settings = {
        entry: places[needs].entry,
        thread,
        queued,
        rounds: Math.max(1, Math.min(20, 100_000 / queued)),
      };
      const one = await measure('flat-cost', settings, { execArgv: ['--expose-gc'], timeoutMillis: 400_000 });
      measured.push(one);
      say(`round ${round}  ${variant}, ${queued} queued: ${one.totalMicros.toFixed(1)} us a record`);
    }
  }
  return cases.map(({ variant, queued, measured }) => ({
    variant,
    queued,
    rounds: measured,
    ...medians(measured),
  }));
}
