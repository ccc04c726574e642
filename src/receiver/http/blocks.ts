import type { Share } from './room.js';

const BLOCK_BYTES = 32 * 1024;
/** Smaller chunks are copied into blocks. */
const LARGE_BYTES = 16 * 1024;

/** Puts chunks together, also many small ones: a chunk costs far more than its bytes, and a sender makes them as small as it likes. */
export class Blocks {
  readonly #whole: Buffer[] = [];
  /** The next small chunk goes here, behind what is used. */
  #block: Buffer = Buffer.alloc(0);
  #used = 0;
  #length = 0;

  constructor(private readonly share: Share) {}

  /** Takes room for it. Throws where there is none. */
  add(chunk: Buffer): void {
    this.share.take(chunk.length);
    if (this.#length === 0 || chunk.length >= LARGE_BYTES) {
      this.#endBlock();
      this.#whole.push(chunk);
    } else {
      if (chunk.length > this.#block.length - this.#used) {
        this.#endBlock();
        this.#block = Buffer.allocUnsafe(BLOCK_BYTES);
      }
      this.#used += chunk.copy(this.#block, this.#used);
    }
    this.#length += chunk.length;
  }

  /** All of it as one. */
  join(): Buffer {
    this.#endBlock();
    const [first] = this.#whole;
    if (first !== undefined && this.#whole.length === 1) return first;
    // Both are there for this moment.
    this.share.take(this.#length);
    const all = Buffer.concat(this.#whole);
    this.share.giveBack(this.#length);
    return all;
  }

  #endBlock(): void {
    if (this.#used > 0) this.#whole.push(this.#block.subarray(0, this.#used));
    this.#block = this.#block.subarray(this.#used);
    this.#used = 0;
  }
}
