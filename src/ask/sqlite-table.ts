import { ARRIVALS, Learning } from './fields.js';
import type { ArrivedRecord } from './newest-records.js';

/** A database of `node:sqlite`, whose types Node 20 doesn't have. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  /** From Node 24.10 on. It is asked what a statement does when that is prepared. */
  setAuthorizer?(allows: (action: number, first: string | null, second: string | null) => number): void;
}

export interface Statement {
  run(...values: readonly unknown[]): void;
  iterate(): Iterable<readonly unknown[]>;
  columns(): readonly { readonly name: string }[];
  setReturnArrays(isOn: boolean): void;
  setReadBigInts(isOn: boolean): void;
}

/** SQLite takes no table with more columns, by default. */
const MAX_COLUMNS = 1900;

/** Makes the table `records`, with a column for each field. Gives their names, the most frequent first. */
export function fillTable(database: Database, records: readonly ArrivedRecord[]): readonly string[] {
  const learning = new Learning();
  for (const { record } of records) learning.record(record);
  const others = learning.fields.fields.map(({ name }) => name).filter((name) => !ARRIVALS.includes(name));
  const fields = others.slice(0, MAX_COLUMNS);
  const columns = [...fields, 'received_at'].map((name) => `"${name.replaceAll('"', '""')}"`);
  database.exec(`CREATE TABLE records (${columns.join(', ')})`);
  const insert = database.prepare(`INSERT INTO records VALUES (${columns.map(() => '?').join(', ')})`);
  database.exec('BEGIN');
  for (const { record, arrival } of records)
    insert.run(...fields.map((name) => sqlValue(Object.hasOwn(record, name) ? record[name] : null)), arrival);
  database.exec('COMMIT');
  return [...fields, 'received_at'];
}

function sqlValue(value: unknown): string | number | null {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value;
  return typeof value === 'boolean' ? Number(value) : JSON.stringify(value);
}
