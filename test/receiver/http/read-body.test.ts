import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../../src/receiver/http/read-body.js';
import { Room } from '../../../src/receiver/http/room.js';

/** A request whose body a test sends. */
function request(headers: Record<string, string> = {}): PassThrough & IncomingMessage {
  const stream = new PassThrough();
  stream.once('end', () => Object.assign(stream, { complete: true }));
  return Object.assign(stream, { headers, complete: false }) as PassThrough & IncomingMessage;
}

const MAX = 1_000_000;
const outcome = (reading: Promise<Buffer>): Promise<number> =>
  reading.then(
    ({ length }) => length,
    (error) => error.status,
  );

describe('the room for bodies', () => {
  it('refuses who would fill it, and does not have bodies wait for one another', async () => {
    const room = new Room(100_000);
    const [first, second] = [request(), request()];
    const shares = [room.share(), room.share()] as const;
    const both = [outcome(readBody(first, MAX, shares[0])), outcome(readBody(second, MAX, shares[1]))];
    first.write(Buffer.alloc(60_000));
    second.write(Buffer.alloc(30_000));
    await new Promise(setImmediate);
    // Together they have 90,000 bytes, and neither is whole.
    first.end(Buffer.alloc(20_000));
    expect(await both[0]).toBe(503);
    shares[0].giveBack();
    second.end(Buffer.alloc(20_000));
    expect(await both[1]).toBe(50_000);
  });

  it('is taken by what is inflated, as it is inflated', async () => {
    const room = new Room(200_000);
    const other = room.share();
    other.take(10_000);
    const bomb = request({ 'content-encoding': 'gzip' });
    const share = room.share();
    const reading = outcome(readBody(bomb, MAX, share));
    // Its end is still to come.
    bomb.write(gzipSync(Buffer.alloc(900_000)).subarray(0, -8));
    expect(await reading).toBe(503);
  }, 10_000);

  it('has as much as one body needs, where nobody else is there', async () => {
    const share = new Room(1000).share();
    const large = request();
    const reading = outcome(readBody(large, MAX, share));
    large.write(Buffer.alloc(5000));
    large.end(Buffer.alloc(5000));
    expect(await reading).toBe(10_000);
    share.giveBack();
  });

  it('is all there again when all bodies are gone', async () => {
    const room = new Room(1000);
    const [one, other] = [room.share(), room.share()];
    one.take(600);
    expect(() => other.take(600)).toThrow('too many bodies');
    one.giveBack(100);
    one.giveBack();
    other.giveBack();
    const [third, fourth] = [room.share(), room.share()];
    third.take(1);
    fourth.take(999);
    expect(() => fourth.take(1)).toThrow('too many bodies');
  });
});

describe('a body', () => {
  it('in pieces of one byte is put together', async () => {
    const text = `{"a":"${'0123456789'.repeat(5000)}"}`;
    const small = request();
    const reading = readBody(small, MAX, new Room(MAX).share());
    for (const byte of Buffer.from(text)) {
      if (!small.write(Buffer.of(byte))) await once(small, 'drain');
    }
    small.end();
    expect((await reading).toString()).toBe(text);
  });

  it.each([
    ['behind its end', Buffer.concat([gzipSync('{"a":1}'), Buffer.alloc(10)]), '{"a":1}'],
    ['of several members', Buffer.concat([gzipSync('{"a":1}'), gzipSync('{"a":2}')]), '{"a":1}{"a":2}'],
  ])('that is gzipped can have something %s', async (_what, sent, text) => {
    const gzipped = request({ 'content-encoding': 'gzip' });
    const reading = readBody(gzipped, MAX, new Room(MAX).share());
    gzipped.end(sent);
    expect((await reading).toString()).toBe(text);
  });
});
