import { KeyTable } from './key-table.js';

/** So long a key is remembered, unless there are too many. */
const REMEMBERED_MILLIS = 24 * 60 * 60 * 1000;
/** A file of the journal is ended after this time: then not much more than a day is kept. */
const FILE_MILLIS = 60 * 60 * 1000;

/** Files of the journal, by their numbers, and the keys in them. */
interface Part {
  readonly numbers: number[];
  readonly table: KeyTable;
  readonly begunAt: number;
  newestAt: number;
}

/**
 * The keys of what was stored in the last day. Its time is one that nobody can set, and begins anew with each start of the receiver: a key
 * that is kept for too long does no harm.
 */
export class KeyMemory {
  readonly #parts: Part[] = [];
  #size = 0;

  constructor(
    private readonly mostKeys: number,
    /** Milliseconds that only ever grow. */
    private readonly now: () => number,
    /** Is told when keys are forgotten before their time. */
    private readonly onForgotten: (count: number) => void,
  ) {}

  get size(): number {
    return this.#size;
  }

  /** What is added from now on is in this file of the journal. */
  begin(number: number): void {
    const now = this.now();
    if (this.isPartOver)
      this.#parts.push({ numbers: [number], table: new KeyTable(), begunAt: now, newestAt: now });
    else this.#parts.at(-1)?.numbers.push(number); // those of processes that ended soon are many, and small
  }

  /** Whether it is time for another file. */
  get isPartOver(): boolean {
    const last = this.#parts.at(-1);
    return last === undefined || last.table.isFull || this.now() - last.begunAt >= FILE_MILLIS;
  }

  add(keys: readonly string[]): void {
    const last = this.#parts.at(-1);
    if (last === undefined) return;
    for (const key of keys) last.table.add(key);
    this.#size += keys.length;
    last.newestAt = this.now();
  }

  /** The checksum of what came with the same `Idempotency-Key`; `undefined` if nothing did. */
  find(key: string): number | undefined {
    for (let index = this.#parts.length - 1; index >= 0; index--) {
      const checksum = this.#parts[index]?.table.find(key);
      if (checksum !== undefined) return checksum;
    }
    return undefined;
  }

  /** Forgets all. */
  clear(): void {
    this.#parts.length = 0;
    this.#size = 0;
  }

  /** Forgets what is to be forgotten, but for the last file. Gives the files of which all is forgotten. */
  forget(): number[] {
    const forgotten: number[] = [];
    for (let first = this.#parts[0]; first !== undefined && this.#parts.length > 1; first = this.#parts[0]) {
      // Senders without keys leave none, and their files would be kept for a day all the same.
      const isOld = first.table.size === 0 || this.now() - first.newestAt >= REMEMBERED_MILLIS;
      if (!isOld && this.#size <= this.mostKeys) break;
      if (!isOld) this.onForgotten(first.table.size);
      this.#size -= first.table.size;
      this.#parts.shift();
      forgotten.push(...first.numbers);
    }
    return forgotten;
  }
}
