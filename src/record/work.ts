import { Room } from './room.js';

// What is dense takes long to copy and few characters to write: a record of a MiB may have a hundred thousand objects and arrays.
// So objects are counted, too, as if each had so many characters.
const PLAIN_OBJECT = 10;
/** More for a class instance, a Map, a Proxy: whatever is asked a few questions first. */
const OTHER_OBJECT = 24;
const FIELD_OF_OTHER = 8;
/** One more for so many levels above an object, in which a circle is looked for. */
const LEVELS = 8;
const LEAST_WORK = 1024 * 1024;

/** How much work the copy of a record may be. */
export class Work {
  readonly #room: Room;

  constructor(maxCharacters: number) {
    this.#room = new Room(Math.max(maxCharacters, LEAST_WORK));
  }

  /** An object with so many levels above it. */
  chargeObject(levels: number): void {
    this.#room.charge(PLAIN_OBJECT + Math.floor(levels / LEVELS));
  }

  /** More for an object that is no plain one. */
  chargeOther(): void {
    this.#room.charge(OTHER_OBJECT);
  }

  /** A field of an object that is no plain one. */
  chargeField(): void {
    this.#room.charge(FIELD_OF_OTHER);
  }
}
