import type { StoredRecord } from '../receiver/record-store.js';
import { END_BYTES, headOf, idOf, restOf, type StreamEvent } from './batch.js';
import { itemText } from './stream-item.js';

/**
 * The last records, for pages that are opened. They are made ready once, and each page gets them from the place that it has come to: when a receiver
 * starts again, all pages come at the same time, and each of them may have left off elsewhere.
 */
export class LastRecords {
  readonly #ids: readonly string[];
  readonly #rest: Buffer;
  /** Of each record, how many bytes it has, with a comma; 0 for one that is no JSON object, which is only counted. */
  readonly #sizes: readonly number[];

  constructor(records: readonly StoredRecord[]) {
    this.#ids = records.map(idOf);
    const items = records.map(itemText);
    this.#sizes = items.map((item) => (item === undefined ? 0 : Buffer.byteLength(item) + 1));
    this.#rest = restOf(items.filter((item) => item !== undefined));
  }

  /** Those behind the record with this id, if it is among them; all for a page that has none. */
  after(id: string | undefined): StreamEvent {
    const known = id === undefined ? -1 : this.#ids.indexOf(id);
    const [had, left] = [this.#sizes.slice(0, known + 1), this.#sizes.slice(known + 1)];
    const head = {
      id: this.#ids.at(-1),
      skipped: left.filter((size) => size === 0).length,
      hasGap: id !== undefined && known === -1,
    };
    const start = had.reduce((sum, size) => sum + size, 0);
    // No comma stands behind the last one.
    const rest = this.#rest.subarray(Math.min(start, this.#rest.length - END_BYTES));
    return { head: (now) => headOf(head, now), rest };
  }
}
