import type { StoredRecord } from '../receiver/record-store.js';
import { itemText } from './stream-item.js';

/** More than a page can show in a quarter of a second; the rest is counted. */
const MOST_RECORDS = 2000;
const MOST_CHARACTERS = 1024 * 1024;

/** What stands in the stream: a beginning, which has the time, and the rest. */
export interface StreamEvent {
  head(now: number): string;
  readonly rest: Buffer;
}

interface Head {
  /** Of the last record. */
  readonly id: string | undefined;
  /** How many records are only counted. */
  readonly skipped: number;
  /** Whether records may be missing between the last one that a page has and these. */
  readonly hasGap: boolean;
}

export const headOf = ({ id, skipped, hasGap }: Head, now: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}data: {"now":${now},"skipped":${skipped},"gap":${hasGap},"items":[`;

export const restOf = (items: readonly string[]): Buffer => Buffer.from(`${items}${END}`);
const END = ']}\n\n';
/** How many bytes of the rest stand behind the items. */
export const END_BYTES = END.length;

/** Records on their way to the pages. */
export class Batch implements StreamEvent {
  readonly #items: string[] = [];
  #characters = 0;
  #skipped = 0;
  #lastId: string | undefined;
  #rest: Buffer | undefined;

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

  head(now: number): string {
    return headOf({ id: this.#lastId, skipped: this.#skipped, hasGap: false }, now);
  }

  /** The same for all pages. Nothing is added any more when this was asked for. */
  get rest(): Buffer {
    this.#rest ??= restOf(this.#items);
    return this.#rest;
  }
}

export const idOf = ({ file, offset }: StoredRecord): string => `${file}:${offset}`;
