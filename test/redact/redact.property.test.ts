import fc from 'fast-check';
import { expect, it } from 'vitest';
import { resolveRedact } from '../../src/config/redact.js';
import { encodeRecord } from '../../src/record/encode-record.js';
import { flattenWithin } from '../../src/record/flatten.js';
import type { Redaction } from '../../src/redact/redaction.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);
const X = '[Redacted]';

/** A tree of data: a leaf, or an object, a Map or a list of trees. */
type Tree =
  | { readonly kind: 'leaf'; readonly value: unknown }
  | { readonly kind: 'object' | 'map'; readonly fields: readonly (readonly [string, Tree])[] }
  | { readonly kind: 'list'; readonly items: readonly Tree[] };

const KEYS = ['a', 'b', 'c', 'a-b', 'A_B', 'aB', 'x.a', '0', '__proto__', 'toString'];
const key = fc.constantFrom(...KEYS);

const { tree } = fc.letrec<{ tree: Tree }>((tie) => {
  const leaf = fc.oneof(
    fc.constant<Tree>({ kind: 'leaf', value: 'text' }),
    fc.constantFrom<unknown>(1, null, true, 5n).map((value): Tree => ({ kind: 'leaf', value })),
  );
  const fields = fc.uniqueArray(fc.tuple(key, tie('tree')), { selector: ([name]) => name, maxLength: 4 });
  return {
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fields.map((all): Tree => ({ kind: 'object', fields: all })),
      fields.map((all): Tree => ({ kind: 'map', fields: all })),
      fc.array(tie('tree'), { maxLength: 4 }).map((items): Tree => ({ kind: 'list', items })),
    ),
  };
});

const record = fc
  .uniqueArray(fc.tuple(key, tree), { selector: ([name]) => name, maxLength: 5 })
  .map((fields): Tree => ({ kind: 'object', fields }));

/** Steps of a path: a key, `*`, or `**` before the others. */
const step = fc.oneof({ weight: 4, arbitrary: key }, { weight: 1, arbitrary: fc.constant('*') });
const path = fc.tuple(
  fc.array(step, { maxLength: 2 }),
  fc.boolean(),
  fc.array(step, { minLength: 1, maxLength: 3 }),
);
type Path = readonly [before: readonly string[], isDeep: boolean, after: readonly string[]];

const textOf = ([before, isDeep, after]: Path): string =>
  [...before.map(bracketed), ...(isDeep ? ['**'] : []), ...after.map(bracketed)].reduce((text, part) =>
    part.startsWith('[') || text === '' ? text + part : `${text}.${part}`,
  );
const bracketed = (one: string): string => (one === '*' ? '[*]' : `[${JSON.stringify(one)}]`);

const fold = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '') || name;
const isSame = (one: string, name: string): boolean => one === '*' || one === name;
const isLike = (one: string, name: string): boolean =>
  one === '*' || fold(one) === fold(name) || fold(one) === fold(name.slice(name.lastIndexOf('.') + 1));

/** Whether a path leads to where these keys lead: by trying. */
function leadsTo([before, isDeep, after]: Path, keys: readonly string[]): boolean {
  if (keys.length < before.length + after.length) return false;
  if (!isDeep && keys.length > before.length + after.length) return false;
  const tail = keys.slice(keys.length - after.length);
  return (
    before.every((one, index) => isSame(one, keys[index] ?? '')) &&
    after.every((one, index) => (isDeep ? isLike : isSame)(one, tail[index] ?? ''))
  );
}

/** Makes the data, with a text of its own for each leaf; and what is to be sent of it. */
function build(
  root: Tree,
  paths: readonly Path[],
): { data: unknown; sent: unknown; hidden: string[]; shown: string[] } {
  let id = 0;
  const hidden: string[] = [];
  const shown: string[] = [];
  const make = (one: Tree, keys: readonly string[], isHidden: boolean): [unknown, unknown] => {
    const hides = isHidden || (keys.length > 0 && paths.some((each) => leadsTo(each, keys)));
    const [value, sent] = makeOf(one, keys, hides);
    return [value, hides ? X : sent];
  };
  const makeOf = (one: Tree, keys: readonly string[], hides: boolean): [unknown, unknown] => {
    if (one.kind === 'leaf') {
      const value = one.value === 'text' ? `text${id++}.` : one.value;
      if (typeof value === 'string') (hides ? hidden : shown).push(value);
      return [value, value];
    }
    if (one.kind === 'list') {
      const items = one.items.map((item, index) => make(item, [...keys, `${index}`], hides));
      return [items.map(([value]) => value), items.map(([, sent]) => sent)];
    }
    const fields = one.fields.map(([name, field]) => [name, make(field, [...keys, name], hides)] as const);
    const data = fields.map(([name, [value]]) => [name, value] as const);
    const sent = Object.fromEntries(fields.map(([name, [, value]]) => [name, value]));
    return [one.kind === 'map' ? new Map(data) : Object.fromEntries(data), sent];
  };
  const [data, sent] = make(root, [], false);
  return { data, sent, hidden, shown };
}

/** Data as JSON values, so that it can be compared. */
const plain = (value: unknown): unknown =>
  typeof value === 'bigint'
    ? Number(value)
    : value === null || typeof value !== 'object'
      ? value
      : Array.isArray(value)
        ? value.map(plain)
        : Object.fromEntries(
            (value instanceof Map ? [...value] : Object.entries(value)).map(([name, field]) => [
              name,
              plain(field),
            ]),
          );

it('nothing of what is redacted is in the body, the rest is unchanged, and so is the data', () => {
  fc.assert(
    fc.property(record, fc.array(path, { minLength: 1, maxLength: 4 }), (root, paths) => {
      const { data, sent, hidden, shown } = build(root, paths);
      const redaction = resolveRedact(paths.map(textOf), {}) as Redaction;
      const before = plain(data);
      const body = encodeRecord(flattenWithin(data, 1e6, redaction) as never);
      for (const text of hidden) expect(body).not.toContain(text);
      for (const text of shown) expect(body).toContain(text);
      const fields = Object.entries(JSON.parse(body) as Record<string, unknown>).map(([name, value]) => [
        name,
        typeof value === 'string' && /^[[{]/.test(value) && value !== X ? JSON.parse(value) : value,
      ]);
      expect(Object.fromEntries(fields)).toEqual(plain(sent));
      expect(plain(data)).toEqual(before);
    }),
    { numRuns },
  );
});
