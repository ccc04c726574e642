import { isMap, isPairs, isSet } from './collections.js';
import { type Copier, copyList, copyMap, copyPairs, copySet } from './copy-collections.js';
import { digitsOf } from './digits.js';
import { Entries, put } from './entries.js';
import { fieldsOf, hasFieldsOnly, isEmitter, isError, kindOf, nameOfEmitter } from './fields.js';
import { MAX_DEPTH, Path } from './path.js';
import { isPlain, read } from './read.js';
import { withoutSecrets } from './redacting.js';
import { contentOf, replacementOf, threw } from './resolve.js';
import { FEW_FIELDS, isFullStack, isNoRoom, Room } from './room.js';
import { CIRCULAR, flatOf, TOO_DEEP } from './text.js';
import { Work } from './work.js';

/**
 * Copies one record: each field and item is read once, and what has been read is what is sent. Of what is copied there are left
 * scalars, arrays, plain objects and `Entries`. Counts what it will take to write it, at least, and stops at the limit.
 */
export class Copying implements Copier {
  readonly room: Room;
  readonly #work: Work;
  readonly #path = new Path();
  /** How many Errors are around what is copied. */
  #errors = 0;
  /** Whether JSON.stringify can write all that was copied. */
  isJson = true;

  constructor(maxCharacters: number) {
    this.room = new Room(maxCharacters);
    this.#work = new Work(maxCharacters);
  }

  /** The copy of a value, `undefined` if it is left out. Throws nothing but what `isNoRoom` knows. */
  copy(value: unknown, key: string): unknown {
    switch (typeof value) {
      case 'string':
        this.room.charge(value.length + 2);
        return value;
      case 'number':
        this.room.charge(1);
        return Number.isFinite(value) ? value : null;
      case 'boolean':
        this.room.charge(4);
        return value;
      case 'bigint':
        return this.#bigint(value);
      case 'object':
        if (value !== null) return this.#object(value, key);
        this.room.charge(4);
        return null;
      default:
        return undefined; // undefined, function, symbol
    }
  }

  /** The same for a whole record, where what can't be read throws. */
  copyRecord(value: object): unknown {
    this.#path.enter(value);
    return this.#contents(value, '');
  }

  /** What was copied as a field of a record: a scalar, or JSON text. */
  flat(copied: unknown): unknown {
    return flatOf(copied, this.isJson);
  }

  #object(value: object, key: string): unknown {
    const { length } = this.#path;
    if (this.#path.has(value)) return this.#standIn(CIRCULAR);
    if (length >= MAX_DEPTH) return this.#standIn(TOO_DEEP);
    this.#work.chargeObject(length);
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
    this.room.charge(text.length + 2);
    return text;
  }

  #contents(value: object, key: string): unknown {
    if (Array.isArray(value)) {
      if (Object.getPrototypeOf(value) === Array.prototype && !('toJSON' in value))
        return copyList(this, value);
    } else if (isPlain(value)) return this.#plain(value);
    this.#work.chargeOther();
    if (isError(value)) return this.#error(value, key);
    if (this.#errors > 0 && isEmitter(value)) return this.#standIn(nameOfEmitter(value));
    return this.#other(value, key);
  }

  /** What an Error holds is sent without credentials, and sockets, requests and the like by their names. */
  #error(error: object, key: string): unknown {
    this.#errors++;
    try {
      const copied = this.#other(error, key);
      return this.#errors > 1 ? copied : withoutSecrets(copied);
    } finally {
      this.#errors--;
    }
  }

  #other(value: object, key: string): unknown {
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
  #plain(value: object): unknown {
    const keys = Object.keys(value);
    if (keys.length === 0 || keys.length > FEW_FIELDS) return this.#fields(value, keys);
    let fields: Record<string, unknown>;
    try {
      fields = { ...value };
    } catch {
      return this.#fields(value, keys); // a getter threw
    }
    this.room.charge(1);
    for (const key of keys) {
      const field = fields[key];
      const copied = this.copy(field, key);
      if (copied !== field) fields[key] = copied;
      if (copied !== undefined) this.room.charge(key.length + 4);
    }
    return fields;
  }

  /** Of an object that is no plain one. */
  #own(value: object): unknown {
    if (hasFieldsOnly(value)) return this.#fields(value, Object.keys(value));
    if (Array.isArray(value)) return copyList(this, value);
    const content = contentOf(value, this.room);
    if (content !== value) return this.copy(content, '');
    if (isSet(value)) return copySet(this, value);
    if (isMap(value)) return copyMap(this, value);
    if (isPairs(value)) return copyPairs(this, value);
    return this.#fields(value, fieldsOf(value));
  }

  #fields(value: object, keys: readonly string[]): unknown {
    const kind = keys.length === 0 ? kindOf(value) : undefined;
    if (kind !== undefined) return this.copy(kind, '');
    const fields = this.#begin(keys.length);
    for (const key of keys) {
      const copied = this.copy(read(value, key), key);
      if (copied !== undefined) this.put(fields, key, copied);
    }
    return fields;
  }

  /** Where fields go, of which there are so many, unless they can't fit: an object of a hundred thousand would be slow. */
  #begin(count: number): object {
    this.room.mustFitFields(count);
    this.room.charge(count === 0 ? 2 : 1);
    return count > FEW_FIELDS ? this.newEntries() : {};
  }

  newEntries(): Entries {
    this.isJson = false;
    return new Entries();
  }

  put(fields: object, key: string, copied: unknown): void {
    this.room.charge(key.length + 4);
    this.#work.chargeField();
    if (!(fields instanceof Entries)) put(fields, key, copied);
    else {
      fields.keys.push(key);
      fields.values.push(copied);
    }
  }

  #bigint(value: bigint): bigint {
    this.room.charge(digitsOf(value, this.room.left));
    this.isJson = false;
    return value;
  }
}
