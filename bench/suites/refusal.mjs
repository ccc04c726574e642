import { measure } from '../lib/child.mjs';
import { REFUSED } from '../lib/refused.mjs';
import { medians } from '../lib/stats.mjs';

export const name = 'refusal';
export const rows = [];

/** How long `log()` takes over what is too large, as a ratio to JSON.stringify of 1 MB on the same machine. */
export async function run({ wanted, quick, rounds, places, say, fail }) {
  if (!wanted(name)) return undefined;
  const cases = REFUSED.map(({ name, how }) => ({ name, how, rounds: [] }));
  for (let round = 1; round <= Math.min(rounds, 3); round += 1) {
    for (const { name, rounds: measured } of cases) {
      try {
        const one = await measure('refusal', { entry: places.build.entry, name, repeats: quick ? 3 : 15 });
        measured.push(one);
        say(`round ${round}  ${name}: ${one.millis.toFixed(2)} ms, ${one.ratio.toFixed(2)} x JSON.stringify`);
      } catch (error) {
        fail(name, error);
      }
    }
  }
  return cases.map((one) => ({ ...one, ...medians(one.rounds) }));
}
