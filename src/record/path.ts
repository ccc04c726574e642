/** Nesting is mostly shallow, and a look at so few objects is faster than a Set. */
const NEAR = 64;

/** The objects on the way from the root to here: a way back to one of them is a circle. */
export class Path {
  /** Those beyond `length` have been left. */
  readonly #objects: object[] = [];
  /** Those beyond the nearest, and what a toJSON gave for one of them. */
  #others: Set<object> | undefined;
  length = 0;

  has(value: object): boolean {
    for (let index = Math.min(this.length, NEAR) - 1; index >= 0; index--) {
      if (this.#objects[index] === value) return true;
    }
    return this.#others?.has(value) ?? false;
  }

  enter(value: object): void {
    if (this.length >= NEAR) this.add(value);
    this.#objects[this.length++] = value;
  }

  /** Goes back to where the path had this length. */
  leave(length: number): void {
    while (this.length > length) {
      this.length--;
      if (this.length >= NEAR) this.remove(this.#objects[this.length]);
    }
  }

  add(value: object): void {
    this.#others ??= new Set();
    this.#others.add(value);
  }

  remove(value: object | undefined): void {
    if (value !== undefined) this.#others?.delete(value);
  }
}
