import { describe, expect, it } from 'vitest';
import { resolveRedact } from '../../src/config/redact.js';
import { type RemoteLoggerOptions, SECRET_KEYS } from '../../src/index.js';
import { flattenWithin } from '../../src/record/flatten.js';
import type { Redaction } from '../../src/redact/redaction.js';

const X = '[Redacted]';
const LIMIT = 100_000;

type Redact = RemoteLoggerOptions['redact'];
const sentWith = (redact: Redact, data: unknown): unknown =>
  flattenWithin(data, LIMIT, resolveRedact(redact, {}) as Redaction);

const boom = (): never => {
  throw new Error('no');
};

class Session {
  constructor(readonly password: string) {}
}

const circle: Record<string, unknown> = { password: 's' };
circle['self'] = circle;

describe('what JSON.stringify does not show is redacted, too', () => {
  it.each<[name: string, redact: Redact, data: unknown, sent: object]>([
    [
      'a Map',
      ['a.b'],
      {
        a: new Map([
          ['b', 's'],
          ['c', 'k'],
        ]),
      },
      { a: `{"b":"${X}","c":"k"}` },
    ],
    ['a Map in a Map', ['**.b'], new Map([['a', new Map([['B', 's']])]]), { a: `{"B":"${X}"}` }],
    [
      'a Map with keys of numbers',
      ['a[1]'],
      {
        a: new Map([
          [2, 'k'],
          [1, 's'],
        ]),
      },
      { a: `{"2":"k","1":"${X}"}` },
    ],
    [
      'a record that is a Map',
      ['a'],
      new Map([
        ['a', 's'],
        ['b', 'k'],
      ]),
      { a: X, b: 'k' },
    ],
    ['a Set', ['a[1]'], { a: new Set(['k', 's']) }, { a: `["k","${X}"]` }],
    ['what toJSON returned', ['a.b'], { a: { toJSON: () => ({ b: 's' }) } }, { a: `{"b":"${X}"}` }],
    ['a class instance', ['a.password'], { a: new Session('s') }, { a: `{"password":"${X}"}` }],
    ['a Proxy', ['a.b'], { a: new Proxy({ b: 's' }, {}) }, { a: `{"b":"${X}"}` }],
    [
      'a getter',
      ['a.b'],
      {
        a: {
          get b() {
            return 's';
          },
        },
      },
      { a: `{"b":"${X}"}` },
    ],
    [
      'a getter that throws',
      ['a.b'],
      { a: Object.defineProperty({}, 'b', { enumerable: true, get: boom }) },
      { a: `{"b":"${X}"}` },
    ],
    ['a record that throws', ['body'], new Proxy({}, { getPrototypeOf: boom }), { body: X }],
    [
      'a key like __proto__',
      ['["__proto__"]', 'a["__proto__"]'],
      JSON.parse('{"__proto__":"s","a":{"__proto__":"t"}}'),
      JSON.parse(`{"__proto__":"${X}","a":"{\\"__proto__\\":\\"${X}\\"}"}`),
    ],
    [
      'an object without a prototype',
      ['a.b'],
      { a: Object.assign(Object.create(null), { b: 's' }) },
      { a: `{"b":"${X}"}` },
    ],
    [
      'what is beside a circle',
      ['**.password'],
      { circle },
      { circle: `{"password":"${X}","self":"[Circular]"}` },
    ],
    [
      'the fields of Headers',
      ['**.authorization'],
      { h: new Headers({ Authorization: 's', Host: 'h' }) },
      { h: `{"authorization":"${X}","host":"h"}` },
    ],
    [
      'the fields of URLSearchParams',
      ['q.token'],
      { q: new URLSearchParams('token=s&token=t&a=1') },
      { q: `{"token":"${X}","a":"1"}` },
    ],
    [
      'the text of a URL',
      SECRET_KEYS,
      { u: new URL('http://u:s@h/?api_key=t') },
      { u: `http://${X}@h/?api_key=${X}` },
    ],
    ['bytes', ['a'], { a: Buffer.from('s') }, { a: X }],
    ['a bigint, a number, null', ['a', 'b', 'c'], { a: 1n, b: 1, c: null }, { a: X, b: X, c: X }],
    ['a bare text', ['body'], 's', { body: X }],
    ['a list', ['body[0].a'], [{ a: 's' }, { a: 'k' }], { body: `[{"a":"${X}"},{"a":"k"}]` }],
    [
      'an Error and its cause',
      ['err.cause.data.user'],
      {
        err: Object.assign(
          new Error('m', { cause: Object.assign(new Error('c'), { stack: '', data: { user: 's' } }) }),
          { stack: '' },
        ),
      },
      {
        err: `{"name":"Error","message":"m","stack":"","cause":{"name":"Error","message":"c","stack":"","data":{"user":"${X}"}}}`,
      },
    ],
    [
      'the message of an Error',
      [{ patterns: [/sk-\w+/] }],
      { err: Object.assign(new Error('bad sk-abc'), { stack: 'Error: bad sk-abc' }) },
      { err: `{"name":"Error","message":"bad ${X}","stack":"Error: bad ${X}"}` },
    ],
    ['what a getter threw', [{ patterns: [/no/] }], { a: { toJSON: boom } }, { a: `[Threw: ${X}]` }],
  ])('%s', (_name, redact, data, sent) => {
    expect(sentWith(redact, data)).toEqual(sent);
  });
});

it('nothing is left of a record that is redacted whole but its names', () => {
  expect(sentWith(['*'], { a: 's', b: { c: 't' }, d: undefined })).toEqual({ a: X, b: X });
});

it('a lone surrogate in what is left becomes U+FFFD all the same', () => {
  expect(sentWith(['a'], { a: 's', 'b\ud800': { c: 'd\ud800' } })).toEqual({
    a: X,
    'b\ufffd': '{"c":"d\ufffd"}',
  });
});

it('undefined, functions and symbols stay left out', () => {
  expect(sentWith(['a', 'b', 'c'], { a: undefined, b: boom, c: Symbol('s'), d: 1 })).toEqual({ d: 1 });
  expect(sentWith(['a'], undefined)).toBe('invalid');
});

it('data that comes with ever new names needs no more memory, and is redacted all the same', () => {
  const redaction = resolveRedact(['users.*.password', '**.email'], {}) as Redaction;
  for (let round = 0; round < 50; round++) {
    const users = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`u${round}-${index}`, { password: 's', email: 't', a: 1 }]),
    );
    const { users: text } = flattenWithin({ users }, LIMIT, redaction) as Record<string, string>;
    expect(text?.match(/\[Redacted\]/g)).toHaveLength(200);
    expect(text).not.toMatch(/"[st]"/);
  }
});

it('paths that can lead many ways stay exact', () => {
  const redact = [`**.a${'.*'.repeat(9)}.b`];
  let data: Record<string, unknown> = { b: 's' };
  for (let level = 0; level < 30; level++) data = { [level % 3 === 0 ? 'a' : 'c']: data, b: level };
  const { a, c } = sentWith(redact, data) as Record<string, string>;
  expect(a ?? c).toContain(X);
  expect(a ?? c).not.toContain('"s"');
});
