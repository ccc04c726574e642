import { checksumIn } from './idempotency.js';

const FIRST_SLOTS = 1024;
/** Numbers of 32 bits: three of a hash, and the checksum. */
const WIDTH = 4;

/** So many keys are in one table at the most. */
const MOST_IN_TABLE = 196_608;

/** Keys, in 16 bytes each and no object: a day has millions of them. */
export class KeyTable {
  #slots = new Uint32Array(FIRST_SLOTS * WIDTH);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= MOST_IN_TABLE;
  }

  add(key: string): void {
    // At three quarters, a look still takes few steps.
    if ((this.#size + 1) * WIDTH * 4 > this.#slots.length * 3) this.#grow();
    this.#put(this.#slots, ...wordsOf(key), checksumIn(key));
    this.#size++;
  }

  /** The checksum of what came with the same key; `undefined` if nothing did. */
  find(key: string): number | undefined {
    const [a, b, c] = wordsOf(key);
    const slots = this.#slots;
    for (let at = this.#first(slots, a); slots[at] !== 0; at = (at + WIDTH) % slots.length)
      if (slots[at] === a && slots[at + 1] === b && slots[at + 2] === c) return slots[at + 3];
    return undefined;
  }

  #first(slots: Uint32Array, a: number): number {
    return (a * WIDTH) % slots.length;
  }

  #put(slots: Uint32Array, a: number, b: number, c: number, checksum: number): void {
    let at = this.#first(slots, a);
    while (slots[at] !== 0) at = (at + WIDTH) % slots.length;
    slots[at] = a;
    slots[at + 1] = b;
    slots[at + 2] = c;
    slots[at + 3] = checksum;
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += WIDTH)
      if (old[at] !== 0)
        this.#put(
          slots,
          old[at] as number,
          old[at + 1] as number,
          old[at + 2] as number,
          old[at + 3] as number,
        );
    this.#slots = slots;
  }
}

/** The first is never 0, which is a free slot. */
function wordsOf(key: string): [number, number, number] {
  const word = (from: number): number => Number.parseInt(key.slice(from, from + 8), 16);
  return [word(0) || 1, word(8), word(16)];
}
