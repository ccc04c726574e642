/** Deeper nesting is cut: it can overflow the stack here, and most JSON parsers refuse it. */
export const MAX_DEPTH = 1000;

/** Most nesting is shallow. Up to this depth, looking through the objects is faster than a Set. */
const NEAR = 200;

/** The objects from the root down to the current one. A reference to one of them is circular. */
export class Path {
  /** Those beyond `length` have been left. */
  readonly #objects: object[] = [];
  /** The objects that are deeper than that, and results of toJSON. */
  #others: Set<object> | undefined;
  length = 0;

  has(value: object): boolean {
    const near = Math.min(this.length, NEAR);
    for (let index = 0; index < near; index++) if (this.#objects[index] === value) return true;
    return this.#others?.has(value) === true;
  }

  enter(value: object): void {
    if (this.length >= NEAR) this.add(value);
    this.#objects[this.length++] = value;
  }

  /** Goes back to where the path had this length. */
  leave(length: number): void {
    for (let index = Math.max(length, NEAR); index < this.length; index++) this.remove(this.#objects[index]);
    this.length = length;
  }

  add(value: object): void {
    this.#others ??= new Set();
    this.#others.add(value);
  }

  remove(value: object | undefined): void {
    if (value !== undefined) this.#others?.delete(value);
  }
}
