import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { LastRecords } from '../../src/page/last-records.js';
import { LiveStream } from '../../src/page/live-stream.js';
import { FakeClock, turn } from '../support/fake-clock.js';
import { MemoryStore } from './support/memory-store.js';
import { PageServer } from './support/page-server.js';
import { StreamReader } from './support/stream-reader.js';

const offsetsOf = (data: { items: { offset: number }[] }): number[] => data.items.map(({ offset }) => offset);
const stream = (server: PageServer): string => `${server.url}api/stream`;

/** The clock moves on until something is so. */
async function until(is: () => boolean): Promise<void> {
  while (!is()) await turn();
}

test('a page gets the last records first, and then those that come, a batch each quarter of a second', async () => {
  const clock = new FakeClock();
  await using server = await PageServer.start({ clock });
  server.store.add({ n: 1 }, { n: 2 });
  const reader = await StreamReader.open(stream(server));
  expect(reader.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
  });
  const first = await reader.next();
  expect(first).toMatchObject({ event: 'first', data: { skipped: 0, gap: false } });
  expect(first?.data.items.map((item: { record: unknown }) => item.record)).toEqual([{ n: 1 }, { n: 2 }]);
  server.store.add({ n: 3 });
  server.store.add({ n: 4 });
  await clock.advance(250);
  const next = await reader.next();
  expect(next).toMatchObject({ event: 'message', id: '2026-11-26T15.ndjson:24' });
  expect(next?.data.items).toHaveLength(2);
});

test('what is stored while the last records are read is in a batch', async () => {
  const clock = new FakeClock();
  await using server = await PageServer.start({ clock });
  let answer = (): void => {};
  const { last } = server.store;
  server.store.last = async (...args) => {
    const records = await last.apply(server.store, args);
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    return records;
  };
  server.store.add({ n: 1 });
  const reader = await StreamReader.open(stream(server));
  await until(() => server.store.listeners === 1);
  server.store.add({ n: 2 });
  answer();
  expect(offsetsOf((await reader.next())?.data)).toEqual([0]);
  await clock.advance(250);
  expect(offsetsOf((await reader.next())?.data)).toEqual([8]);
});

test('a page that comes later begins with what was stored before it', async () => {
  const clock = new FakeClock();
  await using server = await PageServer.start({ clock });
  const early = await StreamReader.open(stream(server));
  await early.next();
  server.store.add({ n: 1 });
  await clock.advance(250);
  const late = await StreamReader.open(stream(server));
  expect(offsetsOf((await late.next())?.data)).toEqual([0]);
});

test('the last records are in memory once, wherever pages have left off', () => {
  const lines = ['{"n":"\u20ac"}', 'damaged', '{"n":2}', '{"n":3}', 'damaged'];
  const last = new LastRecords(lines.map((line, offset) => ({ file: 'a.ndjson', offset, line })));
  const events = [undefined, 'gone', 'a.ndjson:0', 'a.ndjson:2', 'a.ndjson:3', 'a.ndjson:4'].map((id) =>
    last.after(id),
  );
  const read = events.map(({ head, rest }) => {
    const [id = '', data = ''] = `${head(0)}${rest}`.split('\ndata: ');
    return { id, ...JSON.parse(data) };
  });
  expect(read.map(({ items, skipped, gap }) => [offsetsOf({ items }), skipped, gap])).toEqual([
    [[0, 2, 3], 2, false],
    [[0, 2, 3], 2, true],
    [[2, 3], 2, false],
    [[3], 1, false],
    [[], 1, false],
    [[], 0, false],
  ]);
  expect(new Set(read.map(({ id }) => id))).toEqual(new Set(['id: a.ndjson:4']));
  const [{ rest: whole } = { rest: Buffer.alloc(0) }] = events;
  for (const { rest } of events) {
    expect(rest.buffer).toBe(whole.buffer);
    expect(rest.byteOffset + rest.length).toBe(whole.byteOffset + whole.length);
  }
});

test('a page gets the last records, though they could not be read for the one before', async () => {
  const store = new MemoryStore();
  const stream = new LiveStream(store, new FakeClock());
  const open = (): PassThrough & ServerResponse =>
    Object.assign(new PassThrough(), { writeHead: () => {}, flushHeaders: () => {} }) as never;
  const { last } = store;
  store.last = () => Promise.reject(new Error('EIO'));
  await expect(stream.add(open(), undefined)).rejects.toThrow('EIO');
  store.last = last;
  const second = open();
  await stream.add(second, undefined);
  expect(String(second.read())).toContain('event: first');
});

describe('a page that was here before', () => {
  test.each([
    ['by the header of the browser', (id: string) => ['', { 'last-event-id': id }] as const],
    ['by its address', (id: string) => [`?after=${encodeURIComponent(id)}`, {}] as const],
  ])('gets what it has not had: %s', async (_name, ask) => {
    await using server = await PageServer.start({ clock: new FakeClock() });
    server.store.add({ n: 1 }, { n: 2 }, { n: 3 });
    const [query, headers] = ask('2026-11-26T15.ndjson:8');
    const reader = await StreamReader.open(stream(server) + query, headers);
    const first = await reader.next();
    expect(offsetsOf(first?.data)).toEqual([16]);
    expect(first?.data.gap).toBe(false);
  });

  test('is told where records may be missing', async () => {
    await using server = await PageServer.start({ clock: new FakeClock() });
    server.store.add(...Array.from({ length: 600 }, (_, n) => ({ n })));
    const reader = await StreamReader.open(stream(server), { 'last-event-id': '2026-11-26T15.ndjson:8' });
    const { data } = (await reader.next()) ?? {};
    expect(data.items).toHaveLength(500);
    expect(data.gap).toBe(true);
  });
});

test('a batch is made once, however many pages are open', async () => {
  const clock = new FakeClock();
  await using server = await PageServer.start({ clock });
  const readers = await Promise.all(Array.from({ length: 30 }, () => StreamReader.open(stream(server))));
  await Promise.all(readers.map((reader) => reader.next()));
  const lines: string[] = [];
  const { stringify } = JSON;
  const counting = { parse: 0 };
  const { parse } = JSON;
  JSON.parse = (text, ...rest) => {
    if (text === '{"n":"once"}') counting.parse++;
    return parse(text, ...rest);
  };
  try {
    server.store.add({ n: 'once' });
    await clock.advance(250);
    for (const reader of readers) lines.push(stringify((await reader.next())?.data.items));
  } finally {
    JSON.parse = parse;
  }
  expect(counting.parse).toBe(1);
  expect(new Set(lines).size).toBe(1);
});

test('more records than a page can show are counted, and not sent', async () => {
  const clock = new FakeClock();
  await using server = await PageServer.start({ clock });
  const reader = await StreamReader.open(stream(server));
  await reader.next();
  server.store.add(...Array.from({ length: 5000 }, (_, n) => ({ n })));
  await clock.advance(250);
  const { data } = (await reader.next()) ?? {};
  expect([data.items.length, data.skipped]).toEqual([2000, 3000]);
});

test('a page that does not read is left out, told how much it missed, and nothing is kept for it', async () => {
  const clock = new FakeClock();
  await using server = await PageServer.start({ clock });
  const slow = await StreamReader.open(stream(server));
  const fast = await StreamReader.open(stream(server));
  await slow.next();
  await fast.next();
  slow.pause();
  const text = 'x'.repeat(900);
  let sent = 0;
  for (let batch = 0; batch < 60; batch++) {
    server.store.add(...Array.from({ length: 1000 }, () => ({ text })));
    sent += 1000;
    await clock.advance(250);
    await fast.next();
  }
  expect(server.waitingBytes()).toBeLessThan(4 * 1024 * 1024);
  slow.resume();
  let got = 0;
  let skipped = 0;
  while (got + skipped < sent) {
    const event = await slow.next();
    if (event?.event === 'skipped') skipped += event.data.skipped;
    else if (event?.event === 'message') got += event.data.items.length;
    // Told with the next batch.
    if (got + skipped + 1 >= sent || skipped > 0) continue;
    if (server.waitingBytes() === 0) {
      server.store.add({ last: true });
      sent++;
      await clock.advance(250);
    }
  }
  expect(skipped).toBeGreaterThan(0);
  expect(got + skipped).toBe(sent);
});

test('a stream beats; when nobody looks any more, nothing is done', async () => {
  const clock = new FakeClock();
  await using server = await PageServer.start({ clock });
  const reader = await StreamReader.open(stream(server));
  await reader.next();
  await clock.advance(10_000);
  expect(await reader.next()).toMatchObject({ event: 'beat', data: { now: clock.wallNow() } });
  const other = await StreamReader.open(stream(server));
  await other.next();
  other.close();
  server.disconnect();
  expect(await reader.next()).toBeUndefined();
  await until(() => server.store.listeners === 0);
  expect(clock.nextAt).toBeUndefined();
});

describe('/api/record', () => {
  test('gives a record as it is stored', async () => {
    await using server = await PageServer.start();
    server.store.add('{"n": 12345678901234567890}');
    const answer = await fetch(`${server.url}api/record?file=2026-11-26T15.ndjson&offset=0`);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.text()).toBe('{"n": 12345678901234567890}');
  });

  test.each([
    ['', 'absent'],
    ['?file=2026-11-26T15.ndjson&offset=1', 'in the middle of a record'],
    ['?file=../secret.ndjson&offset=0', 'another folder'],
    ['?file=%2Fetc%2Fpasswd&offset=0', 'another file'],
    ['?file=2026-11-26T15.ndjson&offset=-1', 'no number'],
  ])('has no others: %s', async (query) => {
    await using server = await PageServer.start();
    const asked: string[] = [];
    const { read } = server.store;
    server.store.read = (file, offset) => {
      asked.push(file);
      return read.call(server.store, file, offset);
    };
    server.store.add({ n: 1 });
    const answer = await fetch(`${server.url}api/record${query}`);
    expect(answer.status).toBe(404);
    expect(asked.filter((file) => file !== '2026-11-26T15.ndjson')).toEqual([]);
  });
});
