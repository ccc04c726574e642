import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FakeClock, turn } from '../support/fake-clock.js';
import { startListen } from '../support/listen-command.js';
import { PageServer } from './support/page-server.js';

const STREAMS = 1000;
const MIB = 2 ** 20;

const REQUEST = 'GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';

/** Streams that are open: the answer has begun. A hundred connect at a time, as many as wait to be accepted. */
async function openStreams(open: () => Socket): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < STREAMS) {
    const some = Array.from({ length: 100 }, open);
    for (const socket of some) socket.write(REQUEST);
    await Promise.all(some.map((socket) => once(socket, 'readable')));
    sockets.push(...some);
  }
  return sockets;
}

test('a thousand open pages get each record, and senders go on', async () => {
  await using receiver = await startListen('--sync', 'never');
  const { port } = new URL(receiver.url);
  const sockets = await openStreams(() => connect(Number(port), '127.0.0.1'));
  const records = 100;
  const got = sockets.map(async (socket) => {
    const ids = new Set<string>();
    let rest = '';
    for await (const chunk of socket) {
      const text = rest + String(chunk);
      for (const [, id = ''] of text.matchAll(/"id":(\d+),/g)) ids.add(id);
      rest = text.slice(-20);
      if (ids.size === records) return ids.size;
    }
    return ids.size;
  });
  for (let id = 0; id < records; id++) {
    const answer = await fetch(receiver.url, { method: 'POST', body: `{"id":${id},"type":"chat"}` });
    expect(answer.status).toBe(200);
  }
  expect(new Set(await Promise.all(got))).toEqual(new Set([records]));
  expect(receiver.peakMib()).toBeLessThan(250);
}, 60_000);

test('for a thousand pages that read nothing, little is kept, and they share it', async () => {
  const clock = new FakeClock();
  // A socket of this kind keeps little in the kernel.
  const path = join(mkdtempSync(join(tmpdir(), 'streams-')), 'socket');
  await using server = await PageServer.start({ clock }, {}, path);
  server.store.add(...Array.from({ length: 250 }, () => ({ first: 'x'.repeat(4000) })));
  const before = process.memoryUsage.rss();
  const sockets = await openStreams(() => connect(path));
  const megabyte = Array.from({ length: 256 }, (_, n) => ({ n, text: 'x'.repeat(4000) }));
  for (let batch = 0; batch < 40; batch++) {
    server.store.add(...megabyte);
    server.store.keep(0);
    await clock.advance(250);
    await turn();
  }
  expect(server.mostWaitingBytes()).toBeLessThan(2.5 * MIB);
  const grown = (process.memoryUsage.rss() - before) / MIB;
  console.log(`memory for streams that nobody reads: ${Math.round(grown)} MiB`);
  expect(grown).toBeLessThan(500);
  for (const socket of sockets) socket.destroy();
}, 60_000);
