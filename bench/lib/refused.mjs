/** Halves that are one object: they unfold without end. */
const shared = (levels, join) => {
  let value = {};
  for (let level = 0; level < levels; level += 1) value = join(value);
  return value;
};
/** The same with objects of their own. */
const tree = (levels, leaf, join) =>
  levels === 0 ? leaf() : join(tree(levels - 1, leaf, join), tree(levels - 1, leaf, join));
const list = (length, make) => Array.from({ length }, (_, index) => make(index));
const fields = (count) => Object.fromEntries(list(count, (index) => [`key${index}`, index]));

class Entity {
  constructor(id) {
    this.id = id;
    this.name = `entity ${id}`;
  }
}

/** A subclass that makes its entries as it goes. */
function endlessMap() {
  const map = new Map();
  const entries = function* () {
    for (let index = 0; ; index += 1) yield [`key${index}`, index];
  };
  return Object.defineProperty(map, Symbol.iterator, { value: entries });
}

const endlessToJson = () => ({ toJSON: () => ({ a: endlessToJson(), b: endlessToJson() }) });

/** One handler for all, so that little of the time is its own. */
const ENDLESS = {
  get: (target, key) => (key === 'a' || key === 'b' ? new Proxy(target, ENDLESS) : undefined),
  ownKeys: () => ['a', 'b'],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
};

/**
 * What a record can't hold, and how `log()` gets to know: from a `size`, by `copying` until it is too much, or from the number of an
 * object's `keys`, which nothing tells but a list of them.
 * @type {readonly { name: string, how: 'size' | 'copying' | 'keys', make: () => unknown }[]}
 */
export const REFUSED = [
  { name: 'a Map of 10^6 entries', how: 'size', make: () => new Map(list(1e6, (index) => [index, index])) },
  { name: 'a Set of 10^6 items', how: 'size', make: () => new Set(list(1e6, (index) => index)) },
  { name: 'an array of 10^6 items', how: 'size', make: () => list(1e6, (index) => index) },
  { name: 'an array of 2^32-1 holes', how: 'size', make: () => new Array(2 ** 32 - 1) },
  { name: 'a typed array of 500 MB', how: 'size', make: () => new Float64Array(62_500_000) },
  { name: 'an ArrayBuffer of 500 MB', how: 'size', make: () => new ArrayBuffer(500_000_000) },
  { name: 'a string of 500 MB', how: 'size', make: () => 'x'.repeat(500_000_000) },
  { name: 'a bigint of 2 x 10^6 digits', how: 'size', make: () => 10n ** 2_000_000n },
  {
    name: 'an Error with a stack of 2 MB',
    how: 'size',
    make: () => Object.assign(new Error(), { stack: 's'.repeat(2e6) }),
  },
  { name: 'a toJSON of 2 MB', how: 'size', make: () => ({ toJSON: () => 'x'.repeat(2e6) }) },
  { name: '100 Buffers of 100 KB', how: 'copying', make: () => list(100, () => Buffer.alloc(1e5)) },
  { name: '3 bigints of 500,000 digits', how: 'copying', make: () => list(3, () => 10n ** 500_000n) },
  { name: 'an array of 500,000 numbers', how: 'copying', make: () => list(5e5, () => 12) },
  {
    name: 'a Map of 200,000 entries',
    how: 'copying',
    make: () => new Map(list(2e5, (index) => [`key${index}`, index])),
  },
  { name: 'a Map without end', how: 'copying', make: endlessMap },
  {
    name: '70,000 records',
    how: 'copying',
    make: () => list(7e4, (id) => ({ id, tags: ['a', 'b'], text: 'some text' })),
  },
  { name: '300,000 class instances', how: 'copying', make: () => list(3e5, (index) => new Entity(index)) },
  { name: '100,000 Dates', how: 'copying', make: () => list(1e5, (index) => new Date(index)) },
  { name: '5,000 Errors', how: 'copying', make: () => list(5000, () => new Error('boom')) },
  { name: 'text that is too long once it is escaped', how: 'copying', make: () => '\0'.repeat(9e5) },
  {
    name: '1 MB of text, and quotes that are too long in a text',
    how: 'copying',
    make: () => list(125_000, () => '"'),
  },
  { name: 'shared arrays, 100 levels', how: 'copying', make: () => shared(100, (half) => [half, half]) },
  {
    name: 'shared objects, 100 levels',
    how: 'copying',
    make: () => shared(100, (half) => ({ a: half, b: half })),
  },
  {
    name: 'shared Maps, 100 levels',
    how: 'copying',
    make: () => shared(100, (half) => new Map(Object.entries({ a: half, b: half }))),
  },
  {
    name: 'a tree of 500,000 empty arrays',
    how: 'copying',
    make: () =>
      tree(
        18,
        () => [],
        (a, b) => [a, b],
      ),
  },
  {
    name: 'a tree of 500,000 Maps',
    how: 'copying',
    make: () =>
      tree(
        18,
        () => new Map(),
        (a, b) => new Map(Object.entries({ a, b })),
      ),
  },
  { name: 'a toJSON without end', how: 'copying', make: endlessToJson },
  { name: 'a Proxy without end', how: 'copying', make: () => new Proxy({}, ENDLESS) },
  { name: 'an object of 200,000 keys', how: 'keys', make: () => fields(2e5) },
  { name: 'an object of 10^6 keys', how: 'keys', make: () => fields(1e6) },
  { name: 'an object of 10^6 indexes', how: 'keys', make: () => ({ ...list(1e6, (index) => index) }) },
];
