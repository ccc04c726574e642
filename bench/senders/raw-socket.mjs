import { once } from 'node:events';
import { connect } from 'node:net';
import { seedRecord, toFlatJson } from '../lib/records.mjs';

const HEAD_END = Buffer.from('\r\n\r\n');
const MAX_UNANSWERED = 20;

/** Bodies of `perPost` records, one a line, pipelined on one socket with as little as HTTP asks for: the limit. */
export async function create({ url, perPost = 1 }) {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const type = perPost === 1 ? 'application/json' : 'application/x-ndjson';
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: ${type}\r\ncontent-length: `;
  // Many small POSTs go in one write.
  const postsPerWrite = perPost === 1 ? 100 : 1;
  const request = (first, count) => {
    let body = toFlatJson(seedRecord(first));
    for (let index = 1; index < count; index += 1) body += `\n${toFlatJson(seedRecord(first + index))}`;
    return `${head}${Buffer.byteLength(body)}\r\n\r\n${body}`;
  };
  /** @returns {Promise<void>} */
  const run = (count) =>
    new Promise((resolve, reject) => {
      let written = 0;
      let unanswered = 0;
      const write = () => {
        while (written < count && unanswered < MAX_UNANSWERED * postsPerWrite) {
          let text = '';
          for (let post = 0; post < postsPerWrite && written < count; post += 1) {
            const size = Math.min(perPost, count - written);
            text += request(written, size);
            written += size;
            unanswered += 1;
          }
          socket.write(text);
        }
      };
      const countAnswers = answerCounter();
      const onData = (chunk) => {
        unanswered -= countAnswers(chunk);
        if (written < count) write();
        else if (unanswered === 0) {
          socket.off('data', onData);
          resolve();
        }
      };
      socket.on('data', onData).once('error', reject);
      write();
    });
  return { run, close: async () => void socket.destroy() };
}

/** A 204 has no body, so an answer ends with its head. */
function answerCounter() {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let count = 0;
    let end = 0;
    for (let at = data.indexOf(HEAD_END); at !== -1; at = data.indexOf(HEAD_END, end)) {
      count += 1;
      end = at + HEAD_END.length;
    }
    rest = Buffer.from(data.subarray(end));
    return count;
  };
}
