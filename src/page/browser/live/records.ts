import { Facets } from './facets.js';
import { type Filter, filterOf } from './filter.js';
import { Rates } from './rates.js';
import { idOf, type Row, rowOf } from './row.js';
import type { StreamItem } from './stream-item.js';

/** What a page keeps, however long it is open: the oldest records go first. */
export const MOST_RECORDS = 10_000;
const MOST_SIZE = 24 * 1024 * 1024;

/** The records of the page, and what is known of those that pass the filter. */
export class Records {
  #rows: Row[] = [];
  #matching: Row[] = [];
  readonly #ids = new Set<string>();
  #size = 0;
  #number = 0;
  #filter = filterOf('');
  facets = new Facets();
  readonly rates = new Rates();

  /** Those that pass the filter, the oldest first. */
  get matching(): readonly Row[] {
    return this.#matching;
  }

  /** All of them. */
  get rows(): readonly Row[] {
    return this.#rows;
  }

  get filter(): Filter {
    return this.#filter;
  }

  /** `size`: how long they are together, as text. Those that are there already are left out. Gives how many are new. */
  add(items: readonly StreamItem[], size: number, now: number): number {
    let added = 0;
    for (const item of items) {
      if (this.#ids.has(idOf(item))) continue;
      this.#add(rowOf(item, this.#number++, size / items.length, now));
      added++;
    }
    this.#drop();
    return added;
  }

  setFilter(filter: Filter): void {
    this.#filter = filter;
    this.facets = new Facets();
    this.#matching = this.#rows.filter(filter.matches);
    this.rates.clearMatching();
    for (const row of this.#matching) {
      this.facets.add(row);
      this.rates.add(row.atMillis, 0, 1);
    }
  }

  #add(row: Row): void {
    this.#rows.push(row);
    this.#ids.add(row.id);
    this.#size += row.size;
    const isMatch = this.#filter.matches(row);
    this.rates.add(row.atMillis, 1, isMatch ? 1 : 0);
    if (!isMatch) return;
    this.#matching.push(row);
    this.facets.add(row);
  }

  #drop(): void {
    let count = 0;
    while (this.#rows.length - count > MOST_RECORDS || this.#size > MOST_SIZE) {
      const row = this.#rows[count];
      if (row === undefined) break;
      this.#size -= row.size;
      this.#ids.delete(row.id);
      count++;
    }
    if (count === 0) return;
    this.#rows = this.#rows.slice(count);
    const first = this.#rows[0]?.number ?? this.#number;
    const kept = this.#matching.findIndex((row) => row.number >= first);
    const gone = kept === -1 ? this.#matching.length : kept;
    for (const row of this.#matching.slice(0, gone)) this.facets.remove(row);
    this.#matching = this.#matching.slice(gone);
  }
}
