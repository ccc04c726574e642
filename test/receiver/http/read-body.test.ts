import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { brotliWindowBytes } from '../../../src/receiver/http/brotli-window.js';
import { readBody } from '../../../src/receiver/http/read-body.js';
import { Room } from '../../../src/receiver/http/room.js';

/** A request whose body a test sends. */
function request(headers: Record<string, string> = {}): PassThrough & IncomingMessage {
  const stream = new PassThrough();
  stream.once('end', () => Object.assign(stream, { complete: true }));
  return Object.assign(stream, { headers, complete: false }) as PassThrough & IncomingMessage;
}

const MAX = 1_000_000;
const read = (
  from: IncomingMessage,
  share = new Room(MAX).share(),
  window = new Room(MAX).share(),
): Promise<Buffer> => readBody(from, MAX, share, window);
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
    const both = [outcome(read(first, shares[0])), outcome(read(second, shares[1]))];
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
    const reading = outcome(read(bomb, share));
    // Its end is still to come.
    bomb.write(gzipSync(Buffer.alloc(900_000)).subarray(0, -8));
    expect(await reading).toBe(503);
  }, 10_000);

  it('has as much as one body needs, where nobody else is there', async () => {
    const share = new Room(1000).share();
    const large = request();
    const reading = outcome(read(large, share));
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

describe('the room for the windows of Brotli', () => {
  const compressed = (bits: number): Buffer =>
    brotliCompressSync(Buffer.alloc(100_000, 'text '), { params: { [constants.BROTLI_PARAM_LGWIN]: bits } });

  it.each([10, 11, 12, 15, 16, 17, 18, 20, 22, 24])('is as large as a window of %i bits', (bits) => {
    expect(brotliWindowBytes(compressed(bits)[0] ?? 0)).toBe(2 ** bits);
  });

  it('is taken when the first byte comes, and is there again when the body has come', async () => {
    const windows = new Room(2 ** 22 + 2 ** 18);
    const open = (): [PassThrough, Promise<number>] => {
      const body = request({ 'content-encoding': 'br' });
      return [body, outcome(read(body, new Room(MAX).share(), windows.share()))];
    };
    // More than have room, which send nothing.
    const idle = Array.from({ length: 20 }, open);
    const sent = compressed(22);
    const [[first, firstRead], [second, secondRead], [small, smallRead]] = [open(), open(), open()];
    first.write(sent.subarray(0, 10));
    await new Promise(setImmediate);
    second.end(sent);
    expect(await secondRead).toBe(503);
    small.end(compressed(16));
    expect(await smallRead).toBe(100_000);
    first.end(sent.subarray(10));
    expect(await firstRead).toBe(100_000);
    for (const [body, reading] of idle) {
      body.end(sent);
      expect(await reading).toBe(100_000);
    }
  });
});

describe('a body', () => {
  it('in pieces of one byte is put together', async () => {
    const text = `{"a":"${'0123456789'.repeat(5000)}"}`;
    const small = request();
    const reading = read(small);
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
    const reading = read(gzipped);
    gzipped.end(sent);
    expect((await reading).toString()).toBe(text);
  });
});
