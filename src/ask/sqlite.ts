import { closeSync, openSync, readSync } from 'node:fs';
import { textOf } from '../runtime/foreign.js';
import { type Field, Learning } from './fields.js';
import type { RecordFile } from './files.js';
import { type Answer, AskError, type Question } from './question.js';
import { columnOf, Rows } from './rows.js';

/** What is used of `node:sqlite`, which Node 20 and its types don't have. */
interface Sqlite {
  readonly DatabaseSync: new (path: string) => Database;
}

interface Database {
  exec(sql: string): void;
  prepare(sql: string): {
    run(...values: readonly unknown[]): void;
    iterate(): Iterable<Record<string, unknown>>;
  };
}

/** SQLite has all in memory, so it has the newest records only. */
const MAX_RECORDS = 100_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** SQLite takes no table with more columns, by default. */
const MAX_COLUMNS = 1900;

/** Node's own SQLite; `undefined` where Node has none. */
export const loadSqlite = (): Sqlite | undefined =>
  (process.getBuiltinModule as (name: string) => Sqlite | undefined)('node:sqlite');

/** Answers a simple question with the SQLite of Node, over the newest records. */
export function askSqlite({ DatabaseSync }: Sqlite, question: Question): Answer {
  if (!/^\s*(select|with|values)\b/i.test(question.sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ')))
    throw new AskError('only SELECT is taken', 'wrong');
  const database = new DatabaseSync(':memory:');
  const { count, fields } = fill(database, question.files);
  const note = `DuckDB is not installed, so this is Node's SQLite over the newest ${count} records: npm install @duckdb/node-api asks all of them`;
  try {
    database.exec('PRAGMA query_only = ON; PRAGMA temp_store = MEMORY');
    const statement = database.prepare(question.sql);
    const rows = new Rows(question.maxRows, question.maxCharacters);
    let names: string[] | undefined;
    for (const row of statement.iterate()) {
      names ??= Object.keys(row);
      if (!rows.add(Object.values(row))) break;
    }
    const first = rows.rows[0] ?? [];
    const columns = (names ?? []).map((name, index) =>
      columnOf(
        name,
        rows.rows.every((row) => typeof row[index] !== 'string') && first.length > 0 ? 'DOUBLE' : 'VARCHAR',
      ),
    );
    return { columns, rows: rows.rows, isCut: rows.isCut, engine: 'sqlite', fields, notes: [note] };
  } catch (error) {
    if (error instanceof AskError) throw error;
    throw new AskError(error instanceof Error ? error.message : textOf(error), 'wrong');
  }
}

function fill(
  database: Database,
  files: readonly RecordFile[],
): { readonly count: number; readonly fields: readonly string[] } {
  const records = newest(files);
  const learning = new Learning();
  for (const line of records) learning.line(line);
  const fields = learning.fields.fields.slice(0, MAX_COLUMNS);
  const names = fields.map(({ name }: Field) => `"${name.replaceAll('"', '""')}"`);
  database.exec(`CREATE TABLE records (${names.join(', ') || 'received_at'})`);
  if (names.length === 0) return { count: 0, fields: [] };
  const insert = database.prepare(`INSERT INTO records VALUES (${names.map(() => '?').join(', ')})`);
  database.exec('BEGIN');
  let count = 0;
  for (const line of records) {
    const record = recordOf(line);
    if (record === undefined) continue;
    insert.run(...fields.map(({ name }) => sqlValue(Object.hasOwn(record, name) ? record[name] : null)));
    count++;
  }
  database.exec('COMMIT');
  return { count, fields: fields.map(({ name }) => name) };
}

const sqlValue = (value: unknown): string | number | null =>
  typeof value === 'boolean'
    ? Number(value)
    : typeof value === 'string' || typeof value === 'number'
      ? value
      : value === null
        ? null
        : JSON.stringify(value);

function recordOf(line: string): Record<string, unknown> | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null && !Array.isArray(record)
      ? (record as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The lines at the end of the files, the newest file first. */
function newest(files: readonly RecordFile[]): string[] {
  const lines: string[] = [];
  let left = MAX_BYTES;
  for (const { path, bytes } of files.toReversed()) {
    if (left <= 0 || lines.length >= MAX_RECORDS) break;
    const length = Math.min(bytes, left);
    const buffer = Buffer.allocUnsafe(length);
    const fd = openSync(path, 'r');
    const read = readSync(fd, buffer, 0, length, bytes - length);
    closeSync(fd);
    left -= length;
    lines.push(
      ...buffer
        .toString('utf8', 0, read)
        .split('\n')
        .filter(Boolean)
        .toReversed()
        .slice(0, MAX_RECORDS - lines.length),
    );
  }
  return lines.toReversed();
}
