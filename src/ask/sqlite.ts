import { textOf } from '../runtime/foreign.js';
import { newestRecords } from './newest-records.js';
import { type Answer, AskError, type Column, type Question, tooMuchMemory } from './question.js';
import { columnOf, Rows } from './rows.js';
import { type Database, fillTable, type Statement } from './sqlite-table.js';

/** What is used of `node:sqlite`, which Node 20 and its types don't have. */
interface Sqlite {
  readonly DatabaseSync: new (path: string) => Database;
  readonly StatementSync: { readonly prototype: Partial<Statement> };
  readonly constants: Readonly<Record<string, number>>;
}

/** The SQLite of Node; `undefined` where Node has none, or one that is too old. */
export function loadSqlite(): Sqlite | undefined {
  const sqlite = (process.getBuiltinModule as (name: string) => Sqlite | undefined)('node:sqlite');
  return sqlite?.StatementSync.prototype.setReturnArrays === undefined ? undefined : sqlite;
}

/** Answers a simple question with the SQLite of Node, over the newest records. */
export async function askSqlite(sqlite: Sqlite, question: Question): Promise<Answer> {
  checkSelect(question.sql);
  const records = await newestRecords(question);
  // In memory, without a file: there is nothing on the disk that SQL could change.
  const database = new sqlite.DatabaseSync(':memory:');
  try {
    database.exec('PRAGMA temp_store = MEMORY');
    const fields = fillTable(database, records);
    database.exec('PRAGMA query_only = ON');
    allowReadingOnly(database, sqlite.constants);
    return { ...answerOf(database, question), engine: 'sqlite', fields, notes: [noteOn(records.length)] };
  } catch (error) {
    throw translated(error);
  }
}

const noteOn = (count: number): string =>
  `DuckDB is not installed, so this is Node's SQLite over the newest ${count} records: npm install @duckdb/node-api asks all of them`;

/** SQLite prepares the first statement, and takes no notice of what stands behind it. */
function checkSelect(sql: string): void {
  const words = sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
  if (!/^\s*(select|with|values)\b/i.test(words)) throw new AskError('only SELECT is taken', 'wrong');
}

/** No other file, no setting and no extension. An older Node has the check of the first word, and `query_only`. */
function allowReadingOnly(database: Database, constants: Sqlite['constants']): void {
  const names = ['SQLITE_SELECT', 'SQLITE_READ', 'SQLITE_FUNCTION', 'SQLITE_RECURSIVE'];
  const allowed = new Set(names.map((name) => constants[name]));
  const { SQLITE_OK = 0, SQLITE_DENY = 1 } = constants;
  database.setAuthorizer?.((action, _first, name) =>
    allowed.has(action) && name !== 'load_extension' ? SQLITE_OK : SQLITE_DENY,
  );
}

function answerOf(
  database: Database,
  { sql, maxRows, maxCharacters }: Question,
): Pick<Answer, 'columns' | 'rows' | 'isCut'> {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  statement.setReadBigInts(true);
  const rows = new Rows(maxRows, maxCharacters);
  for (const row of statement.iterate()) if (!rows.add(row)) break;
  const columns = statement.columns().map(({ name }, at) => typed(name, rows, at));
  return { columns, rows: rows.rows, isCut: rows.isCut };
}

/** A column of SQLite has no type: each value has its own. */
function typed(name: string, { rows }: Rows, at: number): Column {
  const isNumber = rows.length > 0 && rows.every((row) => typeof row[at] !== 'string');
  return columnOf(name, isNumber ? 'DOUBLE' : 'VARCHAR');
}

function translated(error: unknown): AskError {
  if (error instanceof AskError) return error;
  const message = error instanceof Error ? error.message : textOf(error);
  return /out of memory/i.test(message) ? tooMuchMemory() : new AskError(message, 'wrong');
}
