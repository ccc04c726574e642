import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measure, readJson, runProgram } from '../lib/child.mjs';
import { medians } from '../lib/stats.mjs';
import { ROWS } from '../rows.mjs';

export const name = 'rates';
export const rows = ROWS.map((row) => row.name);
const PYTHON = fileURLToPath(new URL('../senders/python_original.py', import.meta.url));

/** Each row in each round, one after the other: what slows the machine for a while slows all of them. */
export async function run({ wanted, quick, rounds, places, sinks, say, fail }) {
  const chosen = ROWS.filter((row) => wanted(row.name));
  const measured = new Map(chosen.map((row) => [row.name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const row of chosen) {
      if (places[row.needs]?.missing !== undefined) continue;
      const records = quick ? Math.ceil(row.records / 20) : row.records;
      const sink = row.perPost === 'one' ? sinks.posts : sinks.records;
      try {
        const one = await measureRow(row, records, places, sink);
        measured.get(row.name).push(one);
        say(`round ${round}  ${row.name.padEnd(20)} ${Math.floor(one.rate)} a second`);
      } catch (error) {
        fail(row.name, error);
      }
    }
  }
  return chosen.map((row) => ({
    name: row.name,
    label: row.label,
    perPost: row.perPost,
    missing: places[row.needs]?.missing,
    rounds: measured.get(row.name),
    ...medians(measured.get(row.name)),
  }));
}

/** @param {import('../rows.mjs').Row} row */
async function measureRow({ name, sender, options, needs }, records, places, sink) {
  const warmUp = Math.ceil(records / 5);
  const { folder, entry, python } = places[needs] ?? {};
  const settings = { sender, url: sink.url, warmUp, records, folder, entry, ...options };
  const before = await sink.count();
  const result =
    sender === 'python'
      ? readJson(await runProgram(python, [PYTHON, JSON.stringify(settings)]), name)
      : await measure('rate', settings);
  const after = await sink.count();
  const arrived = after.records - before.records;
  if (arrived !== warmUp + records) throw new Error(`${arrived} of ${warmUp + records} records arrived`);
  // Of the whole of one core; near 1, the row waits for the sink.
  const sinkBusy = ((after.cpuMicros - before.cpuMicros) / arrived) * result.rate * 1e-6;
  // The sink is no stranger, nor is anything measured too coarsely to be seen.
  const othersBusy = Math.max(0, result.othersBusy - sinkBusy / availableParallelism());
  return { ...result, sinkBusy, othersBusy };
}
