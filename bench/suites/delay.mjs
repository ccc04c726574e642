import { measure } from '../lib/child.mjs';
import { medians } from '../lib/stats.mjs';

export const name = 'delay';
const PER_SECOND = 5000;
const BIG_PER_SECOND = 100;

const ROWS = [
  { name: 'idle', label: 'an idle process' },
  { name: 'ours', label: 'in process', needs: 'build', perSecond: PER_SECOND },
  {
    name: 'floor',
    label: 'in process, and of log() only JSON.stringify',
    needs: 'build',
    perSecond: PER_SECOND,
    floor: true,
  },
  { name: 'thread', label: 'thread', needs: 'thread', thread: true, perSecond: PER_SECOND },
  {
    name: 'ours-big',
    label: `in process, and ${BIG_PER_SECOND} of 100 KB a second`,
    needs: 'build',
    perSecond: PER_SECOND,
    bigPerSecond: BIG_PER_SECOND,
  },
  {
    name: 'thread-big',
    label: `thread, and ${BIG_PER_SECOND} of 100 KB a second`,
    needs: 'thread',
    thread: true,
    perSecond: PER_SECOND,
    bigPerSecond: BIG_PER_SECOND,
  },
];

export const rows = ROWS.map((row) => row.name);

/** Event-loop delay and the time of each log(), at a fixed offered rate. */
export async function run({ wanted, quick, rounds, places, sinks, say, fail }) {
  const chosen = ROWS.filter((row) => wanted(row.name));
  const measured = new Map(chosen.map((row) => [row.name, []]));
  for (let round = 1; round <= Math.min(rounds, 3); round += 1) {
    for (const row of chosen) {
      if (places[row.needs]?.missing !== undefined) continue;
      try {
        const one = await measureRow(row, quick ? 1 : 6, places, sinks.posts);
        measured.get(row.name).push(one);
        say(`round ${round}  ${row.name.padEnd(20)} event-loop delay p99 ${one.p99.toFixed(2)} ms`);
      } catch (error) {
        fail(row.name, error);
      }
    }
  }
  return chosen.map(({ name, label, needs }) => ({
    name,
    label,
    missing: places[needs]?.missing,
    rounds: measured.get(name),
    ...medians(measured.get(name)),
  }));
}

/** @param {{ name: string, label: string, needs?: string }} row */
async function measureRow({ name, label, needs, ...settings }, seconds, places, sink) {
  const before = await sink.count();
  const one = await measure('delay', { ...settings, url: sink.url, entry: places[needs]?.entry, seconds });
  const arrived = (await sink.count()).records - before.records;
  if (arrived !== one.accepted) throw new Error(`${arrived} of ${one.accepted} records arrived`);
  return one;
}
