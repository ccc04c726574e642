import { own, type Row, textOf } from './row.js';

export interface Facet {
  readonly field: string;
  /** Values with how many records have them, the most frequent first. */
  readonly values: readonly (readonly [value: string, count: number])[];
}

/** A field with more values than this is no facet. */
const MOST_VALUES = 20;
const MOST_FIELDS = 300;
const MOST_CHARACTERS = 80;
const SHOWN = 12;
/** These come first. */
const FAMILIAR = ['type', 'event', 'event_name', 'level', 'severity_text', 'model', 'service'];

/** Counts the values of fields that have few, as records come and go. */
export class Facets {
  /** `undefined` for a field that has too many. */
  readonly #fields = new Map<string, Map<string, number> | undefined>();

  add(row: Row): void {
    for (const field of Object.keys(row.item.record)) this.#addField(field, own(row.item.record, field));
  }

  remove(row: Row): void {
    for (const field of Object.keys(row.item.record)) {
      const values = this.#fields.get(field);
      if (values === undefined) continue;
      const text = textOf(own(row.item.record, field));
      const count = values.get(text) ?? 0;
      if (count > 1) values.set(text, count - 1);
      else values.delete(text);
      if (values.size === 0) this.#fields.delete(field);
    }
  }

  /** Fields that say something: not those that are the same in all records, or different in each. */
  list(): readonly Facet[] {
    const facets: Facet[] = [];
    for (const [field, values] of this.#fields) {
      if (values === undefined) continue;
      const records = [...values.values()].reduce((sum, count) => sum + count, 0);
      const saysMuch = values.size > 1 && values.size <= records / 2;
      if (!saysMuch && !FAMILIAR.includes(field)) continue;
      facets.push({ field, values: [...values].sort(([, one], [, other]) => other - one) });
    }
    return facets.sort((one, other) => rankOf(one) - rankOf(other)).slice(0, SHOWN);
  }

  #addField(field: string, value: unknown): void {
    const isKnown = this.#fields.has(field);
    const values = this.#fields.get(field);
    if (isKnown ? values === undefined : this.#fields.size >= MOST_FIELDS) return;
    const text = isPlain(value) ? textOf(value) : undefined;
    if (text === undefined || text.length > MOST_CHARACTERS || /^[[{]/.test(text)) {
      this.#fields.set(field, undefined);
      return;
    }
    const counts = values ?? new Map<string, number>();
    counts.set(text, (counts.get(text) ?? 0) + 1);
    this.#fields.set(field, counts.size > MOST_VALUES ? undefined : counts);
  }
}

const isPlain = (value: unknown): boolean =>
  ['string', 'boolean', 'number'].includes(typeof value) || value === null;

function rankOf({ field, values }: Facet): number {
  const place = FAMILIAR.indexOf(field);
  return place === -1 ? FAMILIAR.length + values.length : place;
}
