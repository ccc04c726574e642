import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../src/record/encode-record.js';
import { flatten, flattenWithin } from '../../src/record/flatten.js';
import { TOO_DEEP } from '../../src/record/text.js';

const jsonOf = (data: unknown): string => encodeRecord(flatten(data));

const boom = (): never => {
  throw new Error('no');
};

/** An Error with a stack that is the same everywhere. */
const fault = <T extends Error>(error: T): T => Object.assign(error, { stack: 'at here' });

const withCircle = (make: (self: Record<string, unknown>) => unknown): object => {
  const self: Record<string, unknown> = {};
  self['a'] = make(self);
  return self;
};

const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

/** An object with one own `__proto__`, as JSON.parse makes it. */
const protoKey = (json: string): object => JSON.parse(json);

class Point {
  readonly x = 1;
  get length(): number {
    return 1;
  }
}

interface Case {
  readonly name: string;
  readonly data: unknown;
  /** The text of the body, which also shows the order of its fields. */
  readonly json: string;
}

/** Cases of one field `a`, whose value as JSON stands in `field`. */
const fields = (rows: readonly { name: string; a: unknown; field: string }[]): Case[] =>
  rows.map(({ name, a, field }) => ({ name, data: { a }, json: `{"a":${field}}` }));

/** Cases of one field `a`, which is a JSON string. */
const nested = (rows: readonly { name: string; a: unknown; text: string }[]): Case[] =>
  fields(rows.map(({ name, a, text }) => ({ name, a, field: JSON.stringify(text) })));

const check = ({ data, json }: Case): void => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  expect(jsonOf(data)).toEqual(json);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
};

describe('a scalar field stays', () => {
  it.each(
    fields([
      { name: 'a string', a: 'text', field: '"text"' },
      { name: 'a string of JSON', a: '{"b":1}', field: '"{\\"b\\":1}"' },
      { name: 'a number', a: 1.5, field: '1.5' },
      { name: 'negative zero, which JSON writes as 0', a: -0, field: '0' },
      { name: 'a boolean', a: false, field: 'false' },
      { name: 'null', a: null, field: 'null' },
      { name: 'NaN, as null', a: Number.NaN, field: 'null' },
      { name: 'Infinity, as null', a: Number.POSITIVE_INFINITY, field: 'null' },
      { name: '-Infinity, as null', a: Number.NEGATIVE_INFINITY, field: 'null' },
      {
        name: 'a BigInt, as an integer with all its digits',
        a: 123456789012345678901234567890n,
        field: '123456789012345678901234567890',
      },
      { name: 'a negative BigInt', a: -(2n ** 64n), field: '-18446744073709551616' },
      { name: 'a Date, as ISO 8601', a: new Date(0), field: '"1970-01-01T00:00:00.000Z"' },
      { name: 'an invalid Date, as null', a: new Date(Number.NaN), field: 'null' },
      { name: 'a Buffer, as base64', a: Buffer.from('abc'), field: '"YWJj"' },
      { name: 'a typed array, as base64', a: Uint16Array.of(1, 2), field: '"AQACAA=="' },
      { name: 'a DataView, as base64', a: new DataView(new ArrayBuffer(1)), field: '"AA=="' },
      { name: 'an ArrayBuffer, as base64', a: Uint8Array.of(1, 2, 3).buffer, field: '"AQID"' },
      { name: 'a boxed number', a: Object(1), field: '1' },
      { name: 'a boxed string', a: Object('s'), field: '"s"' },
      { name: 'a boxed boolean', a: Object(true), field: 'true' },
      { name: 'a boxed BigInt', a: Object(2n ** 64n), field: '18446744073709551616' },
      { name: 'a lone surrogate, as U+FFFD', a: 'a\ud800', field: '"a\ufffd"' },
      { name: 'a pair of surrogates', a: '\u{1f600}', field: '"\u{1f600}"' },
      {
        name: 'a toJSON that returns a scalar',
        a: { toJSON: (key: string) => `at ${key}` },
        field: '"at a"',
      },
      { name: 'a toJSON that throws, as a string that says so', a: { toJSON: boom }, field: '"[Threw: no]"' },
    ]),
  )('$name', check);

  it('keeps a BigInt a BigInt in the dict, for whoever reads it there', () => {
    expect(flatten({ a: 2n ** 64n })['a']).toBe(2n ** 64n);
  });
});

describe('a nested value becomes a JSON string', () => {
  const shared = { s: 1 };
  it.each(
    nested([
      { name: 'an object', a: { b: 1 }, text: '{"b":1}' },
      { name: 'an empty object', a: {}, text: '{}' },
      { name: 'an array', a: [1, [2]], text: '[1,[2]]' },
      { name: 'an empty array', a: [], text: '[]' },
      {
        name: 'a Map, as an object',
        a: new Map<unknown, unknown>([
          ['k', 1],
          ['m', new Map([['n', 2]])],
        ]),
        text: '{"k":1,"m":{"n":2}}',
      },
      {
        name: 'a Map with keys that are no strings',
        a: new Map<unknown, unknown>([
          [1, 'a'],
          [null, 'b'],
          [undefined, 'c'],
          [true, 'd'],
          [Symbol('s'), 'e'],
          [2n, 'f'],
          [Number.NaN, 'g'],
        ]),
        text: '{"1":"a","null":"b","undefined":"c","true":"d","Symbol(s)":"e","2":"f","NaN":"g"}',
      },
      {
        name: 'a Map with keys that are objects',
        a: new Map<unknown, unknown>([
          [{ x: 1 }, 1],
          [[1], 2],
          [new Date(0), 3],
        ]),
        text: '{"{\\"x\\":1}":1,"[1]":2,"1970-01-01T00:00:00.000Z":3}',
      },
      {
        name: 'a Map whose keys become one, the later wins',
        a: new Map<unknown, unknown>([
          [1, 'first'],
          ['1', 'second'],
        ]),
        text: '{"1":"second"}',
      },
      { name: 'a Set, as an array', a: new Set([1, new Set([2])]), text: '[1,[2]]' },
      {
        name: 'an Error',
        a: fault(new TypeError('bad')),
        text: '{"name":"TypeError","message":"bad","stack":"at here"}',
      },
      {
        name: 'an Error with a cause',
        a: fault(new Error('outer', { cause: fault(new Error('inner')) })),
        text: '{"name":"Error","message":"outer","stack":"at here","cause":{"name":"Error","message":"inner","stack":"at here"}}',
      },
      {
        name: 'an Error with a cause that is no Error',
        a: fault(new Error('outer', { cause: 'why' })),
        text: '{"name":"Error","message":"outer","stack":"at here","cause":"why"}',
      },
      {
        name: 'an Error with fields of its own',
        a: Object.assign(fault(new Error('m')), { code: 'E1', errno: -2 }),
        text: '{"name":"Error","message":"m","stack":"at here","code":"E1","errno":-2}',
      },
      {
        name: 'an AggregateError with its errors',
        a: fault(new AggregateError([fault(new Error('one'))], 'all')),
        text: '{"name":"AggregateError","message":"all","stack":"at here","errors":[{"name":"Error","message":"one","stack":"at here"}]}',
      },
      {
        name: 'an Error of another realm',
        a: vm.runInNewContext('Object.assign(new RangeError("far"), { stack: "at here" })'),
        text: '{"name":"RangeError","message":"far","stack":"at here"}',
      },
      {
        name: 'an Error that is its own cause',
        a: ((error) => Object.assign(error, { cause: error }))(fault(new Error('m'))),
        text: '{"name":"Error","message":"m","stack":"at here","cause":"[Circular]"}',
      },
      {
        name: 'an Error with a toJSON',
        a: Object.assign(new Error('m'), { toJSON: () => ({ mine: 1 }) }),
        text: '{"mine":1}',
      },
      {
        name: 'fields that are left out',
        a: { u: undefined, f: boom, s: Symbol('s'), k: 1 },
        text: '{"k":1}',
      },
      { name: 'items that are null instead', a: [undefined, boom, Symbol('s')], text: '[null,null,null]' },
      { name: 'NaN and infinities, null', a: [Number.NaN, Number.POSITIVE_INFINITY], text: '[null,null]' },
      { name: 'a BigInt, as an integer', a: { n: 2n ** 64n }, text: '{"n":18446744073709551616}' },
      { name: 'Dates', a: [new Date(0), new Date(Number.NaN)], text: '["1970-01-01T00:00:00.000Z",null]' },
      { name: 'bytes', a: { b: Buffer.from('abc') }, text: '{"b":"YWJj"}' },
      { name: 'boxed primitives', a: [Object(1), Object('s'), Object(Symbol('s'))], text: '[1,"s",null]' },
      {
        name: 'lone surrogates in keys and values, each U+FFFD',
        a: { '\ud800': ['\udfff', { 'k\udc00\ud83d': 'a\ud83d b' }], pair: '\u{1f600}' },
        text: '{"\ufffd":["\ufffd",{"k\ufffd\ufffd":"a\ufffd b"}],"pair":"\u{1f600}"}',
      },
      {
        name: 'lone surrogates in a Map, an Error and beside a BigInt',
        a: [new Map([['\ud800', 2n]]), fault(new Error('\ud800'))],
        text: '[{"\ufffd":2},{"name":"Error","message":"\ufffd","stack":"at here"}]',
      },
      {
        name: 'the text of an escape, which is no surrogate',
        a: ['\\ud800', 'C:\\udders', '\\\\ud800'],
        text: JSON.stringify(['\\ud800', 'C:\\udders', '\\\\ud800']),
      },
      {
        name: 'keys that become one by U+FFFD, the later wins',
        a: { '\ud800': 1, '\ud801': 2 },
        text: '{"\ufffd":2}',
      },
      { name: 'a circle by the root', a: [], text: '[]' },
      {
        name: 'shared references, each written out',
        a: [shared, shared, { shared }],
        text: '[{"s":1},{"s":1},{"shared":{"s":1}}]',
      },
      {
        name: 'a getter that throws',
        a: {
          get g() {
            return boom();
          },
          k: 1,
        },
        text: '{"g":"[Threw: no]","k":1}',
      },
      { name: 'a toJSON that throws', a: { t: { toJSON: boom }, k: 1 }, text: '{"t":"[Threw: no]","k":1}' },
      { name: 'a toJSON with its key', a: { k: { toJSON: (key: string) => key } }, text: '{"k":"k"}' },
      {
        name: 'a toJSON that returns undefined, left out',
        a: { t: { toJSON: () => undefined }, k: 1 },
        text: '{"k":1}',
      },
      {
        name: 'a toJSON that returns undefined in a list, null',
        a: [{ toJSON: () => undefined }],
        text: '[null]',
      },
      { name: 'a toJSON that returns a Map', a: { toJSON: () => new Map([['k', 1]]) }, text: '{"k":1}' },
      {
        name: 'a toJSON that returns itself',
        a: {
          k: 1,
          toJSON() {
            return this;
          },
        },
        text: '{"k":1}',
      },
      { name: 'a null prototype', a: Object.assign(Object.create(null), { k: 1 }), text: '{"k":1}' },
      { name: 'a class, by its own fields', a: new Point(), text: '{"x":1}' },
      {
        name: 'own enumerable string keys only',
        a: Object.defineProperty(
          Object.assign(Object.create({ inherited: 1 }), { [Symbol('s')]: 1, k: 1 }),
          'hidden',
          { value: 1 },
        ),
        text: '{"k":1}',
      },
      { name: 'a sparse array', a: Object.assign(new Array(3), { 1: 'x' }), text: '[null,"x",null]' },
      {
        name: 'an array with fields, which JSON has no place for',
        a: Object.assign([1], { extra: 1 }),
        text: '[1]',
      },
      {
        name: '__proto__ as a key like any',
        a: protoKey('{"__proto__":{"polluted":1},"k":1}'),
        text: '{"__proto__":{"polluted":1},"k":1}',
      },
      { name: '__proto__ as a key of a Map', a: new Map([['__proto__', 1]]), text: '{"__proto__":1}' },
      {
        name: 'keys in their order, integers first as in every object',
        a: { z: 1, 1: 2, a: 3 },
        text: '{"1":2,"z":1,"a":3}',
      },
      { name: 'a Proxy that passes everything on', a: new Proxy({ k: [1] }, {}), text: '{"k":[1]}' },
      { name: 'a Proxy of an array', a: new Proxy([1, 2], {}), text: '[1,2]' },
      {
        name: 'a toJSON that returns a list with a toJSON, which is not asked',
        a: { toJSON: () => Object.assign([1], { toJSON: () => 'again' }) },
        text: '[1]',
      },
    ]),
  )('$name', check);

  it('a DOMException, with its name, message and stack', () => {
    const { a } = flatten({ a: new DOMException('gone', 'AbortError') });
    expect(JSON.parse(String(a))).toEqual({
      name: 'AbortError',
      message: 'gone',
      stack: expect.stringContaining('gone'),
    });
  });
});

describe('a circular reference is [Circular]', () => {
  const byToJson = (): object => {
    const made: Record<string, unknown> = { toJSON: () => ({ back: made }) };
    return made;
  };
  it.each([
    { name: 'straight to the root', data: withCircle((self) => self), json: '{"a":"[Circular]"}' },
    {
      name: 'to the root, from a child',
      data: withCircle((self) => ({ b: self })),
      json: '{"a":"{\\"b\\":\\"[Circular]\\"}"}',
    },
    {
      name: 'to the root, from an array',
      data: withCircle((self) => [self]),
      json: '{"a":"[\\"[Circular]\\"]"}',
    },
    {
      name: 'to a child',
      data: { a: withCircle((self) => self) },
      json: '{"a":"{\\"a\\":\\"[Circular]\\"}"}',
    },
    { name: 'by a toJSON of the root', data: byToJson(), json: '{"back":"[Circular]"}' },
    {
      name: 'by a toJSON of a child',
      data: { a: byToJson() },
      json: '{"a":"{\\"back\\":\\"[Circular]\\"}"}',
    },
    {
      name: 'of a Map, in a value and in a key',
      data: ((map) => map.set('k', map).set(map, 1))(new Map<unknown, unknown>()),
      json: '{"k":"[Circular]","[Circular]":1}',
    },
    {
      name: 'of a Set',
      data: { a: ((set) => set.add(set))(new Set<unknown>()) },
      json: '{"a":"[\\"[Circular]\\"]"}',
    },
    {
      name: 'of an array that is the record',
      data: ((list) => list.concat([list]))([] as unknown[]),
      json: '{"body":"[[]]"}',
    },
    {
      name: 'of an array that is the record and its own item',
      data: ((list) => Object.assign(list, { 0: list }))([] as unknown[]),
      json: '{"body":"[\\"[Circular]\\"]"}',
    },
  ] as Case[])('$name', check);
});

describe('data that is no plain object', () => {
  it.each([
    { name: 'a string goes under body', data: 'text', json: '{"body":"text"}' },
    { name: 'a number goes under body', data: 42, json: '{"body":42}' },
    { name: 'NaN is null under body', data: Number.NaN, json: '{"body":null}' },
    { name: 'a BigInt goes under body', data: 2n ** 64n, json: '{"body":18446744073709551616}' },
    { name: 'a boolean goes under body', data: false, json: '{"body":false}' },
    { name: 'null goes under body', data: null, json: '{"body":null}' },
    { name: 'an array goes under body', data: [1, { a: 1 }], json: '{"body":"[1,{\\"a\\":1}]"}' },
    { name: 'a Set goes under body', data: new Set([1]), json: '{"body":"[1]"}' },
    { name: 'a Date goes under body', data: new Date(0), json: '{"body":"1970-01-01T00:00:00.000Z"}' },
    { name: 'an invalid Date is null under body', data: new Date(Number.NaN), json: '{"body":null}' },
    { name: 'a Buffer goes under body', data: Buffer.from('abc'), json: '{"body":"YWJj"}' },
    { name: 'a boxed string goes under body', data: Object('s'), json: '{"body":"s"}' },
    {
      name: 'a Map spreads',
      data: new Map<unknown, unknown>([
        ['a', 1],
        [2, { b: 1 }],
      ]),
      json: '{"2":"{\\"b\\":1}","a":1}',
    },
    {
      name: 'an Error spreads',
      data: Object.assign(fault(new Error('m', { cause: fault(new Error('c')) })), { code: 1 }),
      json: '{"name":"Error","message":"m","stack":"at here","cause":"{\\"name\\":\\"Error\\",\\"message\\":\\"c\\",\\"stack\\":\\"at here\\"}","code":1}',
    },
    { name: 'a class spreads its own fields', data: new Point(), json: '{"x":1}' },
    {
      name: 'an object without a prototype spreads',
      data: Object.assign(Object.create(null), { a: 1 }),
      json: '{"a":1}',
    },
    { name: 'an empty object is an empty record', data: {}, json: '{}' },
    {
      name: 'a toJSON that returns an object spreads that',
      data: { toJSON: () => ({ a: [1] }) },
      json: '{"a":"[1]"}',
    },
    {
      name: 'a toJSON that returns a string goes under body',
      data: { toJSON: () => 'text' },
      json: '{"body":"text"}',
    },
    {
      name: 'a toJSON that returns a list goes under body, and a toJSON of the list is not asked',
      data: { toJSON: () => Object.assign([1], { toJSON: () => 'again' }) },
      json: '{"body":"[1]"}',
    },
    {
      name: 'a list with a toJSON is asked once',
      data: ((asked) => Object.assign([1], { toJSON: () => [++asked] }))(0),
      json: '{"body":"[1]"}',
    },
    {
      name: 'a toJSON that throws says so under body',
      data: { toJSON: boom },
      json: '{"body":"[Threw: no]"}',
    },
    {
      name: 'a revoked Proxy says so under body',
      data: revoked({}),
      json: expect.stringMatching(
        /^\{"body":"\[Threw: Cannot perform .* on a proxy that has been revoked\]"\}$/,
      ),
    },
    { name: 'undefined is no record', data: undefined, json: '{}' },
    { name: 'a function is no record', data: boom, json: '{}' },
    { name: 'a symbol is no record', data: Symbol('s'), json: '{}' },
  ] as Case[])('$name', check);

  it.each([
    { name: 'undefined', data: undefined },
    { name: 'a function', data: boom },
    { name: 'a symbol', data: Symbol('s') },
    { name: 'a boxed symbol', data: Object(Symbol('s')) },
    { name: 'a toJSON that returns undefined', data: { toJSON: () => undefined } },
  ])('there is nothing to send of $name', ({ data }) => {
    expect(flattenWithin(data, 100)).toBe('invalid');
  });
});

describe('fields of the record itself', () => {
  it.each([
    {
      name: 'are left out where they are undefined, a function or a symbol',
      data: { u: undefined, f: boom, s: Symbol('s'), k: 1 },
      json: '{"k":1}',
    },
    { name: 'keep their order', data: { z: 1, b: 2, a: 3 }, json: '{"z":1,"b":2,"a":3}' },
    {
      name: 'are own, enumerable and named by strings',
      data: Object.defineProperty(
        Object.assign(Object.create({ inherited: 1 }), { [Symbol('s')]: 1, k: 1 }),
        'hidden',
        { value: 1 },
      ),
      json: '{"k":1}',
    },
    {
      name: 'can be named __proto__',
      data: protoKey('{"__proto__":{"polluted":1},"k":1}'),
      json: '{"__proto__":"{\\"polluted\\":1}","k":1}',
    },
    {
      name: 'can be named as what every object has',
      data: { constructor: 1, hasOwnProperty: 2, toString: 3, toJSON: 4 },
      json: '{"constructor":1,"hasOwnProperty":2,"toString":3,"toJSON":4}',
    },
    {
      name: 'can have an empty name and one with lone surrogates, each U+FFFD',
      data: { '': 1, '\ud800': { b: '\ud800' }, z: 3 },
      json: '{"":1,"\ufffd":"{\\"b\\":\\"\ufffd\\"}","z":3}',
    },
    {
      name: 'become one where their names do by U+FFFD, the later wins',
      data: { '\ud800': 1, '\udfff': 2 },
      json: '{"\ufffd":2}',
    },
    {
      name: 'say so where their getter throws',
      data: {
        get a() {
          return boom();
        },
        k: 1,
      },
      json: '{"a":"[Threw: no]","k":1}',
    },
    {
      name: 'say so where a getter throws something that is no Error',
      data: {
        get a() {
          throw Object.create(null);
        },
        k: 1,
      },
      json: '{"a":"[Threw: unknown]","k":1}',
    },
    {
      name: 'say so where they are revoked Proxies',
      data: { a: revoked([]), k: 1 },
      json: expect.stringMatching(/^\{"a":"\[Threw: Cannot perform .* revoked\]","k":1\}$/),
    },
    {
      name: 'are not lost with a detached buffer beside them',
      data: { k: 1, a: detached() },
      json: expect.stringContaining('"k":1'),
    },
    {
      name: 'are not lost with a detached buffer in an object beside them',
      data: { a: { k: 1, d: detached() } },
      json: expect.stringContaining('\\"k\\":1'),
    },
  ] as Case[])('$name', ({ data, json }) => {
    expect(jsonOf(data)).toEqual(json);
  });

  it('have their names looked at, however many the record before had', () => {
    for (const data of [{ a: 1 }, { '\ud800': 1 }, { a: 1, b: 2 }, { a: 1, '\ud800': 2 }]) {
      const names = Object.keys(flatten(data));
      expect(names).toEqual(Object.keys(data).map((name) => name.toWellFormed()));
    }
  });

  it('named __proto__ set no prototype', () => {
    const dict = flatten(protoKey('{"__proto__":{"polluted":1}}'));
    expect(Object.getPrototypeOf(dict)).toBe(Object.prototype);
    expect(Object.keys(dict)).toEqual(['__proto__']);
    expect('polluted' in {}).toBe(false);
  });
});

/** A typed array on a buffer whose bytes have been moved away. */
function detached(): Uint8Array {
  const bytes = new Uint8Array(4);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

describe('a Proxy whose trap throws never throws out, and says so where it stands', () => {
  const traps = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'] as const;
  const unused = [
    'set',
    'defineProperty',
    'deleteProperty',
    'preventExtensions',
    'setPrototypeOf',
    'isExtensible',
  ] as const;
  const proxied = (trap: string, target: object = { k: 1 }): object => new Proxy(target, { [trap]: boom });

  it.each(traps.filter((trap) => trap !== 'has'))('%s', (trap) => {
    expect(jsonOf({ a: proxied(trap), b: 1 })).toBe('{"a":"[Threw: no]","b":1}');
    expect(jsonOf([proxied(trap)])).toBe('{"body":"[\\"[Threw: no]\\"]"}');
    expect(jsonOf(proxied(trap))).toBe('{"body":"[Threw: no]"}');
  });

  it('has, of an Error', () => {
    expect(jsonOf({ a: proxied('has', new Error('m')), b: 1 })).toBe('{"a":"[Threw: no]","b":1}');
  });

  it.each(unused)('%s is never called: the input is only read', (trap) => {
    expect(jsonOf({ a: proxied(trap) })).toBe('{"a":"{\\"k\\":1}"}');
  });

  it('with a RangeError of its own, which is no full stack', () => {
    const ownKeys = (): never => {
      throw new RangeError('mine');
    };
    expect(jsonOf({ a: new Proxy({}, { ownKeys }) })).toBe('{"a":"[Threw: mine]"}');
  });

  it('with something that can itself not be looked at', () => {
    const ownKeys = (): never => {
      throw revoked({});
    };
    const trapped = new Proxy({}, { ownKeys });
    expect(jsonOf({ a: trapped, b: 1 })).toBe('{"a":"[Threw: unknown]","b":1}');
    expect(jsonOf(trapped)).toBe('{"body":"[Threw: unknown]"}');
  });

  it('with a length of a list that throws, or has no end', () => {
    const lying = (get: () => unknown): unknown[] =>
      new Proxy([], { get: (_, key) => (key === 'length' ? get() : undefined) });
    expect(jsonOf({ a: lying(boom), b: 1 })).toBe('{"a":"[Threw: no]","b":1}');
    expect(flattenWithin({ a: lying(() => Number.POSITIVE_INFINITY) }, 10_000)).toBe('too_large');
    for (const length of [Number.NaN, -1, undefined, {}])
      expect(jsonOf({ a: lying(() => length) })).toBe('{"a":"[]"}');
  });
});

describe('data without end ends', () => {
  const LIMIT = 64 * 1024;
  const doubled = (levels: number, join: (half: unknown) => unknown): unknown => {
    let value: unknown = {};
    for (let level = 0; level < levels; level++) value = join(value);
    return value;
  };
  const endless = (): object => ({ toJSON: () => ({ a: endless(), b: endless() }) });

  it.each([
    { name: 'a sparse array of the greatest length', data: { a: new Array(2 ** 32 - 1) } },
    { name: 'a sparse array of the greatest length as the record', data: new Array(2 ** 32 - 1) },
    {
      name: 'references shared in pairs, 100 levels of arrays',
      data: { a: doubled(100, (half) => [half, half]) },
    },
    {
      name: 'references shared in pairs, 100 levels of objects',
      data: doubled(100, (half) => ({ a: half, b: half })),
    },
    {
      name: 'references shared in pairs, below the greatest depth',
      data: { a: doubled(3000, (half) => [half, half]) },
    },
    {
      name: 'references shared in pairs, as keys of Maps',
      data: doubled(100, (half) => new Map([[half, half]])),
    },
    { name: 'a toJSON that always makes more', data: { a: endless() } },
  ])('$name', ({ data }) => {
    expect(flattenWithin(data, LIMIT)).toBe('too_large');
  });

  it.each([
    { name: 'a list', list: growing() },
    { name: 'one that only a look at each item can read', list: Object.assign(growing(), { toJSON: 0 }) },
  ])('as the length that it had, where it grows while it is read: $name', ({ list }) => {
    expect(String(flatten({ a: list })['a'])).toMatch(/^(\[\[\d+\](,\[\d+\])*\])$/);
  });

  it('as [Too large], in flatten()', () => {
    expect(flatten({ k: 1, a: new Array(2 ** 32 - 1) })).toEqual({ body: '[Too large]' });
  });

  it('as a record whose text is as long as the limit allows', () => {
    const { length } = '{"a":""}';
    expect(flattenWithin({ a: 'x'.repeat(100 - length) }, 100)).toEqual({ a: 'x'.repeat(100 - length) });
    expect(flattenWithin({ a: 'x'.repeat(101 - length) }, 100)).toBe('too_large');
  });

  it('as a record, however many fields are left out of it', () => {
    const leftOut = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, undefined]));
    expect(flattenWithin({ ...leftOut, k: 1 }, 100)).toEqual({ k: 1 });
    expect(flattenWithin({ a: leftOut }, 100)).toEqual({ a: '{}' });
  });
});

/** A list with one more item each time that its first is read. */
function growing(): unknown[] {
  const list: unknown[] = [];
  const more = (): number => list.push(Object.defineProperty([], 0, { get: more, enumerable: true }));
  more();
  return new Proxy(list, {
    get(target, key) {
      if (key === 'length') more();
      return Reflect.get(target, key);
    },
  });
}

describe('nesting too deep to walk safely is cut', () => {
  const nest = (levels: number): object => {
    let value: object = {};
    for (let level = 1; level < levels; level++) value = { a: value };
    return value;
  };

  it('but 900 levels are whole', () => {
    expect(flatten({ a: nest(900) })).toEqual({ a: JSON.stringify(nest(900)) });
  });

  it.each([1001, 5000, 100_000])('%i levels hold the marker, and are JSON', (levels) => {
    const { a } = flatten({ a: nest(levels) });
    expect(a).toMatch(/^(\{"a":)+"\[Too deep\]"\}+$/);
    expect(String(a).match(/\{/g)?.length).toBeLessThanOrEqual(1000);
    expect(() => JSON.parse(String(a))).not.toThrow();
  });

  it('also of arrays, of Maps, of causes and by toJSON', () => {
    const chain = (link: (inner: unknown) => unknown): unknown => {
      let value: unknown = 1;
      for (let level = 0; level < 2000; level++) value = link(value);
      return value;
    };
    for (const link of [
      (inner: unknown) => [inner],
      (inner: unknown) => new Map([['k', inner]]),
      (inner: unknown) => fault(new Error('m', { cause: inner })),
      (inner: unknown) => ({ toJSON: () => ({ inner }) }),
    ]) {
      expect(flatten({ a: chain(link) })['a']).toContain('[Too deep]');
    }
  });

  it('and a toJSON without end is not the fault of the stack', () => {
    const endless = (): never => endless();
    expect(flattenWithin({ toJSON: endless }, 1000)).toEqual({ body: TOO_DEEP });
  });

  it('also where the caller has nearly filled the stack', () => {
    const data = { k: 1, a: nest(900) };
    const FRAMES = 800;
    const texts: string[] = [];
    let thrown = 0;
    /** Fills the stack, then flattens from each of the last frames on the way back: with ever more room. */
    const dive = (): void => {
      try {
        dive();
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
      if (thrown + texts.length === FRAMES) return;
      try {
        const dict = flatten(data);
        if (dict['k'] === 1) texts.push(String(dict['a']));
        else texts.push(`"${dict['body']}"`);
      } catch {
        thrown++;
      }
    };
    dive();

    expect(thrown).toBeLessThan(300); // the very last frames, where no function can be called
    expect(texts.length).toBe(FRAMES - thrown);
    for (const text of new Set(texts))
      expect(() => JSON.parse(text.startsWith('[') ? `"${text}"` : text)).not.toThrow();
    expect(flatten(data)).toEqual({ k: 1, a: JSON.stringify(nest(900)) });
  });
});

describe('the input', () => {
  it('has no symbols in what comes out', () => {
    expect(Reflect.ownKeys(flatten({ a: 1, [Symbol('rest')]: [{ secret: 1 }] }))).toEqual(['a']);
  });

  it('is a list whatever prototype it has', () => {
    expect(flatten(Object.setPrototypeOf([1, 2], Object.prototype))).toEqual({ body: '[1,2]' });
  });

  it('may be frozen', () => {
    const data = Object.freeze({ a: Object.freeze({ b: Object.freeze([1]) }) });
    expect(flatten(data)).toEqual({ a: '{"b":[1]}' });
  });

  it('is asked once for each field', () => {
    let asked = 0;
    flatten({
      get a() {
        return ++asked;
      },
      b: {
        get c() {
          return ++asked;
        },
      },
    });
    expect(asked).toBe(2);
  });
});
