import type { StoredRecord } from '../receiver/record-store.js';
import { Batch, idOf } from './batch.js';

/**
 * The last records, for pages that are opened. Each batch of them is made once: when a receiver starts again, all pages come at the same
 * time.
 */
export class LastRecords {
  readonly #ids: readonly string[];
  readonly #batches = new Map<number | undefined, Batch>();

  constructor(private readonly records: readonly StoredRecord[]) {
    this.#ids = records.map(idOf);
  }

  /** Those behind the record with this id, if it is among them; all for a page that has none. */
  after(id: string | undefined): Batch {
    const known = id === undefined ? undefined : this.#ids.indexOf(id);
    const made = this.#batches.get(known);
    if (made !== undefined) return made;
    const batch = new Batch(known === -1, known === undefined ? undefined : this.#ids[known]);
    for (const record of this.records.slice((known ?? -1) + 1)) batch.add(record);
    this.#batches.set(known, batch);
    return batch;
  }
}
