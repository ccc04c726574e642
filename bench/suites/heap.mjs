import { childPath, readJson, runProgram } from '../lib/child.mjs';
import { variantsIn } from '../lib/places.mjs';
import { medians } from '../lib/stats.mjs';

export const name = 'heap';
export const rows = [];
const RECORDS = 1_000_000;

/** What a record leaves in the heap of the main thread: bytes that were allocated, that became old, and that are still there at the end. */
export async function run({ wanted, quick, rounds, places, sinks, say, fail }) {
  if (!wanted(name)) return undefined;
  const cases = variantsIn(places).map((one) => ({ ...one, measured: [] }));
  for (let round = 1; round <= Math.min(rounds, 3); round += 1) {
    for (const { variant, needs, thread, measured } of cases) {
      const records = quick ? RECORDS / 20 : RECORDS;
      try {
        const one = await measureOne({
          entry: places[needs].entry,
          thread,
          records,
          url: sinks.records.url,
        });
        measured.push(one);
        say(`round ${round}  heap, ${variant}: ${one.promotedBytes.toFixed(1)} bytes a record became old`);
      } catch (error) {
        fail(`heap, ${variant}`, error);
      }
    }
  }
  return cases.map(({ variant, measured }) => ({
    label: `${variant}, ndjson`,
    rounds: measured,
    ...medians(measured),
  }));
}

/** Of the whole life of the process: what its start leaves counts, too. */
async function measureOne(settings) {
  const args = ['--expose-gc', '--trace-gc-nvp', childPath('heap'), JSON.stringify(settings)];
  const result = await runProgram(process.execPath, args);
  const left = readJson({ ...result, stdout: result.stderr }, 'heap');
  return { ...left, ...collectionsIn(result.stdout, settings.records) };
}

/** Of the main thread, which is the first to collect: each thread has its own address in what Node prints. */
function collectionsIn(stdout, records) {
  const lines = stdout.split('\n').filter((line) => /^\[\d+:0x/.test(line));
  const [main] = /:0x[\da-f]+/.exec(lines[0] ?? '') ?? [''];
  const own = lines.filter((line) => line.includes(main));
  const sum = (name) =>
    own.reduce((all, line) => all + Number(new RegExp(`\\b${name}=(\\d+)`).exec(line)?.[1] ?? 0), 0);
  return { allocatedBytes: sum('allocated') / records, promotedBytes: sum('promoted') / records };
}
