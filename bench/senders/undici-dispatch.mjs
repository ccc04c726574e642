import { Pool } from 'undici';
import { seedRecord, toFlatJson } from '../lib/records.mjs';
import { inFlight } from './in-flight.mjs';

/** A POST is pipelined only when it is called idempotent. */
export function create({ url, connections, pipelining }) {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining });
  const headers = { 'content-type': 'application/json' };
  const post = (index, done) => {
    const body = toFlatJson(seedRecord(index));
    const idempotent = pipelining > 1;
    pool.dispatch({ path: pathname, method: 'POST', headers, body, idempotent }, handler(done));
  };
  return { run: (count) => inFlight(count, connections * pipelining, post), close: () => pool.destroy() };
}

const handler = (done) => ({
  onRequestStart() {},
  onResponseStart() {},
  onResponseData() {},
  onResponseEnd: () => done(),
  onResponseError: (_controller, error) => done(error),
});
