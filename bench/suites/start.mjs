import { childPath, readJson, runProgram } from '../lib/child.mjs';
import { variantsIn } from '../lib/places.mjs';
import { median, medians } from '../lib/stats.mjs';

export const name = 'start';
export const rows = [];

/** A process that logs little: what each variant adds to its start, its first record, its memory, its CPU and its end. */
export async function run({ wanted, quick, rounds, places, sinks, say }) {
  if (!wanted(name)) return undefined;
  const cases = [
    { variant: 'no URL', needs: 'build', url: '' },
    ...variantsIn(places).map((one) => ({ ...one, url: sinks.records.url })),
  ].map((one) => ({ ...one, measured: [] }));
  for (let round = 1; round <= (quick ? 1 : 4 * rounds); round += 1) {
    for (const { variant: _, needs, measured, ...options } of cases) {
      measured.push(await startOne({ entry: places[needs].entry, ...options }));
    }
  }
  return cases.map(({ variant, measured }) => {
    const arrived = median(measured.map(({ arrivedMillis }) => arrivedMillis));
    say(`${variant}: the first record arrived after ${arrived.toFixed(1)} ms`);
    return { variant, rounds: measured, ...medians(measured) };
  });
}

async function startOne(settings) {
  const args = [childPath('start'), JSON.stringify(settings)];
  const ended = await runProgram(process.execPath, args);
  const { endsAt, ...one } = readJson(ended, `start ${JSON.stringify(settings)}`);
  return { ...one, endMillis: ended.endedAt - endsAt };
}
