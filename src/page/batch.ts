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
  #rest: Buffer | undefined;

  /** `hasGap`: whether records may be missing between the last one that a page has, `lastId`, and these. */
  constructor(hasGap = false, lastId?: string) {
    this.#hasGap = hasGap;
    this.#lastId = lastId;
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

  /** What stands in the stream: a beginning, which has the time, and the rest, which is the same for all pages. */
  head(now: number): string {
    const id = this.#lastId === undefined ? '' : `id: ${this.#lastId}\n`;
    return `${id}data: {"now":${now},"skipped":${this.#skipped},"gap":${this.#hasGap},"items":[`;
  }

  /** Nothing is added any more when this was asked for. */
  get rest(): Buffer {
    this.#rest ??= Buffer.from(`${this.#items}]}\n\n`);
    return this.#rest;
  }
}

export const idOf = ({ file, offset }: StoredRecord): string => `${file}:${offset}`;
