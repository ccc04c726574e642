import { describe, expect, it, vi } from 'vitest';
import { Copying } from '../../src/record/copying.js';
import { flattenWithin } from '../../src/record/flatten.js';
import { MAX_DEPTH } from '../../src/record/path.js';
import { TOO_DEEP } from '../../src/record/text.js';

const MUCH = 1024 * 1024;

/** What becomes of a field of a record. */
function textOf(value: unknown, maxCharacters = MUCH): unknown {
  const copying = new Copying(maxCharacters);
  return copying.flat(copying.copy(value, 'key'));
}

/** `{a: {a: … {}}}`, so many objects in all. */
function nestedObjects(levels: number): object {
  let value = {};
  for (let level = 1; level < levels; level++) value = { a: value };
  return value;
}

/** As Vue's reactive(): a Proxy whose methods work on what is behind it. */
const reactive = <T extends object>(target: T): T =>
  new Proxy(target, {
    get(behind, key) {
      const value = Reflect.get(behind, key, behind);
      return typeof value === 'function' ? value.bind(behind) : value;
    },
  });

/** As an Immer draft: a subclass that keeps its entries elsewhere. */
class DraftMap extends Map<unknown, unknown> {
  readonly #base = new Map<unknown, unknown>([['k', [1]]]);
  override get size(): number {
    return this.#base.size;
  }
  override entries() {
    return this.#base.entries();
  }
  override [Symbol.iterator]() {
    return this.#base.entries();
  }
}

class DraftSet extends Set<unknown> {
  override values() {
    return [1, [2]].values() as SetIterator<unknown>;
  }
  override [Symbol.iterator]() {
    return this.values();
  }
}

class Nothing {}

class Hidden {
  readonly #secret = 1;
  get secret(): number {
    return this.#secret;
  }
}

describe('a Map or a Set of a state library is sent with what is in it', () => {
  it.each([
    { name: 'a Map behind a Proxy', value: reactive(new Map([['k', [1]]])), expected: '{"k":[1]}' },
    { name: 'a Set behind a Proxy', value: reactive(new Set([1, [2]])), expected: '[1,[2]]' },
    { name: 'a Map with entries of its own', value: new DraftMap(), expected: '{"k":[1]}' },
    { name: 'a Set with items of its own', value: new DraftSet(), expected: '[1,[2]]' },
    {
      name: 'a Map within one',
      value: reactive(new Map([['m', reactive(new Map([['k', 1]]))]])),
      expected: '{"m":{"k":1}}',
    },
    {
      name: 'a Map that has lost its prototype',
      value: Object.setPrototypeOf(new Map([['k', 1]]), null),
      expected: '{"k":1}',
    },
    {
      name: 'or says why not: a Map behind a mere Proxy',
      value: new Proxy(new Map([['k', 1]]), {}),
      expected: expect.stringMatching(/^\[Threw: Method Map\.prototype\.entries called on incompatible/),
    },
    {
      name: 'or says why not: a Set behind a mere Proxy',
      value: new Proxy(new Set([1]), {}),
      expected: expect.stringMatching(/^\[Threw: Method Set\.prototype\.values called on incompatible/),
    },
  ])('$name', ({ value, expected }) => {
    expect(textOf(value)).toEqual(expected);
  });

  it('also as the record itself', () => {
    expect(flattenWithin(reactive(new Map([['k', [1]]])), MUCH)).toEqual({ k: '[1]' });
    expect(flattenWithin(new DraftMap(), MUCH)).toEqual({ k: '[1]' });
  });
});

describe('what is made of pairs is an object of them, each with all its values', () => {
  const form = new FormData();
  form.append('name', 'n');
  form.append('file', new Blob(['x']), 'f.txt');
  it.each([
    {
      name: 'URLSearchParams',
      value: new URLSearchParams('b=1&a=2&b=3&1=x'),
      expected: '{"b":["1","3"],"a":"2","1":"x"}',
    },
    { name: 'empty URLSearchParams', value: new URLSearchParams(), expected: '{}' },
    {
      name: 'Headers, which join what may be joined',
      value: new Headers([
        ['X-A', '1'],
        ['x-a', '2'],
        ['Set-Cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ]),
      expected: '{"set-cookie":["a=1","b=2"],"x-a":"1, 2"}',
    },
    {
      name: 'FormData, whose files say that they are',
      value: form,
      expected: '{"name":"n","file":"[File]"}',
    },
  ])('$name', ({ value, expected }) => {
    expect(textOf(value)).toBe(expected);
  });

  it('also as the record itself', () => {
    const params = new URLSearchParams('a=1&b=2&b=3');
    expect(flattenWithin(params, MUCH)).toEqual({ a: '1', b: '["2","3"]' });
  });
});

describe('an object that has no fields says what it is, unless it is a mere {}', () => {
  it.each<[string, unknown, string]>([
    ['a Promise', Promise.resolve(1), '[Promise]'],
    ['a WeakMap', new WeakMap(), '[WeakMap]'],
    ['a WeakRef', new WeakRef({}), '[WeakRef]'],
    ['a generator', (function* () {})(), '[Generator]'],
    ['an iterator', new Map().entries(), '[Map Iterator]'],
    ['a Request', new Request('http://h/'), '[Request]'],
    ['a Response', new Response('x'), '[Response]'],
    ['a Blob', new Blob(['x']), '[Blob]'],
    ['a File', new File(['x'], 'f'), '[File]'],
    ['a ReadableStream', new ReadableStream(), '[ReadableStream]'],
    ['an AbortSignal', AbortSignal.abort(), '[AbortSignal]'],
    ['a TextEncoder', new TextEncoder(), '[TextEncoder]'],
    ['Math', Math, '[Math]'],
    ['an instance of a class', new Nothing(), '[Nothing]'],
    ['an instance whose fields are private', new Hidden(), '[Hidden]'],
    ['an instance of a class without a name', new (class {})(), '{}'],
    ['an object without a prototype', Object.create(null), '{}'],
    ['an object of an object', Object.create({ inherited: 1 }), '{}'],
    ['{}', {}, '{}'],
    ['an empty Map', new Map(), '{}'],
    [
      'an instance that throws when it is asked what it is',
      new (class Shy {
        get [Symbol.toStringTag](): string {
          throw new Error('no');
        }
      })(),
      '[Shy]',
    ],
  ])('%s', (_, value, expected) => {
    expect(textOf(value)).toBe(expected);
    expect(textOf([value])).toBe(expected === '{}' ? '[{}]' : `["${expected}"]`);
  });

  it('also as the record itself', () => {
    expect(flattenWithin(Promise.resolve(1), MUCH)).toEqual({ body: '[Promise]' });
    expect(flattenWithin({}, MUCH)).toEqual({});
  });
});

describe('each field is read once', () => {
  const besides = {
    nothing: 1,
    'a Date': new Date(0),
    'a Map': new Map(),
    'a bigint': 5n,
    'an Error': new Error('x'),
    'an instance': new Nothing(),
    'deep nesting': nestedObjects(100),
    'a lone surrogate': '\ud800',
    'a circle': ((circle) => Object.assign(circle, { circle }))({}),
  };
  const asking = (asked: { count: number }, beside: unknown, prototype: object | null) =>
    Object.defineProperties(Object.create(prototype), {
      lazy: { enumerable: true, get: () => ++asked.count },
      beside: { enumerable: true, value: beside },
    });

  it.each(Object.entries(besides))('beside %s', (_, beside) => {
    for (const prototype of [Object.prototype, null, Nothing.prototype]) {
      const asked = { count: 0 };
      const entity = asking(asked, beside, prototype);
      expect(String(flattenWithin({ entity, list: [1] }, MUCH))).not.toBe('too_large');
      expect(asked.count, 'nested').toBe(1);
      flattenWithin(entity, MUCH);
      expect(asked.count, 'as the record').toBe(2);
    }
  });

  it('in a Proxy, which is listed once, too', () => {
    const ownKeys = vi.fn((target: object) => Reflect.ownKeys(target));
    const get = vi.fn((target: object, key: PropertyKey) => Reflect.get(target, key));
    expect(textOf(new Proxy({ a: 1 }, { ownKeys, get }))).toBe('{"a":1}');
    expect(ownKeys).toHaveBeenCalledOnce();
    expect(get.mock.calls.filter(([, key]) => key === 'a')).toHaveLength(1);
  });

  it('in an instance beside a getter that throws', () => {
    const asked = { count: 0 };
    const entity = asking(asked, 1, Nothing.prototype);
    Object.defineProperty(entity, 'fails', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    expect(textOf(entity)).toBe('{"lazy":1,"beside":1,"fails":"[Threw: no]"}');
    expect(asked.count).toBe(1);
  });

  it('of an array and of what a toJSON returns', () => {
    let asked = 0;
    const lazy = { enumerable: true, get: () => ++asked };
    const list = Object.defineProperty([0, new Date(0)], 0, lazy);
    expect(textOf({ toJSON: () => Object.defineProperty({ list }, 'lazy', lazy) })).toBe(
      '{"list":[1,"1970-01-01T00:00:00.000Z"],"lazy":2}',
    );
    expect(asked).toBe(2);
  });
});

describe('what a Date is asked', () => {
  it('is the toJSON that somebody gave to it, or to all', () => {
    const own = Object.assign(new Date(0), { toJSON: () => 'own' });
    expect(textOf([own])).toBe('["own"]');
    const toJSON = vi.spyOn(Date.prototype, 'toJSON').mockImplementation(() => 'all');
    expect(textOf([new Date(0)])).toBe('["all"]');
    toJSON.mockRestore();
  });
});

describe('nesting', () => {
  it(`is whole up to ${MAX_DEPTH} levels`, () => {
    expect(textOf(nestedObjects(MAX_DEPTH))).toBe(
      `${'{"a":'.repeat(MAX_DEPTH - 1)}{}${'}'.repeat(MAX_DEPTH - 1)}`,
    );
  });

  it('is cut below that', () => {
    const cut = `"${TOO_DEEP}"`;
    expect(textOf(nestedObjects(MAX_DEPTH + 1))).toBe(
      `${'{"a":'.repeat(MAX_DEPTH)}${cut}${'}'.repeat(MAX_DEPTH)}`,
    );
    expect(textOf(nestedObjects(100 * MAX_DEPTH))).toBe(textOf(nestedObjects(MAX_DEPTH + 1)));
  });

  it('is no circle where objects are shared, at any depth', () => {
    const shared = { s: 1 };
    let value: unknown = [shared, shared];
    for (let level = 0; level < 300; level++) value = [value, shared];
    expect(textOf(value)).toBe(JSON.stringify(value));
  });

  it.each([10, 199, 200, 201, 500])('shows a circle at its first return, %i levels down', (levels) => {
    const root: Record<string, unknown> = {};
    let end = root;
    for (let level = 1; level < levels; level++) {
      const next = {};
      end['a'] = next;
      end = next;
    }
    end['back'] = root;
    const text = String(textOf(root));
    expect(text).toBe(`${'{"a":'.repeat(levels - 1)}{"back":"[Circular]"${'}'.repeat(levels)}`);
  });
});

describe('the room', () => {
  it.each([
    { name: 'a scalar', value: 'x'.repeat(10) },
    { name: 'a nested scalar', value: ['x'.repeat(10)] },
    { name: 'a key', value: { ['x'.repeat(10)]: 1 } },
    { name: 'a key of a Map', value: new Map([[{ a: 'xxxxxxxxxx' }, 1]]) },
    { name: 'many small items', value: Array(10).fill(1) },
    { name: 'many holes', value: new Array(10) },
    { name: 'many empty objects', value: Array(10).fill({}) },
    { name: 'a BigInt', value: 10n ** 10n },
    { name: 'bytes', value: Buffer.alloc(9) },
    {
      name: 'a message that was thrown',
      value: [
        {
          toJSON() {
            throw new Error('x'.repeat(10));
          },
        },
      ],
    },
  ])('ends with $name', ({ value }) => {
    expect(flattenWithin({ value }, 9)).toBe('too_large');
  });

  const values: [string, unknown][] = [
    ['lists and objects', [[1], ['x', 'y'], { a: 1, b: [] }, [[[]]], null, true, {}]],
    ['numbers', [1, 2, 3]],
    ['an empty list', []],
    ['an empty object', {}],
    ['fields that are left out', { u: undefined, a: 1 }],
    [
      'a Map',
      new Map<unknown, unknown>([
        [{ k: [1] }, new Set([1, 2])],
        ['b', {}],
      ]),
    ],
    ['bytes and dates', [Buffer.from('abc'), new Date(0)]],
    ['a bigint', [2n ** 64n]],
    ['a long bigint', [10n ** 5000n]],
    [
      'an instance',
      new (class A {
        a = [1];
      })(),
    ],
  ];
  it.each(values)('is charged with no more than what is written: %s', (_, value) => {
    const text = String(textOf(value));
    expect(textOf(value, text.length)).toBe(text);
  });

  it('is charged with the stand-ins too', () => {
    const circle: unknown[] = [];
    for (let index = 0; index < 100; index++) circle.push(circle);
    expect(flattenWithin({ circle }, 300)).toBe('too_large'); // 1300 characters
  });
});

/** What is refused says how much of it was looked at. */
describe('what can not fit is known before it is copied', () => {
  const LIMIT = 1024 * 1024;
  /** Counts all that is asked of an object. */
  const counting = <T extends object>(target: T, asked: { count: number }): T =>
    new Proxy(target, {
      get(behind, key) {
        asked.count++;
        return Reflect.get(behind, key);
      },
    });

  it('of an array, by its length', () => {
    const asked = { count: 0 };
    const list = counting(new Array(LIMIT * 0.75).fill(1), asked);
    expect(flattenWithin({ list }, LIMIT)).toBe('too_large');
    expect(asked.count).toBeLessThan(10);
  });

  it('of a Map and a Set, by their size', () => {
    let asked = 0;
    const item = {
      toJSON() {
        asked++;
        return 1;
      },
    };
    const many = Array.from({ length: LIMIT / 2 }, (_, index) => [index, item] as const);
    expect(flattenWithin({ map: new Map(many) }, LIMIT)).toBe('too_large');
    expect(flattenWithin({ set: new Set(many.map(([index]) => ({ ...item, index }))) }, LIMIT)).toBe(
      'too_large',
    );
    expect(asked).toBe(0);
  });

  it('of an object, by the number of its keys', () => {
    let asked = 0;
    const fields = Object.fromEntries(Array.from({ length: LIMIT / 4 }, (_, index) => [`k${index}`, 1]));
    Object.defineProperty(fields, 'k0', { enumerable: true, get: () => ++asked });
    for (const prototype of [Object.prototype, Nothing.prototype]) {
      expect(flattenWithin({ fields: Object.setPrototypeOf(fields, prototype) }, LIMIT)).toBe('too_large');
    }
    expect(asked).toBe(0);
  });

  it.each([
    ['a typed array', new Float64Array(20_000_000)],
    ['an ArrayBuffer', new ArrayBuffer(100_000_000)],
    ['bytes that a toJSON returns', { toJSON: () => new Uint8Array(100_000_000) }],
  ])('of %s, by its length: no text is made of it', (_, bytes) => {
    const made = vi.spyOn(Buffer.prototype, 'toString');
    expect(flattenWithin({ bytes }, LIMIT)).toBe('too_large');
    expect(made).not.toHaveBeenCalled();
    made.mockRestore();
  });

  it('of a bigint, by its bits: its digits are not made', () => {
    const value = 1n << 8_000_000n;
    const made = vi.spyOn(BigInt.prototype, 'toString');
    expect(flattenWithin({ value }, LIMIT)).toBe('too_large');
    expect(flattenWithin([1n << 2_000_000n, 1n << 2_000_000n], LIMIT)).toBe('too_large');
    expect(made.mock.calls.filter(([radix]) => radix !== 16)).toEqual([]);
    made.mockRestore();
  });

  class Endless extends Map<unknown, unknown> {
    static steps = 0;
    constructor(readonly make: (index: number) => [unknown, unknown]) {
      super();
    }
    override *[Symbol.iterator](): MapIterator<[unknown, unknown]> {
      for (Endless.steps = 0; ; ) yield this.make(Endless.steps++);
    }
  }

  it.each<[string, (index: number) => [unknown, unknown]]>([
    ['ever new keys', (index) => [index, 1]],
    ['the same key', () => ['k', 1]],
    ['fields that are left out', () => ['k', undefined]],
  ])('of a Map that goes on for ever, soon: %s', (_, make) => {
    expect(flattenWithin({ map: new Endless(make) }, LIMIT)).toBe('too_large');
    expect(Endless.steps).toBeLessThan(LIMIT / 4);
  });

  it('of a Set that goes on for ever, soon', () => {
    let steps = 0;
    class EndlessSet extends Set<unknown> {
      override *[Symbol.iterator](): SetIterator<unknown> {
        for (;;) yield ++steps;
      }
    }
    expect(flattenWithin({ set: new EndlessSet() }, LIMIT)).toBe('too_large');
    expect(steps).toBeLessThan(LIMIT);
  });

  const tree = (levels: number, leaf: () => unknown, join: (a: unknown, b: unknown) => unknown): unknown =>
    levels === 0 ? leaf() : join(tree(levels - 1, leaf, join), tree(levels - 1, leaf, join));
  it.each<[string, unknown]>([
    [
      'empty arrays',
      tree(
        17,
        () => [],
        (a, b) => [a, b],
      ),
    ],
    [
      'instances without fields',
      tree(
        15,
        () => new Nothing(),
        (a, b) => [a, b],
      ),
    ],
    [
      'empty Maps',
      tree(
        15,
        () => new Map(),
        (a, b) => [a, b],
      ),
    ],
  ])('of a value that is short and dense, by the number of its objects: %s', (_, value) => {
    expect(flattenWithin({ value }, LIMIT)).toBe('too_large');
    expect(flattenWithin({ value }, 16 * LIMIT)).not.toBe('too_large');
  });

  it('which is no matter of a short limit: few objects are copied soon', () => {
    const value = Array.from({ length: 1000 }, () => new Map());
    expect(flattenWithin({ value }, 4000)).toEqual({ value: JSON.stringify(value) });
  });

  it('which nobody asks of a few fields: they may all be left out', () => {
    const leftOut = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, undefined]));
    expect(flattenWithin({ a: leftOut }, 100)).toEqual({ a: '{}' });
    expect(flattenWithin({ a: Object.assign(new Nothing(), leftOut) }, 100)).toEqual({ a: '{}' });
  });
});

describe('very many fields that fit are all sent', () => {
  const many = Array.from({ length: 20_000 }, (_, index) => [`k${index}`, [index]] as const);
  const expected = JSON.stringify(Object.fromEntries(many));
  it.each([
    ['an object', Object.fromEntries(many)],
    ['an instance', Object.assign(new Nothing(), Object.fromEntries(many))],
    ['a Map', new Map(many)],
  ])('of %s', (_, value) => {
    expect(textOf(value)).toBe(expected);
    expect(flattenWithin(value, MUCH)).toEqual(
      Object.fromEntries(many.map(([key, item]) => [key, `[${item}]`])),
    );
  });
});

it('a toJSON that somebody gave to all objects is asked once, and not of our copies', () => {
  let asked = 0;
  const toJSON = function (this: object): object {
    asked++;
    return this;
  };
  Object.defineProperty(Object.prototype, 'toJSON', { value: toJSON, configurable: true });
  try {
    expect(textOf({ a: [{ b: 1 }] })).toBe('{"a":[{"b":1}]}');
    expect(asked).toBe(3);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'toJSON');
  }
});

it('a function with a toJSON is left out like any other', () => {
  const lazy = Object.assign(() => 1, { toJSON: () => 'asked' });
  expect(textOf({ lazy, list: [lazy], a: 1 })).toBe('{"list":[null],"a":1}');
});
