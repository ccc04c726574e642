import { childPath, measure, runProgram } from '../lib/child.mjs';
import { median } from '../lib/stats.mjs';

export const name = 'no-op';
export const rows = [];

/** A service without a URL: what the logger adds to its start and to each call, and what it loads. */
export async function run({ wanted, quick, places, say }) {
  if (!wanted(name)) return undefined;
  const starts = { empty: [], noop: [] };
  for (let index = 0; index < (quick ? 3 : 60); index += 1) {
    // By turns first and second: what runs second may find a warmer machine.
    const order = index % 2 === 0 ? ['empty', 'noop'] : ['noop', 'empty'];
    for (const program of order) starts[program].push(await startMillis(program));
  }
  const { nanos, modules } = await measure('noop-call', {
    entry: places.build.entry,
    calls: quick ? 100_000 : 20_000_000,
  });
  const [emptyMillis, noopMillis] = [median(starts.empty), median(starts.noop)];
  const addedMillis = noopMillis - emptyMillis;
  say(`no-op: ${addedMillis.toFixed(2)} ms to start, ${median(nanos).toFixed(2)} ns a call`);
  const peers = modules.filter((url) => /node_modules[\\/](@opentelemetry|undici)[\\/]/.test(url));
  return {
    emptyMillis,
    noopMillis,
    addedMillis,
    nanosPerCall: median(nanos),
    modules: modules.map(short),
    peers,
  };
}

async function startMillis(program) {
  const start = performance.timeOrigin + performance.now();
  const { code, endedAt, stderr } = await runProgram(process.execPath, [childPath(program)]);
  if (code !== 0) throw new Error(`${program}: ${stderr}`);
  return endedAt - start;
}

const short = (url) => url.replace(/^.*\/(dist|node_modules)\//, '');
