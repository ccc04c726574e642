import { Agent, request } from 'node:http';
import { seedRecord, toFlatJson } from '../lib/records.mjs';
import { inFlight } from './in-flight.mjs';

export function create({ url, concurrency = 10 }) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const { hostname, port, pathname } = new URL(url);
  const post = (index, done) => {
    const body = toFlatJson(seedRecord(index));
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const options = { agent, hostname, port, path: pathname, method: 'POST', headers };
    request(options, (response) => response.on('end', done).resume())
      .on('error', done)
      .end(body);
  };
  return {
    run: (count) => inFlight(count, concurrency, post),
    async close() {
      agent.destroy();
    },
  };
}
