import { types } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRemoteLogger, flatten, SECRET_KEYS } from '../../src/index.js';
import { encodeRecord } from '../../src/record/encode-record.js';
import { fold, lastPart } from '../../src/redact/name.js';
import { Receiver } from '../support/receiver.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

/** Where a value is made: the objects around it, those made whole before it, and all of them. */
class Site {
  readonly around: object[] = [];
  readonly whole: object[] = [];
  readonly all: object[] = [];
}

/** How a value is made, with a text that a counterexample is read by: most of these values can't be printed. */
class Recipe {
  readonly [fc.toStringMethod]: () => string;

  constructor(
    readonly text: string,
    readonly make: (site: Site) => unknown,
  ) {
    this[fc.toStringMethod] = () => text;
  }
}

/** A recipe of an object that is made first and filled then, so that what is in it can lead back to it. */
const filled = <T extends object>(
  text: string,
  create: () => T,
  fill: (made: T, site: Site) => unknown,
): Recipe =>
  new Recipe(text, (site) => {
    const made = create();
    site.all.push(made);
    site.around.push(made);
    const result = fill(made, site) ?? made;
    site.around.pop();
    site.whole.push(made);
    return result;
  });

/** A leaf that is an object is watched for changes too. */
const leaf = (text: string, make: () => unknown): Recipe =>
  new Recipe(text, (site) => {
    const made = make();
    if (typeof made === 'object' && made !== null) site.all.push(made);
    return made;
  });

const define = (target: object, key: PropertyKey, descriptor: PropertyDescriptor): void => {
  Object.defineProperty(target, key, { configurable: true, enumerable: true, ...descriptor });
};

const setField = (target: object, key: PropertyKey, value: unknown): void =>
  define(target, key, { value, writable: true });

/** The stack is written when it is first read, by a hook that the test runner has put there, which can throw. */
const withStack = <T extends Error>(error: T): T => Object.assign(error, { stack: 'at here' });

const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 5 });
/** A field of an Error that is called so is redacted, which is not looked at here. `jwt` is three letters. */
const SECRETS = SECRET_KEYS.map((path) => fold(path.replace(/^\*\*\.\*?/, '')));
const isNoSecret = (name: string): boolean =>
  !SECRETS.some((secret) => fold(lastPart(name)).endsWith(secret));
const text = fc
  .oneof(
    fc.string({ maxLength: 8 }),
    fc.string({ unit: 'binary', maxLength: 5 }),
    units.map((codes) => String.fromCharCode(...codes)),
    fc.constantFrom('\ud800', 'a\udfff', '[Circular]', '{"a":1}', '"', '\u2028'),
  )
  .filter(isNoSecret);
const fieldName = fc.oneof(
  { weight: 3, arbitrary: text },
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', '1', '0', '', 'body', 'name', 'message', 'length') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'toString', 'toJSON'),
  },
);
const millis = fc.oneof(fc.integer({ min: -8.64e15, max: 8.64e15 }), fc.constant(Number.NaN));
const bytes = fc.uint8Array({ maxLength: 9 });

const scalars: fc.Arbitrary<Recipe> = fc
  .oneof(
    text,
    fc.double(),
    fc.integer(),
    fc.bigInt(),
    fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }),
    fc.boolean(),
    fc.constantFrom(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0),
    fc.constantFrom(Symbol('s'), Symbol.iterator, () => 1),
  )
  .map((value) => leaf(fc.stringify(value), () => value));

const leaves: fc.Arbitrary<Recipe> = fc.oneof(
  { weight: 4, arbitrary: scalars },
  fc.constant(leaf('Object(Symbol())', () => Object(Symbol('boxed')))),
  millis.map((time) => leaf(`Date(${time})`, () => new Date(time))),
  fc
    .oneof(text, fc.double(), fc.boolean(), fc.bigInt())
    .map((value) => leaf(`Object(${fc.stringify(value)})`, () => Object(value))),
  bytes.chain((data) =>
    fc.constantFrom(
      leaf(`Buffer(${data})`, () => Buffer.from(data)),
      leaf(`Uint8Array(${data})`, () => Uint8Array.from(data)),
      leaf(
        `part of Uint8Array(${data})`,
        () => new Uint8Array(Uint8Array.from(data).buffer, data.length >> 1),
      ),
      leaf(`Float64Array(${data})`, () => Float64Array.from(data)),
      leaf(`DataView(${data})`, () => new DataView(Uint8Array.from(data).buffer)),
      leaf(`ArrayBuffer(${data})`, () => Uint8Array.from(data).buffer),
    ),
  ),
);

class Empty {}

/** As Vue's reactive(): a Proxy whose methods work on the Map behind it. */
const reactive = (map: Map<unknown, unknown>): Map<unknown, unknown> =>
  new Proxy(map, {
    get(behind, key) {
      const value = Reflect.get(behind, key, behind);
      return typeof value === 'function' ? value.bind(behind) : value;
    },
  });

type Ties = { any: Recipe };
type Any = fc.Arbitrary<Recipe>;

const entriesOf = (any: Any): fc.Arbitrary<[string, Recipe][]> =>
  fc.array(fc.tuple(fieldName, any), { maxLength: 4 });

const show = (entries: readonly (readonly [string, Recipe])[]): string =>
  entries.map(([key, { text }]) => `${JSON.stringify(key)}: ${text}`).join(', ');

const fill = (made: object, entries: readonly [string, Recipe][], site: Site): void => {
  for (const [key, recipe] of entries) setField(made, key, recipe.make(site));
};

/** Everything that can be read without a throw and has an end. */
const containers = (any: Any): Any[] => [
  entriesOf(any).map((entries) =>
    filled(
      `{${show(entries)}}`,
      () => ({}),
      (made, site) => fill(made, entries, site),
    ),
  ),
  entriesOf(any).map((entries) =>
    filled(
      `null-prototype {${show(entries)}}`,
      () => Object.create(null),
      (made, site) => fill(made, entries, site),
    ),
  ),
  entriesOf(any).map((entries) =>
    filled(
      `{${show(entries)}, with inherited, hidden and symbol fields}`,
      () =>
        Object.create(
          { inherited: 1 },
          { hidden: { value: 1 }, [Symbol('field')]: { value: 1, enumerable: true } },
        ),
      (made, site) => fill(made, entries, site),
    ),
  ),
  fc.array(any, { maxLength: 4 }).map((items) =>
    filled(
      `[${items.map(({ text }) => text)}]`,
      () => [] as unknown[],
      (made, site) => {
        for (const item of items) made.push(item.make(site));
      },
    ),
  ),
  fc.tuple(fc.nat(30), any).map(([index, item]) =>
    filled(
      `sparse [${index}: ${item.text}, hole]`,
      () => new Array(index + 2),
      (made, site) => setField(made, index, item.make(site)),
    ),
  ),
  fc.array(fc.tuple(any, any), { maxLength: 4 }).map((entries) =>
    filled(
      `Map(${entries.map(([key, value]) => `${key.text} => ${value.text}`)})`,
      () => new Map<unknown, unknown>(),
      (made, site) => {
        for (const [key, value] of entries) {
          const madeKey = key.make(site);
          // A function's text is its source: no rule worth a test.
          if (typeof madeKey !== 'function') made.set(madeKey, value.make(site));
        }
      },
    ),
  ),
  fc.array(any, { maxLength: 4 }).map((items) =>
    filled(
      `Set(${items.map(({ text }) => text)})`,
      () => new Set<unknown>(),
      (made, site) => {
        for (const item of items) made.add(item.make(site));
      },
    ),
  ),
  fc.tuple(text, fc.option(any), entriesOf(any)).map(([message, cause, entries]) =>
    filled(
      `Error(${JSON.stringify(message)}, cause ${cause?.text}, ${show(entries)})`,
      () => withStack(new TypeError(message)),
      (made, site) => {
        if (cause) define(made, 'cause', { value: cause.make(site), enumerable: false, writable: true });
        fill(made, entries, site);
      },
    ),
  ),
  entriesOf(any).map((entries) =>
    filled(
      `new Empty {${show(entries)}}`,
      () => new Empty(),
      (made, site) => fill(made, entries, site),
    ),
  ),
  entriesOf(any).map((entries) =>
    filled(
      `Proxy of Map {${show(entries)}}`,
      () => new Map<unknown, unknown>(),
      (made, site) => {
        for (const [key, value] of entries) made.set(key, value.make(site));
        return reactive(made);
      },
    ),
  ),
  fc.array(any, { maxLength: 3 }).map((errors) =>
    filled(
      `AggregateError(${errors.map(({ text }) => text)})`,
      () => withStack(new AggregateError([], 'all')),
      (made, site) => {
        made.errors.push(...errors.map((error) => error.make(site)));
      },
    ),
  ),
  any.map((inner) =>
    filled(
      `{toJSON() => ${inner.text}}`,
      () => ({}),
      (made, site) => {
        const value = inner.make(site);
        setField(made, 'toJSON', () => value);
      },
    ),
  ),
  fc.constant(
    filled(
      '{toJSON() => its key}',
      () => ({ toJSON: (key: string) => `at ${key}` }),
      () => {},
    ),
  ),
  fc.constant(
    filled(
      '{toJSON() => itself}',
      () => ({ k: 1, toJSON: (): unknown => 0 }),
      (made) => {
        made.toJSON = () => made;
      },
    ),
  ),
  fc.tuple(fieldName, any).map(([key, inner]) =>
    filled(
      `{get ${JSON.stringify(key)}() => ${inner.text}}`,
      () => ({}),
      (made, site) => {
        const value = inner.make(site);
        define(made, key, { get: () => value });
      },
    ),
  ),
  entriesOf(any).map((entries) =>
    filled(
      `Proxy({${show(entries)}})`,
      () => ({}),
      (made, site) => {
        fill(made, entries, site);
        return new Proxy(made, {});
      },
    ),
  ),
  // The same object once more: not a circle, so it is written out again.
  fc
    .nat()
    .map(
      (pick) =>
        new Recipe(`shared ${pick}`, ({ whole }) => (whole.length > 0 ? whole[pick % whole.length] : null)),
    ),
];

const TRAPS = [
  'get',
  'has',
  'ownKeys',
  'getOwnPropertyDescriptor',
  'getPrototypeOf',
  'set',
  'defineProperty',
  'deleteProperty',
] as const;

/** Circles, and everything that throws. */
const nasties = (any: Any): Any[] => [
  fc
    .nat()
    .map(
      (pick) =>
        new Recipe(`back ${pick}`, ({ around }) => (around.length > 0 ? around[pick % around.length] : null)),
    ),
  fc.tuple(fieldName, any, any).map(([key, error, other]) =>
    filled(
      `{get ${JSON.stringify(key)}() throws ${error.text}, other: ${other.text}}`,
      () => ({}),
      (made, site) => {
        const thrown = error.make(site);
        define(made, key, {
          get() {
            throw thrown;
          },
        });
        setField(made, 'other', other.make(site));
      },
    ),
  ),
  any.map((error) =>
    filled(
      `{toJSON() throws ${error.text}}`,
      () => ({}),
      (made, site) => {
        const thrown = error.make(site);
        setField(made, 'toJSON', () => {
          throw thrown;
        });
      },
    ),
  ),
  fc.constant(
    filled(
      '{toJSON() without end}',
      () => ({}),
      (made) => {
        const endless = (): never => endless();
        setField(made, 'toJSON', endless);
      },
    ),
  ),
  fc
    .tuple(
      fc.subarray([...TRAPS], { minLength: 1 }),
      any,
      fc.constantFrom(
        () => ({ k: 1 }),
        () => [1],
        () => withStack(new Error('m')),
      ),
    )
    .map(([traps, error, create]) =>
      filled<object>(`Proxy(${traps} throw ${error.text})`, create, (made, site) => {
        const thrown = error.make(site);
        const throwing = (): never => {
          throw thrown;
        };
        return new Proxy(made, Object.fromEntries(traps.map((trap) => [trap, throwing])));
      }),
    ),
  fc
    .constantFrom<() => object>(
      () => ({}),
      () => [],
      () => new Date(),
      () => new Map(),
    )
    .map((create) =>
      filled<object>('revoked Proxy', create, (made) => {
        const { proxy, revoke } = Proxy.revocable(made, {});
        revoke();
        return proxy;
      }),
    ),
  fc.constant(
    new Recipe('detached', () => {
      const data = new Uint8Array(4);
      structuredClone(data.buffer, { transfer: [data.buffer] });
      return data;
    }),
  ),
];

const recipes = (kinds: (any: Any) => Any[]): Any =>
  fc.letrec<Ties>((tie) => ({
    any: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { arbitrary: leaves, weight: 4 },
      ...kinds(tie('any')).map((arbitrary) => ({ arbitrary, weight: 1 })),
    ),
  })).any;

const tame = recipes(containers);
const nasty = recipes((any) => [...containers(any), ...nasties(any)]);

/** Everything that each of the objects is, without running any code of theirs: a change anywhere shows. */
function fingerprint(objects: readonly object[]): string[] {
  const numbers = new Map<unknown, number>(objects.map((object, index) => [object, index]));
  const show = (value: unknown): string => {
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
    if (
      (typeof value !== 'object' || value === null) &&
      typeof value !== 'function' &&
      typeof value !== 'symbol'
    ) {
      return `${typeof value} ${String(value)}`;
    }
    if (!numbers.has(value)) numbers.set(value, numbers.size);
    return `#${numbers.get(value)}`;
  };
  const contents = (value: object): string => {
    if (types.isMap(value)) return [...value].map(([key, field]) => `${show(key)} => ${show(field)}`).join();
    if (types.isSet(value)) return [...value].map(show).join();
    if (types.isDate(value)) return String(value.getTime());
    if (types.isAnyArrayBuffer(value)) return Buffer.from(value).toString('hex');
    if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer).toString('hex');
    return '';
  };
  return objects.map((object) => {
    const fields = Reflect.ownKeys(object).map((key) => {
      const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, key) ?? {};
      return `${show(key)} ${show(value)} ${show(get)} ${show(set)} ${JSON.stringify(flags)}`;
    });
    return `${show(Object.getPrototypeOf(object))} ${Object.isExtensible(object)} ${fields.join()} | ${contents(object)}`;
  });
}

/** What the contract says of a value: a scalar, the items of a list, the fields of an object, or nothing. */
type Fate =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly Fate[]
  | ReadonlyMap<string, Fate>;

/** The oracle: written from the contract for what can be read and has an end. */
function fateOf(value: unknown, key: string, asked = false): Fate {
  if (typeof value === 'function' || typeof value === 'symbol' || value === undefined) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string') return value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value as Fate;
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString('base64');
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer)
      .subarray(value.byteOffset, value.byteOffset + value.byteLength)
      .toString('base64');
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (!asked && typeof toJSON === 'function') return fateOf(Reflect.apply(toJSON, value, [key]), '', true);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? null : new Date(value.getTime()).toISOString();
  for (const Boxed of [Number, String, Boolean, BigInt, Symbol]) {
    if (value instanceof Boxed) return fateOf(Reflect.apply(Boxed.prototype.valueOf, value, []), key);
  }
  if (Array.isArray(value)) return Array.from(value, (item) => fateOf(item, '') ?? null);
  if (value instanceof Set) return Array.from(value, (item) => fateOf(item, '') ?? null);
  if (value instanceof Map) {
    return new Map(
      [...value].map(([key, field]) => [keyOf(key), field]).map(([key, field]) => [key, fateOf(field, key)]),
    );
  }
  const names =
    value instanceof Error
      ? ['name', 'message', 'stack', 'cause', 'errors'].filter((name) => name in value)
      : [];
  // In the order of an object: integers come first.
  const all = Object.keys(Object.fromEntries([...names, ...Object.keys(value)].map((name) => [name, 1])));
  const fields = new Map(
    [...all].map((name) => [name, fateOf((value as Record<string, unknown>)[name], name)]),
  );
  const ofClass = Object.getPrototypeOf(value)?.constructor?.name;
  return fields.size === 0 && ofClass === 'Empty' ? '[Empty]' : fields;
}

const keyOf = (key: unknown): string => {
  if (typeof key !== 'object' || key === null) return String(key);
  const fate = fateOf(key, '');
  return typeof fate === 'object' && fate !== null ? jsonOf(fate) : String(fate);
};

/** The fields that are sent, in no order: integers come first in an object, and not in a Map. Of names that become one, the later wins. */
const sent = (fate: ReadonlyMap<string, Fate>): [string, Fate][] => [
  ...new Map(
    [...fate].filter(([, field]) => field !== undefined).map(([key, field]) => [key.toWellFormed(), field]),
  ),
];

function jsonOf(fate: Fate): string {
  if (typeof fate === 'bigint') return fate.toString();
  if (typeof fate !== 'object' || fate === null) return JSON.stringify(fate);
  if (fate instanceof Map) {
    return `{${sent(fate)
      .map(([key, field]) => `${JSON.stringify(key)}:${jsonOf(field)}`)
      .join()}}`;
  }
  return `[${(fate as readonly Fate[]).map(jsonOf).join()}]`;
}

/** What the contract says of a record, as entries sorted by their keys. */
function recordOf(value: unknown): [string, Fate][] {
  const fate = fateOf(value, '');
  const fields = fate instanceof Map ? sent(fate) : [['body', fate] as const];
  return fields
    .filter(([, field]) => field !== undefined)
    .map(([key, field]): [string, Fate] => [
      key,
      typeof field === 'object' && field !== null ? jsonOf(field) : field,
    ])
    .sort(byKey);
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** As parsers that take only well-formed Unicode, in nested texts too. */
function strictly(key: string, value: unknown): unknown {
  for (const text of [key, value]) {
    if (typeof text !== 'string') continue;
    expect(text.isWellFormed()).toBe(true);
    if (/^[[{]/.test(text)) parseIfJson(text);
  }
  return value;
}

function parseIfJson(text: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return;
  }
  expect(JSON.stringify(parsed)).not.toMatch(LONE_SURROGATE);
}

/** As JSON.stringify escapes one. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

describe(`for whatever value, in ${numRuns} of them`, () => {
  it('flatten() never throws, never changes its input, and gives one flat JSON object', () => {
    fc.assert(
      fc.property(nasty, (recipe) => {
        const site = new Site();
        const value = recipe.make(site);
        const before = fingerprint(site.all);
        const dict = flatten(value);
        expect(fingerprint(site.all)).toEqual(before);

        expect(Object.getPrototypeOf(dict)).toBe(Object.prototype);
        for (const field of Object.values(dict)) {
          expect(field === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof field)).toBe(
            true,
          );
        }
        const json = encodeRecord(dict);
        JSON.parse(json, strictly); // no lone surrogate is left
        const parsed: Record<string, unknown> = JSON.parse(json);
        expect(Object.keys(parsed)).toEqual(Object.keys(dict));
        for (const field of Object.values(parsed))
          expect(field === null || typeof field !== 'object').toBe(true);
      }),
      { numRuns },
    );
  });

  it('every field has the fate that the contract gives it', () => {
    fc.assert(
      fc.property(tame, (recipe) => {
        const value = recipe.make(new Site());
        expect(Object.entries(flatten(value)).sort(byKey)).toEqual(recordOf(value));
      }),
      { numRuns },
    );
  });

  it('a JSON value comes back as it was from its nested strings', () => {
    const json = fc.oneof(
      fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
      fc.jsonValue({ maxDepth: 12, depthSize: 'large', maxKeys: 3 } as fc.JsonSharedConstraints),
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fieldName.filter((name) => name !== 'toJSON' && name.isWellFormed()),
          json,
          { maxKeys: 6 },
        ),
        (data) => {
          const dict = flatten(data);
          expect(Object.keys(dict).sort()).toEqual(Object.keys(data).sort());
          for (const [key, value] of Object.entries(data)) {
            const sent = dict[key];
            if (typeof value === 'object' && value !== null) {
              expect(JSON.stringify(JSON.parse(String(sent)))).toBe(JSON.stringify(value));
            } else {
              expect(sent).toBe(value);
            }
          }
        },
      ),
      { numRuns },
    );
  });
});

describe('for a batch of whatever values', () => {
  it('log() never throws, every call is accounted for, and what was accepted arrives as it was flattened', async () => {
    await using receiver = await Receiver.start();
    // One POST at a time, so that records arrive in their order.
    await using logger = createRemoteLogger({ url: receiver.url, concurrency: 1 });
    const seed = Date.now() % 2 ** 31;
    const recipes = fc.sample(nasty, { numRuns: Math.min(numRuns, 1500), seed });
    const expected: unknown[] = [];
    for (const recipe of recipes) {
      const value = recipe.make(new Site());
      const { accepted } = logger.stats();
      expect(() => logger.log(value as object), recipe.text).not.toThrow();
      if (logger.stats().accepted > accepted) expected.push(JSON.parse(encodeRecord(flatten(value))));
    }

    const { accepted, delivered, dropped } = await logger.flush();
    const refused = Object.values(dropped).reduce((sum, count) => sum + count, 0);
    expect(accepted + refused).toBe(recipes.length);
    expect(Object.keys(dropped)).toEqual(refused > 0 ? ['invalid'] : []);
    expect(delivered).toBe(accepted);
    expect(
      receiver.records.map((record) => JSON.stringify(record)),
      `seed ${seed}`,
    ).toEqual(expected.map((record) => JSON.stringify(record)));
    console.log(
      `fates: ${delivered} of ${recipes.length} values delivered as flattened, ${refused} had nothing to send`,
    );
  });
});
