import { describe, expect, it, vi } from 'vitest';
import { resolveRedact } from '../../src/config/redact.js';
import { keyedHash, type RemoteLoggerOptions, SECRET_KEYS } from '../../src/index.js';
import { flattenWithin } from '../../src/record/flatten.js';
import type { Redaction } from '../../src/redact/redaction.js';

const X = '[Redacted]';

type Redact = RemoteLoggerOptions['redact'];
const sentWith = (redact: Redact, data: unknown): unknown =>
  flattenWithin(data, 10_000, resolveRedact(redact, {}) as Redaction);

const fails = (): never => {
  throw new Error('no');
};

describe('a censor', () => {
  it.each<[name: string, censor: unknown, sent: object]>([
    ['is a text', '***', { a: '***' }],
    ['is an empty text', '', { a: '' }],
    ['returns a text', (value: unknown) => `<${value}>`, { a: '<s>' }],
    ['returns a number', () => 5, { a: 5 }],
    ['returns null', () => null, { a: null }],
    ['returns undefined, and the field is left out', () => undefined, {}],
    ['returns an object', () => ({ b: [1] }), { a: '{"b":[1]}' }],
    ['returns a Map', () => new Map([['b', 1]]), { a: '{"b":1}' }],
    ['returns a bigint', () => 2n ** 64n, { a: 2n ** 64n }],
    ['returns half a character', () => 'x\ud800', { a: 'x\ufffd' }],
    [
      'returns what is circular',
      () => {
        const c: unknown[] = [];
        c.push(c);
        return c;
      },
      { a: '["[Circular]"]' },
    ],
    [
      'returns what throws when it is read',
      () => ({
        get b() {
          return fails();
        },
      }),
      { a: '{"b":"[Threw: no]"}' },
    ],
    ['returns a Proxy that throws', () => new Proxy({}, { getPrototypeOf: fails }), { a: '[Threw: no]' }],
    ['throws', fails, { a: X }],
    [
      'throws what is no text',
      () => {
        throw Object.create(null);
      },
      { a: X },
    ],
    [
      'never ends',
      function again(): unknown {
        return again();
      },
      { a: X },
    ],
    ['is async', async () => 's', { a: X }],
  ])('that %s', (_name, censor, sent) => {
    expect(sentWith({ paths: ['a'], censor: censor as never }, { a: 's' })).toEqual(sent);
  });

  it('that rejects ends no process', async () => {
    const onRejection = vi.fn();
    process.on('unhandledRejection', onRejection);
    try {
      expect(sentWith({ paths: ['a'], censor: async () => fails() }, { a: 's' })).toEqual({ a: X });
      await new Promise(setImmediate);
      expect(onRejection).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', onRejection);
    }
  });

  it('is given the value, as plain data, and the keys that lead to it', () => {
    const censor = vi.fn(() => X);
    const data = {
      a: [
        {
          'x-y': new Map<unknown, unknown>([
            [2, new Set([1])],
            [1, new Date(0)],
          ]),
        },
      ],
      b: 1n,
    };
    sentWith({ paths: ['a[*]["x-y"]', '**.b'], censor }, data);
    expect(censor.mock.calls).toEqual([
      [{ 1: '1970-01-01T00:00:00.000Z', 2: [1] }, ['a', '0', 'x-y']],
      [1n, ['b']],
    ]);
  });

  it('is given the keys within texts, too', () => {
    const censor = vi.fn((value: unknown) => String(value).length);
    const redact = { paths: ['**.password', '**.token'], censor, inText: true };
    const data = {
      url: 'http://u:p@h/?token=abc',
      body: '{"user":{"password":"abcd"}}',
      form: 'token=12345',
      raw: ['Token', '123456'],
    };
    expect(sentWith(redact, data)).toEqual({
      url: 'http://3@h/?token=3',
      body: '{"user":{"password":4}}',
      form: 'token=5',
      raw: '["Token",6]',
    });
    expect(censor.mock.calls.map(([, ...path]) => path)).toEqual([
      [['url', 'password']],
      [['url', 'token']],
      [['body', 'user', 'password']],
      [['form', 'token']],
      [['raw', '1']],
    ]);
  });

  it('can change what it is given: it is a copy', () => {
    const data = { a: { b: ['s'] } };
    const censor = (value: unknown): unknown => Object.assign(value as object, { b: 1 });
    expect(sentWith({ paths: ['a'], censor }, data)).toEqual({ a: '{"b":1}' });
    expect(data).toEqual({ a: { b: ['s'] } });
  });

  it('can make a record too large, which is refused then', () => {
    expect(sentWith({ paths: ['a'], censor: () => 'x'.repeat(20_000) }, { a: 's' })).toBe('too_large');
  });
});

describe('remove', () => {
  it('leaves fields out, and null in lists', () => {
    const data = {
      a: 's',
      b: { c: 't', d: 1 },
      e: ['s', 2],
      f: new Map([
        ['c', 's'],
        ['d', 'k'],
      ]),
      g: new Map([['c', 1n]]),
    };
    const redact = { paths: ['a', '*.c', 'e[0]'], remove: true };
    expect(sentWith(redact, data)).toEqual({ b: '{"d":1}', e: '[null,2]', f: '{"d":"k"}', g: '{}' });
    expect(sentWith({ paths: ['body'], remove: true }, 's')).toEqual({});
    expect(sentWith({ paths: ['b[0]'], remove: true }, { b: [1n, 2n] })).toEqual({ b: '[null,2]' });
  });

  it('leaves nothing of what is within a text', () => {
    const redact = { paths: ['**.token'], patterns: [/sk-\w+/], remove: true, inText: true };
    expect(sentWith(redact, { a: '/?token=s&b=1', c: 'key sk-abc.', d: '{"token":1,"e":2}' })).toEqual({
      a: '/?token=&b=1',
      c: 'key .',
      d: '{"e":2}',
    });
  });
});

describe('a pattern', () => {
  it.each<[pattern: RegExp, text: string, sent: string]>([
    [/sk-\w+/, 'sk-a and sk-b', `${X} and ${X}`],
    [/sk-\w+/g, 'sk-a and sk-b', `${X} and ${X}`],
    [/sk-\w+/y, 'key sk-a', `key ${X}`],
    [/sk-\w+/gy, 'key sk-a', `key ${X}`],
    [/SK-\w+/i, 'sk-a', X],
    [/^b$/m, 'a\nb', `a\n${X}`],
    [/\p{Lu}+/u, 'aÄÖb', `a${X}b`],
    [/(?<user>\w+)@(\w+)/, 'write to me@here', `write to ${X}`],
    [/x*/, 'axxb', `a${X}b`],
  ])('%s', (pattern, text, sent) => {
    pattern.lastIndex = 3;
    const redact = [{ patterns: [pattern] }];
    expect(sentWith(redact, { a: text, b: [text] })).toEqual({ a: sent, b: JSON.stringify([sent]) });
    expect(sentWith(redact, text)).toEqual({ body: sent });
    expect(pattern.lastIndex).toBe(3);
  });

  it('finds texts wherever they are, but no names and no numbers', () => {
    const data = { 4111: 4111, m: new Map([['k', new Set(['4111'])]]), e: { f: [['4111 1']] } };
    expect(sentWith({ patterns: [/4111/] }, data)).toEqual({
      4111: 4111,
      m: `{"k":["${X}"]}`,
      e: `{"f":[["${X} 1"]]}`,
    });
  });

  it('is replaced by what its censor makes of each match', () => {
    const censor = (value: unknown): unknown => String(value).slice(0, 3);
    expect(sentWith({ patterns: [/sk-\w+/], censor }, { a: 'sk-abc sk-xyz' })).toEqual({ a: 'sk- sk-' });
    expect(sentWith({ patterns: [/s/], censor: '$&$1' }, { a: 's' })).toEqual({ a: '$&$1' });
    expect(sentWith({ patterns: [/s/], censor: () => 5 }, { a: 's' })).toEqual({ a: '5' });
    expect(sentWith({ patterns: [/s/], censor: () => ({ s: 's' }) }, { a: 's' })).toEqual({ a: X });
    expect(sentWith({ patterns: [/s/], censor: fails }, { a: 's!' })).toEqual({ a: `${X}!` });
  });
});

describe('of several rules, the first that finds a value counts', () => {
  it.each<[name: string, redact: Redact, sent: object]>([
    ['paths and rules', ['a', { paths: ['*'], remove: true }], { a: X }],
    [
      'rules and paths',
      [
        { paths: ['a', 'b'], censor: '1' },
        { paths: ['**.*'], censor: '2' },
      ],
      { a: '1', b: '1', c: '2' },
    ],
    [
      'a longer path first',
      [
        { paths: ['**.c'], censor: '1' },
        { paths: ['c'], censor: '2' },
      ],
      { a: 's', b: '{"d":"t"}', c: '1' },
    ],
  ])('%s', (_name, redact, sent) => {
    expect(sentWith(redact, { a: 's', b: { d: 't' }, c: 'u' })).toEqual(sent);
  });
});

describe('texts that are JSON or a form', () => {
  const redact = { paths: ['**.password', 'a.b'], inText: true };

  it.each<[text: string, sent: string]>([
    ['{"password":"s","n":1}', `{"password":"${X}","n":1}`],
    [' [{"x":{"Password":"s"}}]', `[{"x":{"Password":"${X}"}}]`],
    ['{"b":1}', `{"b":"${X}"}`],
    ['{"x":"{\\"password\\":\\"s\\"}"}', `{"x":"{\\"password\\":\\"${X}\\"}"}`],
    ['{ "n": 1.0 }', '{ "n": 1.0 }'],
    ['{"password":', '{"password":'],
    ['user=u&password=s', `user=u&password=${X}`],
    ['password=s', `password=${X}`],
    ['b=s&c=1', `b=${X}&c=1`],
    ['a text with password=s', 'a text with password=s'],
    ['/path?b=s&c=1', `/path?b=${X}&c=1`],
  ])('%j', (text, sent) => {
    expect(sentWith(redact, { a: text })).toEqual({ a: sent });
  });

  it('are left alone unless it is asked for', () => {
    const data = { a: '{"password":"s"}', b: 'password=s' };
    expect(sentWith(['*.password'], data)).toEqual(data);
    // Of a form, a name at any depth is known from its looks.
    expect(sentWith(['**.password'], data)).toEqual({ ...data, b: `password=${X}` });
  });

  it('that are nested too deep to be read are redacted whole', () => {
    const levels = 200_000;
    const a = `${'['.repeat(levels)}{"password":"s"}${']'.repeat(levels)}`;
    const redaction = resolveRedact(redact, {}) as Redaction;
    expect(flattenWithin({ a, b: 1 }, 1e6, redaction)).toEqual({ a: X, b: 1 });
  });
});

describe('keyedHash()', () => {
  const KEY = 'a key of sixteen bytes';

  it('writes the same for the same value and key, and nothing of the value', () => {
    const hash = keyedHash(KEY);
    const one = hash('user@example.com');
    expect(one).toMatch(/^hmac:[\w-]{22}$/);
    expect(hash('user@example.com')).toBe(one);
    expect(keyedHash(Buffer.from(KEY))('user@example.com')).toBe(one);
    expect(hash('other@example.com')).not.toBe(one);
    expect(keyedHash(`${KEY}!`)('user@example.com')).not.toBe(one);
  });

  it('takes a number for its text, and objects for their JSON text', () => {
    const hash = keyedHash(KEY);
    expect(hash(42)).toBe(hash('42'));
    expect(hash(42n)).toBe(hash('42'));
    expect(hash({ a: [1n] })).toBe(hash('{"a":["1"]}'));
  });

  it('is the HMAC-SHA-256 that others compute, too', () => {
    // printf %s value | openssl dgst -sha256 -hmac 0123456789abcdef -binary | head -c 16 | base64
    expect(keyedHash('0123456789abcdef')('value')).toBe('hmac:sUxPm2JQUkyNO60Izme__w');
  });

  it('joins records of one user, in paths and in texts', () => {
    const redact = [{ paths: ['user'], patterns: [/\w+@\w+/], censor: keyedHash(KEY) }];
    const { user, text } = sentWith(redact, { user: 'me@here', text: 'I am me@here.' }) as Record<
      string,
      string
    >;
    expect(text).toBe(`I am ${user}.`);
  });

  it('keeps its key as it was', () => {
    const key = Buffer.from(KEY);
    const hash = keyedHash(key);
    const before = hash('v');
    key.fill(0);
    expect(hash('v')).toBe(before);
  });

  it.each([['short'], [Buffer.alloc(15)], [undefined], [5]])('refuses the key %j', (key) => {
    expect(() => keyedHash(key as never)).toThrow(TypeError);
    expect(() => keyedHash(key as never)).not.toThrow(/short/);
  });
});

it('SECRET_KEYS leaves the numbers of a chat turn whole', () => {
  const turn = {
    model: 'm',
    prompt_tokens: 5,
    max_tokens: 9,
    usage: { total_tokens: 14 },
    tokens: 1,
    author: 'a',
  };
  expect(sentWith(SECRET_KEYS, turn)).toEqual({ ...turn, usage: '{"total_tokens":14}' });
});
