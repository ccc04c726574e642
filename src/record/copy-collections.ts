import { contentsOfMap, contentsOfSet } from './collections.js';
import { allValues, type Entries, laterWins } from './entries.js';
import { readItems } from './read.js';
import type { Room } from './room.js';

/** What copies a record, as the copies of its collections need it. */
export interface Copier {
  /** For the characters of the record's text. */
  readonly room: Room;
  /** The copy of a value, `undefined` if it is left out. */
  copy(value: unknown, key: string): unknown;
  /** A copied value as a field of a record: a scalar, or JSON text. */
  flat(copied: unknown): unknown;
  newEntries(): Entries;
  put(fields: Entries, key: string, copied: unknown): void;
}

/** Length and items are read once. A hole is an item too: indexes must not shift. */
export function copyList(copier: Copier, list: readonly unknown[]): unknown[] {
  const length = Math.max(0, Number(list.length) || 0); // a Proxy can say what it likes
  copier.room.mustFit(2 * length + 1);
  copier.room.charge(length === 0 ? 2 : length + 1);
  const items = readItems(list, length);
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    const copied = copyItem(copier, item);
    if (copied !== item) items[index] = copied;
  }
  return items;
}

export function copySet(copier: Copier, set: ReadonlySet<unknown>): unknown[] {
  const contents = contentsOfSet(set);
  copier.room.mustFit(2 * (contents.size ?? 0) + 1);
  copier.room.charge(contents.size === 0 ? 2 : 1);
  const items: unknown[] = [];
  for (const item of contents.items) {
    copier.room.charge(1);
    items.push(copyItem(copier, item));
  }
  return items;
}

/** As in JSON.stringify, what would be left out is null in a list: indexes must not shift. */
function copyItem(copier: Copier, value: unknown): unknown {
  const copied = copier.copy(value, '');
  return copied === undefined ? copier.copy(null, '') : copied;
}

/** Keys such as 1 and '1' become one: the later entry wins, as in Object.fromEntries. */
export function copyMap(copier: Copier, map: ReadonlyMap<unknown, unknown>): Entries {
  const { items, size } = contentsOfMap(map);
  if (size !== undefined) copier.room.mustFitFields(size);
  return laterWins(copyEntries(copier, items, size));
}

/** Of a key that comes several times, all values are kept. */
export const copyPairs = (copier: Copier, pairs: Iterable<readonly [unknown, unknown]>): Entries =>
  allValues(copyEntries(copier, pairs));

/** An iterator can go on for ever, so entries that are left out are charged, too. */
function copyEntries(copier: Copier, pairs: Iterable<readonly [unknown, unknown]>, size?: number): Entries {
  copier.room.charge(size === 0 ? 2 : 1);
  const entries = copier.newEntries();
  for (const [key, field] of pairs) {
    const name = typeof key === 'string' ? key : nameOf(copier, key);
    const copied = copier.copy(field, name);
    copier.put(entries, name, copied); // also undefined, which can be the later one
  }
  return entries;
}

/** A key of a Map as text. */
function nameOf(copier: Copier, key: unknown): string {
  if ((typeof key !== 'object' || key === null) && typeof key !== 'bigint') return String(key);
  const { room } = copier;
  const { left } = room;
  const copied = copier.copy(key, '');
  room.giveBack(left); // it is charged as a key
  return String(copier.flat(copied));
}
