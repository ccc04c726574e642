/** Fields in their order. An object would put keys such as '1' first, and is slow with very many fields. */
export class Entries {
  constructor(
    readonly keys: string[] = [],
    readonly values: unknown[] = [],
  ) {}
}

/** The fields of a copied object. */
export const entriesOf = (fields: object): Entries =>
  fields instanceof Entries ? fields : new Entries(Object.keys(fields), Object.values(fields));

/** The entries with each key once, and its last value. */
export function laterWins(entries: Entries): Entries {
  if (entries.keys.length < 2) return entries;
  const last = new Map(entries.keys.map((key, index) => [key, entries.values[index]]));
  return last.size === entries.keys.length ? entries : new Entries([...last.keys()], [...last.values()]);
}

/** The entries with each key once, and a list of its values if it had several. */
export function allValues({ keys, values }: Entries): Entries {
  const all = new Map<string, unknown[]>();
  for (const [index, key] of keys.entries()) {
    const known = all.get(key);
    if (known === undefined) all.set(key, [values[index]]);
    else known.push(values[index]);
  }
  const lists = [...all.values()];
  return new Entries(
    [...all.keys()],
    lists.map((list) => (list.length === 1 ? list[0] : list)),
  );
}

/** Sets a field. `__proto__` is a key like any other here, where an assignment would set the prototype. */
export function put(fields: object, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(fields, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (fields as Record<string, unknown>)[key] = value;
  }
}
