import { seedRecord, toFlatJson } from '../lib/records.mjs';
import { inFlight } from './in-flight.mjs';

const headers = { 'content-type': 'application/json' };

export function create({ url, concurrency = 10 }) {
  const post = async (index) => {
    const response = await fetch(url, { method: 'POST', headers, body: toFlatJson(seedRecord(index)) });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`status ${response.status}`);
  };
  return {
    run: (count) => inFlight(count, concurrency, (index, done) => post(index).then(() => done(), done)),
    async close() {},
  };
}
