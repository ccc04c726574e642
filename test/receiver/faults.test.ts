import { once } from 'node:events';
import { appendFileSync, cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import fs from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { limitConnections } from '../../src/receiver/http/connections.js';
import { codeOf } from '../../src/runtime/foreign.js';
import { allFrom, Listening } from '../support/listening.js';
import { canMountDisk, mountDisk } from '../support/mount-disk.js';
import { diskWith, idsIn, linesFor, openStore, temporary } from '../support/stores.js';

/** Leaves no byte of a disk. */
function fill(path: string): void {
  for (const bytes of [64 * 1024, 1024, 1])
    try {
      for (;;) appendFileSync(join(path, 'ballast'), Buffer.alloc(bytes));
    } catch (error) {
      if (codeOf(error) !== 'ENOSPC') throw error;
    }
}

describe('a disk', () => {
  const canMount = canMountDisk();

  it.skipIf(!canMount)(
    'that is full has senders keep their records, and it goes on when there is room',
    async () => {
      using disk = mountDisk(256 * 1024);
      if (disk === undefined) return;
      await using listening = await Listening.start({ directory: join(disk.path, 'records') });
      writeFileSync(join(disk.path, 'ballast'), Buffer.alloc(64 * 1024));
      const record = (id: number): string => JSON.stringify({ id, text: 'x'.repeat(20_000) });
      const statuses: number[] = [];
      for (let id = 0; statuses.at(-1) !== 503; id++) {
        const { status, headers } = await listening.post(record(id), { 'idempotency-key': `${id}` });
        statuses.push(status);
        if (status === 503) expect(headers['retry-after']).toBe('1');
      }
      const refused = statuses.length - 1;
      expect(refused).toBeGreaterThan(3);
      expect((await listening.post(record(refused), { 'idempotency-key': `${refused}` })).status).toBe(503);
      rmSync(join(disk.path, 'ballast'));
      await listening.clock.advance(1000);
      expect((await listening.post(record(refused), { 'idempotency-key': `${refused}` })).json).toEqual({
        records: 1,
      });
      // What was written in part is no part of any line.
      expect(idsIn(listening.directory)).toEqual(statuses.map((_, id) => id));
      expect(listening.said.map((text) => text.slice(0, 25))).toEqual([
        "records can't be stored i",
        'records are stored in /tm',
      ]);
    },
  );

  it.skipIf(!canMount)('that is full at the start is written as soon as there is room', async () => {
    using disk = mountDisk(256 * 1024);
    if (disk === undefined) return;
    const directory = join(disk.path, 'records');
    const { store: before } = await openStore(directory);
    await before.append(linesFor({ id: 1 }), 'one');
    // As it is when its process is killed: what was not answered is cut off, and there is no room to keep it aside.
    cpSync(directory, `${directory}.killed`, { recursive: true, filter: (from) => !/lock\.\d+$/.test(from) });
    await before.close();
    appendFileSync(join(`${directory}.killed`, '2026-01-01T00.ndjson'), '{"id":9');
    fill(disk.path);
    await using listening = await Listening.start({ directory: `${directory}.killed` });
    expect((await listening.post('{"id":2}', { 'idempotency-key': 'two' })).status).toBe(503);
    const lines = await listening.store.last(10, 10_000);
    expect(lines.map(({ line }) => line.slice(0, 8))).toContain('{"id":1,');
    await listening.clock.advance(1000);
    expect((await listening.post('{"id":2}', { 'idempotency-key': 'two' })).status).toBe(503);
    rmSync(join(disk.path, 'ballast'));
    await listening.clock.advance(1000);
    expect((await listening.post('{"id":2}', { 'idempotency-key': 'two' })).json).toEqual({ records: 1 });
    // What the process before has stored is known.
    const again = await listening.store.append(linesFor({ id: 1 }), 'one');
    expect([again, idsIn(listening.directory)]).toEqual(['repeated', [1, 2]]);
    expect(listening.said).toEqual([
      expect.stringContaining('they are cut off, and not kept, as the disk is full'),
      expect.stringContaining("records can't be stored in"),
      expect.stringContaining('again'),
    ]);
  });

  it.each(['datasync', 'write'] as const)(
    'whose %s fails stores nothing of what it fails for',
    async (name) => {
      using directory = temporary();
      let fails = false;
      const failing = (handle: FileHandle): FileHandle =>
        new Proxy(handle, {
          get(target, key) {
            if (key === name && fails)
              return () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
            const value = Reflect.get(target, key);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        });
      const open: typeof fs.open = async (...args) => failing(await fs.open(...args));
      const { store, clock, said } = await openStore(directory.path, {}, undefined, diskWith({ open }));
      await store.append(linesFor({ id: 1 }), 'one');
      fails = true;
      await expect(store.append(linesFor({ id: 2 }), 'two')).rejects.toThrow(/EIO/);
      await expect(store.append(linesFor({ id: 2 }), 'two')).rejects.toThrow(/EIO/);
      fails = false;
      await clock.advance(1000);
      expect(await store.append(linesFor({ id: 2 }), 'two')).toBe('stored');
      expect(idsIn(directory.path)).toEqual([1, 2]);
      expect(said).toHaveLength(2);
      await store.close();
    },
  );

  it('that is taken away and comes back, or another one, is written again', async () => {
    using directory = temporary();
    const path = join(directory.path, 'records');
    await using listening = await Listening.start({ directory: path });
    await listening.post('{"id":1}');
    renameSync(path, `${path}.away`);
    writeFileSync(path, 'no folder');
    expect((await listening.post('{"id":2}')).status).toBe(503);
    rmSync(path);
    mkdirSync(path);
    await listening.clock.advance(1000);
    expect((await listening.post('{"id":2}')).status).toBe(200);
    expect([idsIn(`${path}.away`), idsIn(path)]).toEqual([[1], [2]]);
  });
});

describe('a client', () => {
  it('that sends nothing, or is slow, is answered 408, and the others are not held up', async () => {
    const times = { headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 50 };
    await using listening = await Listening.start({ times });
    const idle = Array.from({ length: 1000 }, () => listening.connect());
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    const head = listening.connect();
    head.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n');
    const body = listening.connect();
    body.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"id":');
    expect((await listening.post('{"id":1}')).status).toBe(200);
    const answers = await Promise.all([...idle, head, body].map(allFrom));
    expect(new Set(answers.map((text) => text.split('\r\n')[0]))).toEqual(
      new Set(['HTTP/1.1 408 Request Timeout']),
    );
    expect(idsIn(listening.directory)).toEqual([1]);
  });

  it('that is one too many is answered 503, and the others go on', async () => {
    const server = createServer((_request, response) => void response.end());
    limitConnections(server, 2);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const open = (): Socket => connect(port, '127.0.0.1').on('error', () => {});
    const [first, second] = [open(), open()];
    await Promise.all([first, second].map((socket) => once(socket, 'connect')));
    expect(await allFrom(open())).toMatch(/^HTTP\/1.1 503 Service Unavailable\r\n.*\r\nRetry-After: 1\r\n/s);
    await once(second.end('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), 'data');
    server.closeAllConnections();
    server.close();
  });

  it('that hangs up in the middle of a body has stored nothing', async () => {
    await using listening = await Listening.start();
    const socket = listening.connect();
    socket.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"id":1}\n');
    await once(socket, 'connect');
    socket.destroy();
    expect((await listening.post('{"id":2}')).status).toBe(200);
    expect([idsIn(listening.directory), listening.said]).toEqual([[2], []]);
  });

  it('that sends 100 MB is answered 413 before they have come', async () => {
    await using listening = await Listening.start();
    const { status } = await listening.post(Buffer.alloc(100 * 1024 * 1024), {
      'transfer-encoding': 'chunked',
    });
    expect(status).toBe(413);
    expect((await listening.post('{"id":1}')).status).toBe(200);
  });

  it.each([
    [
      'too many headers',
      `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
    ],
    ['no HTTP', 'hello\r\n\r\n', '400 Bad Request'],
    [
      'two lengths, which others read differently',
      'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 Bad Request',
    ],
  ])('that sends %s is refused', async (_what, text, status) => {
    await using listening = await Listening.start();
    const socket = listening.connect();
    socket.write(text);
    expect((await allFrom(socket)).split('\r\n')[0]).toBe(`HTTP/1.1 ${status}`);
  });
});
