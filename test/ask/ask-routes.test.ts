import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askRoutes } from '../../src/ask/ask-routes.js';
import { stored } from '../support/stored.js';

const directory = stored({ '2026-11-26T15': [{ n: 1 }] });
const routes = askRoutes(directory);
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', 'http://127.0.0.1');
    void routes[asked.pathname]?.(request, response, asked);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

const query = (sql: string, signal?: AbortSignal): Promise<Response> =>
  fetch(`${url}/api/query?sql=${encodeURIComponent(sql)}`, signal === undefined ? {} : { signal });

it('answers with columns, their types and rows', async () => {
  expect(await (await query('SELECT n FROM records')).json()).toMatchObject({
    columns: [{ name: 'n', type: 'DOUBLE', kind: 'number' }],
    rows: [[1]],
    isCut: false,
  });
});

it('answers wrong SQL with 400 and words', async () => {
  const response = await query('DROP VIEW records');
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: 'only SELECT is taken, got DROP', why: 'wrong' });
});

it('says which fields there are', async () => {
  const ready = await (await fetch(`${url}/api/questions`)).json();
  expect(ready).toMatchObject({ fields: ['n', 'received_at'], engine: 'duckdb' });
});

it('ends a question that nobody waits for any more, so that the next one is answered', async () => {
  const wanted = new AbortController();
  // Days of work, in little memory.
  const endless =
    'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range + b.range) % 7 = 3';
  const asked = query(endless, wanted.signal);
  await once(server, 'request');
  const next = query('SELECT 1 AS one');
  wanted.abort();
  await expect(asked).rejects.toThrow();
  expect((await next).status).toBe(200);
}, 20_000);
