// A server that reads HTTP/1.1 from bare sockets, answers 204 in the order of the requests, and counts records by their
// marker. It does no more than that, so that it is not what a row waits for.
import { createServer } from 'node:net';
import { portOf } from '../lib/free-port.mjs';
import { MARKER } from '../lib/records.mjs';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
const ANSWER = 'HTTP/1.1 204 No Content\r\n\r\n';
const marker = Buffer.from(MARKER);

let records = 0;
let posts = 0;
let held;

const server = createServer({ noDelay: true }, (socket) => {
  const countMarkers = markerCounter();
  const countRequests = requestCounter();
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    countMarkers(chunk);
    const requests = countRequests(chunk);
    posts += requests;
    if (held !== undefined) held.push(() => socket.write(ANSWER.repeat(requests)));
    else if (requests > 0) socket.write(ANSWER.repeat(requests));
  });
});

/** Counts the marker in a stream, also where it is cut in two. */
function markerCounter() {
  let tail = Buffer.alloc(0);
  return (chunk) => {
    const seam = Buffer.concat([tail, chunk.subarray(0, marker.length - 1)]);
    records += occurrences(seam) + occurrences(chunk);
    const all = chunk.length < marker.length ? Buffer.concat([tail, chunk]) : chunk;
    tail = Buffer.from(all.subarray(-(marker.length - 1)));
  };
}

function occurrences(buffer) {
  let count = 0;
  for (let at = buffer.indexOf(marker); at !== -1; at = buffer.indexOf(marker, at + marker.length))
    count += 1;
  return count;
}

/** Counts the requests that end in each chunk of a stream. */
function requestCounter() {
  let rest = Buffer.alloc(0);
  let bodyLeft = 0;
  let chunked = false;
  return (chunk) => {
    let data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let ended = 0;
    for (;;) {
      if (chunked) {
        const at = data.indexOf(LAST_CHUNK);
        if (at === -1) break;
        data = data.subarray(at + LAST_CHUNK.length);
        chunked = false;
        ended += 1;
      }
      const skipped = Math.min(bodyLeft, data.length);
      bodyLeft -= skipped;
      data = data.subarray(skipped);
      if (skipped > 0 && bodyLeft === 0) ended += 1;
      const headEnd = bodyLeft > 0 ? -1 : data.indexOf(HEAD_END);
      if (headEnd === -1) break;
      const head = data.latin1Slice(0, headEnd);
      data = data.subarray(headEnd + HEAD_END.length);
      bodyLeft = Number(/\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      chunked = /\ntransfer-encoding: *chunked/i.test(head);
      if (bodyLeft === 0 && !chunked) ended += 1;
    }
    rest = chunked ? Buffer.from(data.subarray(-1_000_000)) : Buffer.from(data);
    return ended;
  };
}

const totals = () => {
  const { user, system } = process.cpuUsage();
  return { records, posts, cpuMicros: user + system };
};

function release() {
  const answers = held ?? [];
  held = undefined;
  for (const answer of answers) answer();
}

process.on('message', (command) => {
  if (command === 'hold') held ??= [];
  if (command === 'release') release();
  process.send(totals());
});
process.on('disconnect', () => process.exit());
server.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () => process.send({ port: portOf(server) }));
