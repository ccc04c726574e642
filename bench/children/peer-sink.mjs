// A sink that every peer takes for its own: it counts each record once, however it is encoded, and how long it was on its way.
import { createServer } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { portOf } from '../lib/free-port.mjs';

const INFLATE = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync };
/** What each peer wants to read before it believes that its records have arrived; the others read nothing. */
const ANSWER = JSON.stringify({ status: 1, ingested: 1, failed: 0, failures: [], success: true });

const seen = new Set();
const latencies = [];
let posts = 0;
let lastAt = 0;

const server = createServer((request, response) => {
  if (request.url === '/count') return void response.end(JSON.stringify(summary()));
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    posts += 1;
    const body = Buffer.concat(chunks);
    const inflate = INFLATE[request.headers['content-encoding']];
    read((inflate ? inflate(body) : body).toString('latin1'));
    response.setHeader('content-type', 'application/json');
    response.end(ANSWER);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.({ port: portOf(server) }));
process.on('disconnect', () => process.exit());

/** `rec-<number>-<microseconds since 1970>-` stands once in each record. */
function read(text) {
  const now = performance.timeOrigin + performance.now();
  for (const [, index, micros] of text.matchAll(/rec-(\d+)-(\d+)-/g)) {
    if (seen.has(index)) continue;
    seen.add(index);
    lastAt = now;
    latencies.push(now - Number(micros) / 1000);
  }
}

function summary() {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor((sorted.length - 1) * share)];
  return { arrived: seen.size, posts, lastAt, p50: at(0.5), p99: at(0.99) };
}
