/** A record as the page gets it: what is long is cut, and `/api/record` has the whole. */
export interface StreamItem {
  readonly file: string;
  readonly offset: number;
  /** Its fields; with the beginnings of those in `cut`, and without those that are more than the page shows. */
  readonly record: Readonly<Record<string, unknown>>;
  /** Pairs of a field and how many characters it has in full. */
  readonly cut?: readonly (readonly [field: string, length: number])[];
  /** How many fields are not in `record`. */
  readonly left?: number;
  /** The conversations that it speaks of, by their `conv_id`. */
  readonly conversations?: readonly string[];
}
