/** So many empty places are kept at the front before the rest moves up. */
const MOST_TAKEN = 16_384;

/** First in, first out. The head moves: taking the first of a long array off by shift() would move all the others. */
export class Fifo<T extends object> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  get first(): T | undefined {
    return this.#items[this.#head];
  }

  get last(): T | undefined {
    return this.at(this.length - 1);
  }

  /** The item that has `index` others before it. */
  at(index: number): T | undefined {
    return this.#items[this.#head + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const first = this.first;
    if (first === undefined) return undefined;
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    } else if (this.#head === MOST_TAKEN) {
      // In place: an array left behind would keep all it holds from being collected young.
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    return first;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let index = this.#head; index < this.#items.length; index++) yield this.#items[index] as T;
  }

  /** Takes all out. */
  clear(): T[] {
    const all = this.#items.slice(this.#head) as T[];
    this.#items = [];
    this.#head = 0;
    return all;
  }
}
