import { contentsOfMap, contentsOfSet, isMap, isPairs, isSet } from './collections.js';
import { digitsOf } from './digits.js';
import { allValues, Entries, laterWins, put } from './entries.js';
import { fieldsOf, hasFieldsOnly, kindOf } from './fields.js';
import { Path } from './path.js';
import { isPlain, read, readItems } from './read.js';
import { contentOf, replacementOf, threw } from './resolve.js';
import { isFullStack, isNoRoom, Room } from './room.js';
import { TOO_DEEP, textOf } from './text.js';

const CIRCULAR = '[Circular]';

/** Deeper nesting is cut: it can overflow the stack here, and most JSON parsers refuse it. */
export const MAX_DEPTH = 1000;

// What is dense takes long to copy and few characters to write. So objects are counted, too, as if each had so many characters: a
// record of a MiB may have a hundred thousand objects and arrays.
const PLAIN_OBJECT = 10;
/** More for a class instance, a Map, a Proxy: whatever is asked a few questions first. */
const OTHER_OBJECT = 24;
const FIELD_OF_OTHER = 8;
/** One more for so many levels above it, where a circle is looked for. */
const LEVELS = 8;
const LEAST_WORK = 1024 * 1024;

/** Up to so many fields are looked at, one by one, before their number alone says that they can't all be sent. */
const FEW = 10_000;
/** A field is no shorter than `"":1,`. */
const LEAST_FIELD = 5;

type Fields = Record<string, unknown>;

/**
 * Copies one record: each field and item is read once, and what has been read is what is sent. Of what is copied there are left
 * scalars, arrays, plain objects and `Entries`. Counts what it will take to write it, at least, and stops at the limit.
 */
export class Copying {
  readonly #room: Room;
  readonly #work: Room;
  readonly #path = new Path();
  /** Whether JSON.stringify can write all that was copied. */
  #isPlain = true;
  /** Whether the record is flat already. */
  isFlat = false;

  constructor(maxCharacters: number) {
    this.#room = new Room(maxCharacters);
    this.#work = new Room(Math.max(maxCharacters, LEAST_WORK));
  }

  /** The copy of a value, `undefined` if it is left out. Throws nothing but what `isNoRoom` knows. */
  copy(value: unknown, key: string): unknown {
    switch (typeof value) {
      case 'string':
        this.#room.charge(value.length + 2);
        return value;
      case 'number':
        this.#room.charge(1);
        return Number.isFinite(value) ? value : null;
      case 'boolean':
        this.#room.charge(4);
        return value;
      case 'bigint':
        return this.#bigint(value);
      case 'object':
        if (value !== null) return this.#object(value, key);
        this.#room.charge(4);
        return null;
      default:
        return undefined; // undefined, function, symbol
    }
  }

  /** The same for a whole record, where what can't be read throws. */
  copyRecord(value: object): unknown {
    this.#path.enter(value);
    return isPlain(value) ? this.#plain(value, true) : this.#contents(value, '');
  }

  /** What was copied as a field of a record: a scalar, or JSON text. */
  flat(copied: unknown): unknown {
    if (typeof copied === 'string') return copied.toWellFormed();
    return typeof copied === 'object' && copied !== null ? textOf(copied, this.#isPlain) : copied;
  }

  #object(value: object, key: string): unknown {
    const { length } = this.#path;
    if (this.#path.has(value)) return this.#standIn(CIRCULAR);
    if (length >= MAX_DEPTH) return this.#standIn(TOO_DEEP);
    this.#work.charge(PLAIN_OBJECT + Math.floor(length / LEVELS));
    try {
      this.#path.enter(value);
      const copied = this.#contents(value, key);
      this.#path.leave(length);
      return copied;
    } catch (error) {
      this.#path.leave(length);
      if (isNoRoom(error)) throw error;
      // The caller can be deep in a recursion of his own.
      return this.#standIn(isFullStack(error) ? TOO_DEEP : threw(error));
    }
  }

  #standIn(text: string): string {
    this.#room.charge(text.length + 2);
    return text;
  }

  #contents(value: object, key: string): unknown {
    if (Array.isArray(value)) {
      if (Object.getPrototypeOf(value) === Array.prototype && !('toJSON' in value)) return this.#list(value);
    } else if (isPlain(value)) return this.#plain(value, false);
    this.#work.charge(OTHER_OBJECT);
    const replacement = replacementOf(value, key);
    if (replacement === value) return this.#own(value);
    // As in JSON.stringify, the toJSON of what a toJSON returned is not asked again.
    if (typeof replacement !== 'object' || replacement === null) return this.copy(replacement, '');
    if (this.#path.has(replacement)) return this.#standIn(CIRCULAR);
    this.#path.add(replacement);
    try {
      return this.#own(replacement);
    } finally {
      this.#path.remove(replacement);
    }
  }

  /** What most data is: all fields are read in one go, which is the fastest way by far, and then copied where they stand. */
  #plain(value: object, isRecord: boolean): unknown {
    const keys = Object.keys(value);
    if (keys.length === 0 || keys.length > FEW) return this.#fields(value, keys);
    let fields: Fields;
    try {
      fields = { ...value };
    } catch {
      return this.#fields(value, keys); // a getter threw
    }
    this.#room.charge(1);
    for (const key of keys) {
      const field = fields[key];
      const copied = isRecord ? this.flat(this.copy(field, key)) : this.copy(field, key);
      if (copied !== field) fields[key] = copied;
      if (copied !== undefined) this.#room.charge(key.length + 4);
    }
    this.isFlat = isRecord && areWellFormed(keys);
    return fields;
  }

  /** Of an object that is no plain one. */
  #own(value: object): unknown {
    if (hasFieldsOnly(value)) return this.#fields(value, Object.keys(value));
    if (Array.isArray(value)) return this.#list(value);
    const content = contentOf(value, this.#room);
    if (content !== value) return this.copy(content, '');
    if (isSet(value)) return this.#items(value);
    if (isMap(value)) return this.#map(value);
    if (isPairs(value)) return allValues(this.#entries(value));
    return this.#fields(value, fieldsOf(value));
  }

  #fields(value: object, keys: readonly string[]): unknown {
    const kind = keys.length === 0 ? kindOf(value) : undefined;
    if (kind !== undefined) return this.copy(kind, '');
    const fields = this.#begin(keys.length);
    for (const key of keys) {
      const copied = this.copy(read(value, key), key);
      if (copied !== undefined) this.#put(fields, key, copied);
    }
    return fields;
  }

  /** Where fields go, of which there are so many, unless they can't fit: an object of a hundred thousand would be slow. */
  #begin(count: number): Fields | Entries {
    if (count > FEW) this.#room.mustFit(count * LEAST_FIELD);
    this.#room.charge(count === 0 ? 2 : 1);
    return count > FEW ? this.#newEntries() : {};
  }

  #newEntries(): Entries {
    this.#isPlain = false;
    return new Entries();
  }

  #put(fields: Fields | Entries, key: string, copied: unknown): void {
    this.#room.charge(key.length + 4);
    this.#work.charge(FIELD_OF_OTHER);
    if (!(fields instanceof Entries)) put(fields, key, copied);
    else {
      fields.keys.push(key);
      fields.values.push(copied);
    }
  }

  /** Length and items are read once. A hole is an item too: indexes must not shift. */
  #list(list: readonly unknown[]): unknown[] {
    const length = Math.max(0, Number(list.length) || 0); // a Proxy can say what it likes
    this.#room.mustFit(2 * length + 1);
    this.#room.charge(length === 0 ? 2 : length + 1);
    const items = readItems(list, length);
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      const copied = this.#item(item);
      if (copied !== item) items[index] = copied;
    }
    return items;
  }

  #items(set: ReadonlySet<unknown>): unknown[] {
    const contents = contentsOfSet(set);
    this.#room.mustFit(2 * (contents.size ?? 0) + 1);
    this.#room.charge(contents.size === 0 ? 2 : 1);
    const items: unknown[] = [];
    for (const item of contents.items) {
      this.#room.charge(1);
      items.push(this.#item(item));
    }
    return items;
  }

  /** As in JSON.stringify, what would be left out is null in a list: indexes must not shift. */
  #item(value: unknown): unknown {
    const copied = this.copy(value, '');
    return copied === undefined ? this.copy(null, '') : copied;
  }

  /** Keys such as 1 and '1' become one: the later entry wins, as in Object.fromEntries. */
  #map(map: ReadonlyMap<unknown, unknown>): Entries {
    const { items, size } = contentsOfMap(map);
    if (size !== undefined && size > FEW) this.#room.mustFit(size * LEAST_FIELD);
    return laterWins(this.#entries(items, size));
  }

  /** Whoever gives them can go on for ever, so those that are left out are charged, too. */
  #entries(pairs: Iterable<readonly [unknown, unknown]>, size?: number): Entries {
    this.#room.charge(size === 0 ? 2 : 1);
    const entries = this.#newEntries();
    for (const [key, field] of pairs) {
      const name = typeof key === 'string' ? key : this.#nameOf(key);
      const copied = this.copy(field, name);
      this.#put(entries, name, copied); // also undefined, which can be the later one
    }
    return entries;
  }

  /** A key of a Map as text. */
  #nameOf(key: unknown): string {
    if ((typeof key !== 'object' || key === null) && typeof key !== 'bigint') return String(key);
    const { left } = this.#room;
    const copied = this.copy(key, '');
    this.#room.giveBack(left); // it is charged as a key
    return String(this.flat(copied));
  }

  #bigint(value: bigint): bigint {
    this.#room.charge(digitsOf(value, this.#room.left));
    this.#isPlain = false;
    return value;
  }
}

/** The names in the record before: most have the same, and to ask each of them takes longer than to compare. */
let names: readonly string[] = [];

function areWellFormed(keys: readonly string[]): boolean {
  if (keys.length === names.length && keys.every((key, index) => key === names[index])) return true;
  if (!keys.every((key) => key.isWellFormed())) return false;
  names = keys;
  return true;
}
