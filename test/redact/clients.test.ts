import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios from 'axios';
import express from 'express';
import fastify from 'fastify';
import got from 'got';
import OpenAI from 'openai';
import pino from 'pino';
import * as undici from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveRedact } from '../../src/config/redact.js';
import { flatten, SECRET_KEYS } from '../../src/index.js';
import { encodeRecord } from '../../src/record/encode-record.js';
import { flattenWithin } from '../../src/record/flatten.js';
import type { Redaction } from '../../src/redact/redaction.js';
import type { FlatDict } from '../../src/types/json.js';

/** Each credential that is sent or received has this in it, as it is or in base64. */
const SECRET = 'S3cr3t';
const BASE64 = [0, 1, 2].map((shift) =>
  Buffer.from(`${'x'.repeat(shift)}${SECRET}`)
    .toString('base64')
    .slice(2, -4),
);
const LIMIT = 1024 * 1024;

const HEADERS = {
  authorization: `Bearer ${SECRET}-1`,
  'X-Api-Key': `${SECRET}-2`,
  cookie: `sid=${SECRET}-3`,
  'Proxy-Authorization': `Basic ${Buffer.from(`user:${SECRET}-4`).toString('base64')}`,
  'x-csrf-token': `${SECRET}-5`,
  'x-harmless': 'harmless-header',
};
const QUERY = `?api_key=${SECRET}-6&page=harmless-page`;

let server: Server;
let origin = '';

beforeAll(async () => {
  server = createServer((_request, response) => {
    response.setHeader('Set-Cookie', [`session=${SECRET}-7; HttpOnly`, `other=${SECRET}-8`]);
    response.setHeader('Content-Type', 'application/json');
    response.writeHead(401);
    response.end(JSON.stringify({ error: { message: 'harmless-message', access_token: `${SECRET}-9` } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const REDACTION = resolveRedact(SECRET_KEYS, {}) as Redaction;

/** What is sent of data with SECRET_KEYS; it must be small enough to be sent at all. */
function bodyOf(data: unknown, redaction: Redaction | undefined = REDACTION): string {
  const dict = flattenWithin(data, LIMIT, redaction);
  expect(dict).toBeTypeOf('object');
  return encodeRecord(dict as FlatDict);
}

function expectNoSecret(body: string): void {
  expect(around(body, SECRET)).toBe('');
  for (const text of BASE64) expect(around(body, text)).toBe('');
}

/** A text with what stands before it, so that a failure says where. */
function around(body: string, text: string): string {
  const at = body.indexOf(text);
  return at < 0 ? '' : body.slice(Math.max(0, at - 300), at + 20);
}

const failureOf = async (sending: Promise<unknown>): Promise<Record<string, unknown>> => {
  try {
    await sending;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('it did not fail');
};

const FAILURES: Readonly<Record<string, () => Promise<unknown>>> = {
  axios: () =>
    axios.post(`http://${origin}/path${QUERY}`, { question: 'harmless-question' }, { headers: HEADERS }),
  'axios with basic auth': () =>
    axios.get(`http://${origin}/`, { auth: { username: 'harmless-user', password: `${SECRET}-10` } }),
  'axios with credentials in the URL': () => axios.get(`http://user:${SECRET}-11@${origin}/`),
  'axios that reaches nobody': () => axios.get(`http://user:${SECRET}-12@127.0.0.1:1/`, { headers: HEADERS }),
  got: () => got(`http://user:${SECRET}-13@${origin}/${QUERY}`, { headers: HEADERS, retry: { limit: 0 } }),
  'got that reaches nobody': () =>
    got(`http://user:${SECRET}-14@127.0.0.1:1/`, { headers: HEADERS, retry: { limit: 0 } }),
  undici: () =>
    undici.request(`http://${origin}/${QUERY}`, {
      headers: HEADERS,
      dispatcher: new undici.Agent().compose(undici.interceptors.responseError()),
    }),
  'undici that reaches nobody': () => undici.request(`http://127.0.0.1:1/${QUERY}`, { headers: HEADERS }),
  'fetch with credentials in the URL': () => fetch(`http://user:${SECRET}-15@${origin}/${QUERY}`),
  'fetch with a URL that is none': () => fetch(`http://user:${SECRET}-16@:x/`),
  'fetch that reaches nobody': () => fetch(`http://127.0.0.1:1/${QUERY}`, { headers: HEADERS }),
  openai: () =>
    new OpenAI({
      apiKey: `${SECRET}-17`,
      baseURL: `http://${origin}/v1`,
      maxRetries: 0,
    }).chat.completions.create({
      model: 'm',
      messages: [],
    }),
  'openai that reaches nobody': () =>
    new OpenAI({ apiKey: `${SECRET}-18`, baseURL: 'http://127.0.0.1:1/v1', maxRetries: 0 }).models.list(),
};

describe('the error of', () => {
  it.each(Object.entries(FAILURES))(
    '%s sends no credential, and little, also without any rule',
    async (_name, send) => {
      const error = await failureOf(send());
      for (const data of [error, { error }, { nested: [{ error }] }, new Error('outer', { cause: error })]) {
        const body = encodeRecord(flatten(data));
        expectNoSecret(body);
        expect(body.length).toBeLessThan(16 * 1024);
        expectNoSecret(bodyOf(data));
      }
      const sent = flatten({ error })['error'] as string;
      expect(JSON.parse(sent)).toMatchObject({ name: error['name'], stack: expect.any(String) });
    },
  );

  it('axios keeps what helps', async () => {
    const error = await failureOf(FAILURES['axios']?.() ?? Promise.resolve());
    const body = encodeRecord(flatten({ error }));
    for (const text of ['harmless-header', 'harmless-page', 'harmless-question', '401']) {
      expect(body).toContain(text);
    }
  });

  it('axios sends no credential where its parts are logged by themselves', async () => {
    const { request, response, config } = await failureOf(FAILURES['axios']?.() ?? Promise.resolve());
    for (const part of [request, response, config]) expectNoSecret(bodyOf({ part }));
  });
});

it('a client with its key in a field sends no credential', () => {
  const body = bodyOf({ client: new OpenAI({ apiKey: `${SECRET}-19`, baseURL: 'http://127.0.0.1:1/v1' }) });
  expectNoSecret(body);
  expect(body).toContain('127.0.0.1:1');
});

describe('a request, with its answer, of', () => {
  const ask = (port: number): Promise<unknown> =>
    undici.request(`http://127.0.0.1:${port}/${QUERY}`, {
      method: 'POST',
      headers: { ...HEADERS, 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'harmless-user', password: `${SECRET}-20` }),
    });

  it('Express', async () => {
    const app = express();
    const bodies: string[] = [];
    app.use(express.json());
    app.post('/', (req, res) => {
      res.cookie('session', `${SECRET}-21`);
      bodies.push(bodyOf({ req }), bodyOf({ res }), bodyOf(req), bodyOf({ h: req.headers, b: req.body }));
      res.send('ok');
      bodies.push(bodyOf({ req, res }));
    });
    const listening = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => listening.once('listening', resolve));
    await ask((listening.address() as AddressInfo).port);
    listening.closeAllConnections();
    listening.close();
    expect(bodies).toHaveLength(5);
    for (const body of bodies) expectNoSecret(body);
    expect(bodies[0]).toContain('harmless-user');
    expect(bodies[0]).toContain('harmless-header');
  });

  it('Fastify', async () => {
    const app = fastify({ loggerInstance: pino({ level: 'silent' }) });
    const bodies: string[] = [];
    app.post('/', (request, reply) => {
      void reply.header('set-cookie', `session=${SECRET}-22`);
      bodies.push(bodyOf({ request }), bodyOf({ reply }), bodyOf({ h: request.headers, b: request.body }));
      return { ok: true };
    });
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    await ask(Number(new URL(address).port));
    await app.close();
    expect(bodies).toHaveLength(3);
    for (const body of bodies) expectNoSecret(body);
    expect(bodies[0]).toContain('harmless-user');
  });

  it('node:http', async () => {
    const bodies: string[] = [];
    const own = createServer((request: IncomingMessage, response) => {
      response.setHeader('Set-Cookie', `session=${SECRET}-23`);
      response.writeHead(200).write('x');
      bodies.push(bodyOf({ request }), bodyOf({ response }), bodyOf({ raw: request.rawHeaders }));
      response.end();
    });
    await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
    await ask((own.address() as AddressInfo).port);
    own.closeAllConnections();
    own.close();
    expect(bodies).toHaveLength(3);
    for (const body of bodies) expectNoSecret(body);
    expect(bodies[0]).toContain('harmless-header');
  });
});
