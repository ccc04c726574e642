import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Listening } from '../../support/listening.js';
import { idsIn } from '../../support/stores.js';

const TWO = '{"id":1}\n{"id":2}';
const TOKEN = 'correct-horse';

describe('a POST', () => {
  it.each([
    ['of one object', '{"id":1}', { 'content-type': 'application/json' }, 1],
    ['of lines', TWO, { 'content-type': 'application/x-ndjson' }, 2],
    [
      'of lines that are said to be JSON, as LiteLLM sends them',
      TWO,
      { 'content-type': 'application/json' },
      2,
    ],
    ['of an array', '[{"id":1},{"id":2}]', { 'content-type': 'application/json' }, 2],
    ['of an array of none', '[]', {}, 0],
    ['as curl sends it', '{"id":1}', { 'content-type': 'application/x-www-form-urlencoded' }, 1],
    ['without a type', TWO, {}, 2],
    ['that is gzipped', gzipSync(TWO), { 'content-encoding': 'gzip' }, 2],
    ['that is deflated', deflateSync(TWO), { 'content-encoding': 'deflate' }, 2],
    ['that is compressed with Brotli', brotliCompressSync(TWO), { 'content-encoding': 'br' }, 2],
  ])('%s is stored before it is answered, whatever its path', async (_name, body, headers, count) => {
    await using listening = await Listening.start();
    const { status, json } = await listening.post(body, headers, '/any/path?of=mine');
    expect([status, json]).toEqual([200, { records: count }]);
    expect(idsIn(listening.directory)).toEqual([1, 2].slice(0, count));
  });

  it('as large as it may be has room beside another one, however large that is', async () => {
    const bytes = 130 * 2 ** 20;
    await using listening = await Listening.start({ maxBodyBytes: bytes });
    const other = listening.connect();
    other.write('POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n');
    await once(other, 'data');
    other.write('{"id":');
    // It is read to its end before its first byte is found to be wrong.
    const { status } = await listening.post(Buffer.alloc(bytes, 'x'));
    other.destroy();
    expect(status).toBe(400);
  });

  it('that comes again is answered as the first one, and stored once', async () => {
    await using listening = await Listening.start();
    const headers = { 'idempotency-key': 'one' };
    const both = await Promise.all([
      listening.post(TWO, headers),
      listening.post(gzipSync(TWO), { ...headers, 'content-encoding': 'gzip' }),
    ]);
    expect(both.map(({ json }) => json)).toEqual(
      expect.arrayContaining([{ records: 2 }, { records: 2, repeated: true }]),
    );
    expect(await listening.post('[{"id":1},{"id":2}]', headers)).toMatchObject({
      status: 200,
      json: { repeated: true },
    });
    expect(await listening.post('{"id":3}', headers)).toMatchObject({
      status: 422,
      json: { error: expect.stringContaining('same Idempotency-Key') },
    });
    expect(idsIn(listening.directory)).toEqual([1, 2]);
  });

  it.each([
    [
      'with a bad line',
      '{"id":1}\n{"id":2\n{"id":3}',
      {},
      400,
      { error: 'a comma or } is missing', line: 3, column: 1 },
    ],
    ['of a number', '7', {}, 400, { error: 'a record must be a JSON object', line: 1, column: 1 }],
    ['of nothing', '', {}, 400, { error: 'the body is empty', line: 1, column: 1 }],
    [
      'whose gzip was cut off',
      gzipSync(TWO).subarray(0, -4),
      { 'content-encoding': 'gzip' },
      400,
      { error: expect.stringContaining('it ends too early') },
    ],
    [
      'that is no gzip',
      TWO,
      { 'content-encoding': 'gzip' },
      400,
      { error: expect.stringContaining('not compressed') },
    ],
    [
      'in another encoding',
      TWO,
      { 'content-encoding': 'zstd' },
      415,
      { error: 'the content encoding "zstd" is not known' },
    ],
    [
      'in another charset',
      TWO,
      { 'content-type': 'application/json; charset=utf-16' },
      415,
      { error: 'records are sent in UTF-8, not in utf-16' },
    ],
    [
      'of OTLP',
      'x',
      { 'content-type': 'application/x-protobuf' },
      415,
      { error: 'records are sent as JSON or NDJSON, not as application/x-protobuf' },
    ],
    [
      'that is too large',
      `{"a":"${'x'.repeat(2 ** 20)}"}`,
      {},
      413,
      { error: 'the body has more than 1048576 bytes' },
    ],
    [
      'that is too large inflated',
      gzipSync(`{"a":"${'x'.repeat(2 ** 26)}"}`),
      { 'content-encoding': 'gzip' },
      413,
      { error: 'the body has more than 1048576 bytes' },
    ],
  ])('%s is refused, and nothing of it is stored', async (_name, body, headers, status, json) => {
    await using listening = await Listening.start();
    expect(await listening.post(body, headers as Record<string, string>)).toMatchObject({ status, json });
    expect(idsIn(listening.directory)).toEqual([]);
  });

  it('of Python, which writes NaN, is stored with null, and says how many', async () => {
    await using listening = await Listening.start();
    const { json } = await listening.post('{"id":1,"score":NaN}\n{"id":2,"score":[-Infinity,1]}');
    expect(json).toEqual({ records: 2, nonFinite: 2 });
    const stored = (await listening.store.last(10, 10_000)).map(({ line }) => JSON.parse(line));
    expect(stored).toMatchObject([{ score: null }, { score: [null, 1] }]);
  });

  it('is stored as it came', async () => {
    await using listening = await Listening.start();
    await listening.post('{"n":12345678901234567890,"__proto__":1,"n":2}');
    expect(readFileSync(join(listening.directory, '2026-01-01T00.ndjson'), 'utf8')).toBe(
      '{"n":12345678901234567890,"__proto__":1,"n":2,"received_at":"2026-01-01T00:00:00.000Z"}\n',
    );
  });
});

/** A record of LiteLLM's `generic_api` logger, shortened. It sends all of its formats as `application/json`. */
const LITELLM = {
  id: 'chatcmpl-1',
  call_type: 'acompletion',
  model: 'gpt-4o',
  response_cost: 0.000125,
  startTime: 1764169200.123456,
  messages: [{ role: 'user', content: 'Hi \u2028 \u00fc!' }],
  response: { choices: [{ message: { role: 'assistant', content: 'Hello!' } }] },
  metadata: { user_api_key_hash: null, requester_metadata: {} },
};

describe('what LiteLLM sends', () => {
  it.each([
    ['single', JSON.stringify(LITELLM), 1],
    ['ndjson', [LITELLM, LITELLM].map((record) => JSON.stringify(record)).join('\n'), 2],
    ['json_array', JSON.stringify([LITELLM, LITELLM]), 2],
  ])('as %s is stored as it is', async (_format, body, count) => {
    await using listening = await Listening.start();
    const { json } = await listening.post(body, { 'content-type': 'application/json' });
    expect(json).toEqual({ records: count });
    const stored = (await listening.store.last(10, 10_000)).map(({ line }) => JSON.parse(line));
    expect(stored).toEqual(Array(count).fill({ ...LITELLM, received_at: '2026-01-01T00:00:00.000Z' }));
  });
});

describe('a page', () => {
  const routes = {
    '/': (_request: unknown, response: import('node:http').ServerResponse) => void response.end('page'),
    '/api/fails': () => {
      throw new Error('boom');
    },
  };

  it.each([
    ['of the receiver itself', {}, 200],
    ['of a name that was bound to its address', { host: 'evil.example:80' }, 421],
    ['of its own origin', { origin: 'SELF', 'sec-fetch-site': 'same-origin' }, 200],
    ['of another origin', { origin: 'http://evil.example' }, 403],
    ['of another port', { origin: 'http://127.0.0.1:1' }, 403],
    ['in a sandbox', { origin: 'null' }, 403],
    ['of another site, which says no origin', { 'sec-fetch-site': 'cross-site' }, 403],
    ['of another port, which says no origin', { 'sec-fetch-site': 'same-site' }, 403],
  ])('%s: reads and writes are answered as they should be', async (_name, given, status) => {
    await using listening = await Listening.start({ routes });
    const headers = {
      ...given,
      ...('origin' in given && given.origin === 'SELF' ? { origin: listening.url } : {}),
    };
    expect((await listening.get('/', headers as Record<string, string>)).status).toBe(status);
    expect((await listening.post('{"id":1}', headers as Record<string, string>)).status).toBe(status);
    expect(idsIn(listening.directory)).toEqual(status === 200 ? [1] : []);
  });

  it('of another site may link to the page, and to nothing else', async () => {
    await using listening = await Listening.start({ routes });
    const link = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await listening.get('/', link)).status).toBe(200);
    expect((await listening.get('/api/fails', link)).status).toBe(403);
    expect((await listening.get('/', { ...link, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
  });

  it('has headers that keep others out, whatever the answer', async () => {
    await using listening = await Listening.start({ routes });
    const paths = ['/', '/nothing', '/api/fails'];
    const answers = [
      ...(await Promise.all(paths.map((path) => listening.get(path)))),
      await listening.post('x'),
      await listening.ask('OPTIONS', '/', {}),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 500, 400, 405]);
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'$/,
      );
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
    expect(listening.said).toEqual(['a request could not be answered (Error: boom)']);
  });
});

describe('a receiver with a token', () => {
  const routes = {
    '/': (_request: unknown, response: import('node:http').ServerResponse) => void response.end('page'),
  };

  it('is sent to with it, and not without', async () => {
    await using listening = await Listening.start({ token: TOKEN });
    const answers = [{}, { authorization: 'Bearer wrong-horse' }, { authorization: `Bearer ${TOKEN}` }].map(
      (headers) => listening.post('{"id":1}', headers as Record<string, string>),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([401, 401, 200]);
  });

  it('gives a browser a cookie, with which it can read and not send', async () => {
    await using listening = await Listening.start({ token: TOKEN, routes });
    expect((await listening.get('/')).status).toBe(401);
    expect((await listening.get('/?token=wrong')).status).toBe(401);
    const { headers, text } = await listening.get(`/?token=${TOKEN}`);
    const [set = ''] = headers['set-cookie'] ?? [];
    expect(set).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(set + text).not.toContain(TOKEN);
    const [cookie = ''] = set.split(';');
    expect(await listening.get('/', { cookie: `other=1; ${cookie}` })).toMatchObject({
      status: 200,
      text: 'page',
    });
    expect((await listening.get('/', { cookie: `${cookie}x` })).status).toBe(401);
    expect((await listening.post('{"id":1}', { cookie })).status).toBe(401);
    expect((await listening.get('/', { authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  });
});
