/** The SQL type of a field. */
export type FieldType = 'VARCHAR' | 'DOUBLE' | 'HUGEINT' | 'BOOLEAN' | 'TIMESTAMP' | 'JSON';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
}

/** What is known of the fields of records. */
export interface Fields {
  /** The most frequent first. Of names that differ in case alone, SQL knows one: the most frequent. */
  readonly fields: readonly Field[];
  /** The names that are no fields for that. */
  readonly twins: readonly string[];
}

/** The time of a record's arrival, under its two names. */
export const ARRIVALS: readonly string[] = ['received_at', 'otel.received_at'];

/** More columns than this are of no use to anybody. */
const MAX_FIELDS = 20_000;

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** What a line has; `undefined` where it is no JSON object. */
export function recordOf(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Learns names and types of fields from lines. */
export class Learning {
  readonly #seen = new Map<string, { count: number; types: Set<FieldType> }>();

  /** A line that is no JSON object teaches nothing. */
  line(text: string): void {
    const record = recordOf(text);
    if (record !== undefined) this.record(record);
  }

  record(record: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(record)) this.#learn(name, value);
  }

  get fields(): Fields {
    const all = [...this.#seen].sort(([, a], [, b]) => b.count - a.count);
    const taken = new Set<string>();
    const fields: Field[] = [];
    const twins: string[] = [];
    for (const [name, { types }] of all) {
      const folded = name.toLowerCase();
      if (taken.has(folded)) twins.push(name);
      else if (fields.length < MAX_FIELDS) fields.push({ name, type: typeOf(types) });
      taken.add(folded);
    }
    return { fields, twins };
  }

  #learn(name: string, value: unknown): void {
    // No SQL can name these.
    if (name === '' || name.includes('\0')) return;
    const seen = this.#seen.get(name) ?? { count: 0, types: new Set() };
    seen.count++;
    const type = typeOfValue(name, value);
    if (type !== undefined) seen.types.add(type);
    this.#seen.set(name, seen);
  }
}

function typeOfValue(name: string, value: unknown): FieldType | undefined {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e38
        ? 'HUGEINT'
        : 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'string':
      return ARRIVALS.includes(name) && RFC_3339.test(value) ? 'TIMESTAMP' : 'VARCHAR';
    default:
      return value === null ? undefined : 'JSON';
  }
}

/** What holds all of them: a number and a text are a text. */
function typeOf(types: ReadonlySet<FieldType>): FieldType {
  const [type = 'VARCHAR', ...others] = types;
  if (others.length === 0) return type;
  return types.size === 2 && types.has('HUGEINT') && types.has('DOUBLE') ? 'HUGEINT' : 'VARCHAR';
}
