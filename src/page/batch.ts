import type { StoredRecord } from '../receiver/record-store.js';
import { itemText } from './stream-item.js';

/** More than a page can show in a quarter of a second; the rest is counted. */
const MOST_RECORDS = 2000;
const MOST_CHARACTERS = 1024 * 1024;

/** Records on their way to the pages. */
export class Batch {
  readonly #items: string[] = [];
  #characters = 0;
  #skipped = 0;
  #lastId: string | undefined;
  readonly #hasGap: boolean;

  /** `hasGap`: whether records may be missing between the last one that a page has and these. */
  constructor(hasGap = false) {
    this.#hasGap = hasGap;
  }

  /** The last records, from the one behind `after` on, if that one is among them. */
  static of(records: readonly StoredRecord[], after: string | undefined): Batch {
    const known = records.findIndex((record) => idOf(record) === after);
    const batch = new Batch(after !== undefined && known === -1);
    for (const record of records.slice(known + 1)) batch.add(record);
    batch.#lastId ??= after;
    return batch;
  }

  /** How many records are in it, with those that are only counted. */
  get count(): number {
    return this.#items.length + this.#skipped;
  }

  add(record: StoredRecord): void {
    this.#lastId = idOf(record);
    const isFull = this.#items.length === MOST_RECORDS || this.#characters > MOST_CHARACTERS;
    const text = isFull ? undefined : itemText(record);
    if (text === undefined) {
      this.#skipped++;
      return;
    }
    this.#items.push(text);
    this.#characters += text.length;
  }

  /** What stands in the stream. */
  text(now: number): string {
    const id = this.#lastId === undefined ? '' : `id: ${this.#lastId}\n`;
    const data = `{"now":${now},"skipped":${this.#skipped},"gap":${this.#hasGap},"items":[${this.#items}]}`;
    return `${id}data: ${data}\n\n`;
  }
}

const idOf = ({ file, offset }: StoredRecord): string => `${file}:${offset}`;
