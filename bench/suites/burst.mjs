import { measure } from '../lib/child.mjs';

export const name = 'burst';
export const rows = [];
const RECORDS = 1_000_000;

const ROWS = [
  { label: 'OTLP/HTTP JSON exporter', sender: 'otlp', needs: 'sdk-0.223' },
  { label: 'ndjson', sender: 'ours', needs: 'build', format: 'ndjson' },
  { label: 'ndjson, thread', sender: 'ours', needs: 'thread', format: 'ndjson', thread: true },
];

/** A million records logged without a pause: for how long the event loop stands still at most until all have arrived. */
export async function run({ wanted, quick, places, sinks, say, fail }) {
  if (!wanted(name)) return undefined;
  const measured = [];
  for (const { label, needs, ...settings } of ROWS) {
    if (places[needs].missing !== undefined) continue;
    const records = quick ? RECORDS / 100 : RECORDS;
    const { folder, entry } = places[needs];
    try {
      const before = await sinks.records.count();
      const warmUp = records / 20;
      const one = await measure('burst', {
        ...settings,
        folder,
        entry: entry ?? places.build.entry,
        url: sinks.records.url,
        warmUp,
        records,
      });
      const arrived = (await sinks.records.count()).records - before.records;
      if (arrived !== warmUp + records) throw new Error(`${arrived} of ${warmUp + records} records arrived`);
      measured.push({ label, ...one });
      say(`burst, ${label}: longest delay ${one.max.toFixed(1)} ms`);
    } catch (error) {
      fail(`burst, ${label}`, error);
    }
  }
  return measured;
}
