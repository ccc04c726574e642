// A sink that every peer takes for its own: it counts each record once, however it is encoded, and how long it was on its way.
import { createServer } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { portOf } from '../lib/free-port.mjs';
import { answerTo } from '../lib/peer-answers.mjs';
import { MARK } from '../lib/peer-record.mjs';

const INFLATE = { gzip: gunzipSync, deflate: inflateSync, br: brotliDecompressSync };

const newKind = () => ({ seen: new Set(), latencies: [], posts: new Set(), lastAt: 0 });
const kinds = { rec: newKind(), warm: newKind() };
let posts = 0;

const server = createServer((request, response) => {
  const [, kind] = /^\/count\/(\w+)$/.exec(request.url) ?? [];
  if (kind !== undefined) return void response.end(JSON.stringify(summary(kinds[kind])));
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const inflate = INFLATE[request.headers['content-encoding']];
    read((inflate ? inflate(body) : body).toString('latin1'));
    const { status, type, body: answer } = answerTo(request);
    if (type !== undefined) response.setHeader('content-type', type);
    response.writeHead(status).end(answer);
  });
});
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.({ port: portOf(server) }));
process.on('disconnect', () => process.exit());

function read(text) {
  const now = performance.timeOrigin + performance.now();
  posts += 1;
  for (const [, kind, index, micros] of text.matchAll(MARK)) {
    const of = kinds[kind];
    if (of.seen.has(index)) continue;
    of.seen.add(index);
    of.posts.add(posts);
    of.lastAt = now;
    of.latencies.push(now - Number(micros) / 1000);
  }
}

function summary({ seen, latencies, posts: { size }, lastAt }) {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor((sorted.length - 1) * share)];
  return { arrived: seen.size, posts: size, lastAt, p50: at(0.5), p99: at(0.99) };
}
