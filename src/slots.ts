/** Lets so many tasks run at a time; the others wait in line. */
export class Slots {
  #free: number;
  /** A line with a moving head: taking the first of a long array off by shift() would move all the others. */
  #line: (() => void)[] = [];
  #head = 0;

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#line.push(resolve));
    try {
      return await task();
    } finally {
      this.#next();
    }
  }

  /** Hands the slot on to the first in line. */
  #next(): void {
    const first = this.#line[this.#head];
    if (first === undefined) {
      this.#free++;
      this.#line = [];
      this.#head = 0;
    } else {
      this.#head++;
      first();
    }
  }
}
