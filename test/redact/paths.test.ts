import pinoRedact from '@pinojs/redact';
import { describe, expect, it } from 'vitest';
import { resolveRedact } from '../../src/config/redact.js';
import type { RemoteLoggerOptions } from '../../src/index.js';
import { flatten } from '../../src/index.js';
import { flattenWithin } from '../../src/record/flatten.js';
import type { Redaction } from '../../src/redact/redaction.js';

const X = '[Redacted]';
const REFUSES = Symbol('refuses');
const SAME = Symbol('same');
/** The path means nothing to it, and the data stays as it is. */
const LEAVES = Symbol('leaves');

/** Paths, data, what is sent of it, and what pino makes of it: the same, or what else, or it refuses the path. */
type Row = readonly [paths: readonly string[], data: object, sent: object, pino: unknown];

const REQUEST = { headers: { authorization: 'Bearer s', host: 'h' }, ip: '10.0.0.1' };
const TURN = {
  conv_id: 'c',
  messages: [
    ['USER', 'Hi!'],
    ['ASSISTANT', 'Hello!'],
  ],
};

/** All forms that pino's documentation has, and that of its redactor. */
const KNOWN_TO_PINO: readonly Row[] = [
  [['key'], { key: 's', other: 1 }, { key: X, other: 1 }, SAME],
  [
    ['path.to.key'],
    { path: { to: { key: 's', another: 1 } } },
    { path: { to: { key: X, another: 1 } } },
    SAME,
  ],
  [
    ['stuff.thats[*].secret'],
    { stuff: { thats: [{ secret: 's', a: 1 }, { secret: 't' }] } },
    { stuff: { thats: [{ secret: X, a: 1 }, { secret: X }] } },
    SAME,
  ],
  [
    ['path["with-hyphen"]'],
    { path: { 'with-hyphen': 's', a: 1 } },
    { path: { 'with-hyphen': X, a: 1 } },
    SAME,
  ],
  [['a.b.c'], { a: { b: { c: 's', d: 1 } } }, { a: { b: { c: X, d: 1 } } }, SAME],
  [['a["b-c"].d'], { a: { 'b-c': { d: 's' } } }, { a: { 'b-c': { d: X } } }, SAME],
  [['["a-b"].c'], { 'a-b': { c: 's' } }, { 'a-b': { c: X } }, SAME],
  [['a.b.*'], { a: { b: { c: 's', d: 2 }, e: 1 } }, { a: { b: { c: X, d: X }, e: 1 } }, SAME],
  [['a[*].b'], { a: [{ b: 's' }, { c: 1 }] }, { a: [{ b: X }, { c: 1 }] }, SAME],
  [
    ['headers.cookie', 'headers.authorization'],
    REQUEST,
    { headers: { authorization: X, host: 'h' }, ip: '10.0.0.1' },
    SAME,
  ],
  [
    ['headers["X-Forwarded-For"]'],
    { headers: { 'X-Forwarded-For': 's' } },
    { headers: { 'X-Forwarded-For': X } },
    SAME,
  ],
  [["headers['x-api-key']"], { headers: { 'x-api-key': 's' } }, { headers: { 'x-api-key': X } }, SAME],
  [['["x-api-key"]'], { 'x-api-key': 's' }, { 'x-api-key': X }, SAME],
  [
    ['users[0].password'],
    { users: [{ password: 's' }, { password: 'k' }] },
    { users: [{ password: X }, { password: 'k' }] },
    SAME,
  ],
  [
    ['items[1].secret'],
    { items: [{ secret: 'k' }, { secret: 's' }] },
    { items: [{ secret: 'k' }, { secret: X }] },
    SAME,
  ],
  [
    ['users.*.password'],
    { users: { u: { password: 's' }, v: { name: 'n' } } },
    { users: { u: { password: X }, v: { name: 'n' } } },
    SAME,
  ],
  [['*.password'], { u: { password: 's' }, password: 'k' }, { u: { password: X }, password: 'k' }, SAME],
  [['items.*'], { items: ['s', 't'] }, { items: [X, X] }, SAME],
  [['items[*]'], { items: ['s', 2, { a: 1 }] }, { items: [X, X, X] }, SAME],
  [['secrets.*'], { secrets: { a: 's', b: { c: 't' } } }, { secrets: { a: X, b: X } }, SAME],
  [['*'], { a: 's', b: { c: 1 } }, { a: X, b: X }, SAME],
  [['[*].a', 'b'], { k: { a: 's' }, b: 't' }, { k: { a: X }, b: X }, SAME],
  [['ip'], REQUEST, { headers: REQUEST.headers, ip: X }, SAME],
  [['a[0]'], { a: ['s', 'k'] }, { a: [X, 'k'] }, SAME],
  [['a.0'], { a: ['s', 'k'] }, { a: [X, 'k'] }, SAME],
  [['a[*][*]'], { a: [['s', 't'], []] }, { a: [[X, X], []] }, SAME],
  [
    ['state.messages[*][1]'],
    { state: TURN },
    {
      state: {
        conv_id: 'c',
        messages: [
          ['USER', X],
          ['ASSISTANT', X],
        ],
      },
    },
    SAME,
  ],
  [['a[*].b[*].c'], { a: [{ b: [{ c: 's', d: 1 }] }] }, { a: [{ b: [{ c: X, d: 1 }] }] }, SAME],
  [['a.*.*.c'], { a: { x: { y: { c: 's' } } } }, { a: { x: { y: { c: X } } } }, SAME],
  [['a'], { a: { b: { c: 's' } } }, { a: X }, SAME],
  [['a'], { a: null, b: 1 }, { a: X, b: 1 }, SAME],
  [['a', 'b', 'c'], { a: 0, b: false, c: '' }, { a: X, b: X, c: X }, SAME],
  [['a.b', 'a'], { a: { b: 's', c: 1 } }, { a: X }, SAME],
  [['nobody', 'a.nobody', 'a.b.nobody'], { a: { b: 1 } }, { a: { b: 1 } }, SAME],
  [['a.b.c'], { a: 'text', b: null }, { a: 'text', b: null }, SAME],
  [['a["b.c"].d'], { a: { 'b.c': { d: 's' } } }, { a: { 'b.c': { d: X } } }, SAME],
  [
    ['["user.email"]'],
    { 'user.email': 's', user: { email: 'k' } },
    { 'user.email': X, user: { email: 'k' } },
    SAME,
  ],
  [['toString', 'constructor.name'], { a: 1 }, { a: 1 }, SAME],
  [['a.length'], { a: [1, 2] }, { a: [1, 2] }, REFUSES],
];

/** Where we go further, or differ. */
const BEYOND_PINO: readonly Row[] = [
  [
    ['**.authorization'],
    { authorization: 's', a: { b: [{ authorization: 't', c: 1 }] } },
    { authorization: X, a: { b: [{ authorization: X, c: 1 }] } },
    LEAVES,
  ],
  [
    ['**.api-key'],
    { apiKey: 's', a: { API_KEY: 't', 'Api-Key': 'u', 'api key': 'v', apikeys: 'k' } },
    { apiKey: X, a: { API_KEY: X, 'Api-Key': X, 'api key': X, apikeys: 'k' } },
    LEAVES,
  ],
  [['**["x-api-key"]'], { 'X-API-Key': 's', 'api-key': 'k' }, { 'X-API-Key': X, 'api-key': 'k' }, LEAVES],
  [
    ['**.*token'],
    { accessToken: 's', a: { 'x-csrf-token': 't', prompt_tokens: 5 } },
    { accessToken: X, a: { 'x-csrf-token': X, prompt_tokens: 5 } },
    LEAVES,
  ],
  [
    ['headers.**.authorization'],
    { headers: { Authorization: 's' }, authorization: 'k' },
    { headers: { Authorization: X }, authorization: 'k' },
    LEAVES,
  ],
  [
    ['**.auth.password'],
    { a: { auth: { password: 's', username: 'u' }, password: 'k' } },
    { a: { auth: { password: X, username: 'u' }, password: 'k' } },
    LEAVES,
  ],
  [
    ['**.messages[*].content'],
    { a: { messages: [{ role: 'user', content: 's' }] } },
    { a: { messages: [{ role: 'user', content: X }] } },
    LEAVES,
  ],
  [
    ['**.messages[0].content'],
    { messages: [{ content: 's' }, { content: 'k' }] },
    { messages: [{ content: X }, { content: 'k' }] },
    LEAVES,
  ],
  [
    ['**.authorization'],
    { 'http.request.header.authorization': ['s'] },
    { 'http.request.header.authorization': X },
    LEAVES,
  ],
  [
    ['**["http.request.header.cookie"]'],
    { 'http.request.header.cookie': 's', cookie: 'k' },
    { 'http.request.header.cookie': X, cookie: 'k' },
    LEAVES,
  ],
  [['**.token'], { form: { 'user[token]': 's' } }, { form: { 'user[token]': X } }, LEAVES],
  [
    ['**.a', 'b.c'],
    { b: { c: 's', a: 't', d: 1 } },
    { b: { c: X, a: X, d: 1 } },
    { b: { c: X, a: 't', d: 1 } },
  ],
  [['**.a.b'], { a: { a: { b: 's' }, c: 1 } }, { a: { a: { b: X }, c: 1 } }, LEAVES],
  [
    ['**.authorization'],
    { rawHeaders: ['Host', 'h', 'Authorization', 's'] },
    { rawHeaders: ['Host', 'h', 'Authorization', X] },
    LEAVES,
  ],
  [
    ['**.authorization'],
    {
      headers: [
        ['Host', 'h'],
        ['authorization', 's'],
      ],
    },
    {
      headers: [
        ['Host', 'h'],
        ['authorization', X],
      ],
    },
    LEAVES,
  ],
  [
    ['**.authorization'],
    { raw: ['realm', 'authorization', 'accept', 'k'] },
    { raw: ['realm', 'authorization', 'accept', 'k'] },
    LEAVES,
  ],
  [
    ['**.authorization'],
    { tags: ['a', 'authorization', 'b'] },
    { tags: ['a', 'authorization', 'b'] },
    LEAVES,
  ],
  [
    ['**.authorization'],
    { _header: 'GET / HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer s\r\n\r\n' },
    { _header: `GET / HTTP/1.1\r\nHost: h\r\nAuthorization: ${X}\r\n\r\n` },
    LEAVES,
  ],
  [
    ['**.password'],
    { url: 'see http://u:s@h/p and //v:t@h' },
    { url: `see http://${X}@h/p and //${X}@h` },
    LEAVES,
  ],
  [['**.password'], { url: 'http://u:p@ss@h/a@b' }, { url: `http://${X}@h/a@b` }, LEAVES],
  [
    ['**.access-token'],
    { url: '/a?b=1&access_token=s&c=2#access%5Ftoken=t' },
    { url: `/a?b=1&access_token=${X}&c=2#access%5Ftoken=${X}` },
    LEAVES,
  ],
  [['a-b.c'], { 'a-b': { c: 's' } }, { 'a-b': { c: X } }, SAME],
  [['$a._b.名'], { $a: { _b: { 名: 's' } } }, { $a: { _b: { 名: X } } }, SAME],
  [['["a\\"b"]'], { 'a"b': 's' }, { 'a"b': X }, REFUSES],
  [['a["*"]'], { a: { '*': 's', b: 'k' } }, { a: { '*': X, b: 'k' } }, { a: { '*': X, b: X } }],
  [['["a]b"]'], { 'a]b': 's' }, { 'a]b': X }, LEAVES],
  [['["a,b"]'], { 'a,b': 's' }, { 'a,b': X }, REFUSES],
  [['[""].a'], { '': { a: 's' } }, { '': { a: X } }, SAME],
  [['a[*].b[*]'], { a: [{ b: ['s'] }] }, { a: [{ b: [X] }] }, SAME],
  [['a.b'], { a: { b: undefined, c: 1 } }, { a: { c: 1 } }, { a: { b: X, c: 1 } }],
];

const redactionOf = (redact: RemoteLoggerOptions['redact']): Redaction =>
  resolveRedact(redact, {}) as Redaction;
const sentWith = (redact: RemoteLoggerOptions['redact'], data: unknown): unknown =>
  flattenWithin(data, 1e6, redactionOf(redact));

function pinoOf(paths: readonly string[], data: object): unknown {
  try {
    return JSON.parse(
      String(pinoRedact({ paths: [...paths], censor: X, strict: false })(structuredClone(data))),
    );
  } catch {
    return REFUSES;
  }
}

describe('a path', () => {
  it.each([...KNOWN_TO_PINO, ...BEYOND_PINO])('%j of %j', (paths, data, sent, pino) => {
    const before = structuredClone(data);
    expect(sentWith(paths, data)).toEqual(flatten(sent));
    expect(data).toEqual(before);
    expect(pinoOf(paths, data)).toEqual(pino === SAME ? sent : pino === LEAVES ? before : pino);
  });
});
