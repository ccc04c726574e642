import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import { codeOf, textOf } from '../runtime/foreign.js';
import { ARRIVALS, type Field } from './fields.js';
import type { RecordFile } from './files.js';
import { learnFields } from './learn.js';
import { type Answer, AskError, type Question } from './question.js';
import { columnOf, Rows } from './rows.js';

type DuckDB = typeof import('@duckdb/node-api');

/** DuckDB, from beside this package or from where the command runs; `undefined` if it is not installed. */
export async function loadDuckDB(): Promise<DuckDB | undefined> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    if (!/MODULE_NOT_FOUND$/.test(codeOf(error))) throw error;
  }
  let path: string;
  try {
    path = createRequire(join(process.cwd(), 'package.json')).resolve('@duckdb/node-api');
  } catch {
    return undefined;
  }
  const { default: all, ...names } = await import(pathToFileURL(path).href);
  return all ?? names;
}

/** Answers a question with DuckDB, which reads the files as they are. */
export async function askDuckDB(duckdb: DuckDB, question: Question): Promise<Answer> {
  const { DuckDBInstance, StatementType } = duckdb;
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.round(question.maxMemoryBytes / 1e6)}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  const views = new Views(connection, question);
  await views.define();
  await lock(connection, question.files);
  try {
    const statement = await prepared(connection, question.sql, views);
    if (statement.statementType !== StatementType.SELECT)
      throw new AskError(`only SELECT is taken, got ${StatementType[statement.statementType]}`, 'wrong');
    const result = await statement.stream();
    const columns = result
      .columnNames()
      .map((name, index) => columnOf(name, result.columnType(index).toString()));
    const rows = new Rows(question.maxRows, question.maxCharacters);
    for await (const chunk of result.yieldRows()) if (!chunk.every((row) => rows.add(row))) break;
    return {
      columns,
      rows: rows.rows,
      isCut: rows.isCut,
      engine: 'duckdb',
      fields: views.names,
      notes: views.notes,
    };
  } catch (error) {
    return translated(error);
  }
}

/** What DuckDB says of a name that is no column. */
const NO_COLUMN = /(?:Referenced column|does not have a column named) "((?:[^"]|"")+)"/;

/** A field may be too rare for the sample. Where the SQL names one, it is looked for in all records. */
async function prepared(
  connection: DuckDBConnection,
  sql: string,
  views: Views,
): Promise<DuckDBPreparedStatement> {
  for (;;) {
    // Anew each time: statements that could not be prepared are of no more use.
    const statements = await connection.extractStatements(sql.trim() || ';');
    if (statements.count !== 1)
      throw new AskError(`one SELECT is taken, got ${statements.count} statements`, 'wrong');
    try {
      return await statements.prepare(0);
    } catch (error) {
      const [, name] = NO_COLUMN.exec(String(error)) ?? [];
      if (name === undefined || !(await views.addRare(name.replaceAll('""', '"')))) throw error;
    }
  }
}

function translated(error: unknown): never {
  if (error instanceof AskError) throw error;
  const message = error instanceof Error ? error.message : textOf(error);
  if (/^Error in native callback/.test(message)) throw new AskError('there is no SQL in it', 'wrong');
  if (/^Out of Memory/i.test(message))
    throw new AskError('it needs more memory than it may take: ask for fewer rows or columns', 'limit');
  throw new AskError(message, 'wrong');
}

/** From here on no file but these can be read, and nothing else be reached, by whatever SQL. */
async function lock(connection: DuckDBConnection, files: readonly RecordFile[]): Promise<void> {
  await connection.run(`SET temp_directory = ''`);
  await connection.run(`SET allowed_paths = ${listOf(files)}`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** A record can have a field `received_at` of its own: then ours has the other name. */
const ARRIVED = 'COALESCE("otel.received_at", TRY_CAST(received_at AS TIMESTAMP))';

/** More names than this are not told. */
const MAX_NAMES = 1000;

/** `records` has a column for each field, `lines` the text of each record. */
class Views {
  readonly #fields: Field[];
  readonly #list: string;
  /** What people should know of them. */
  readonly notes: readonly string[];

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly question: Question,
  ) {
    const { fields, twins } = learnFields(question.files, question.maxSampleBytes);
    const others = fields.filter(({ name }) => !ARRIVALS.includes(name));
    const arrival = fields.find(({ name }) => name === 'received_at');
    const type = arrival?.type === 'VARCHAR' ? 'VARCHAR' : 'TIMESTAMP';
    this.#fields = [...others, { name: 'received_at', type }];
    this.#list = listOf(question.files);
    this.notes = notesOn(twins);
  }

  get names(): string[] {
    return this.#fields.slice(0, MAX_NAMES).map(({ name }) => name);
  }

  async define(): Promise<void> {
    const fields: readonly Field[] = [...this.#fields, { name: 'otel.received_at', type: 'TIMESTAMP' }];
    const columns = `{${fields.map(({ name, type }) => `${quoted(name)}: '${type}'`).join(', ')}}`;
    const source = `read_ndjson(${this.#list}, ignore_errors = true, columns = ${columns})`;
    const records = `SELECT * EXCLUDE ("otel.received_at") REPLACE (${ARRIVED} AS received_at) FROM ${source}`;
    await this.connection.run(
      `CREATE OR REPLACE VIEW records AS SELECT * FROM (${records}) ${whereOf(this.question)}`,
    );
    const lines = `read_ndjson_objects(${this.#list}, ignore_errors = true)`;
    await this.connection.run(
      `CREATE OR REPLACE VIEW lines AS SELECT json FROM ${lines} WHERE json_type(json) = 'OBJECT'`,
    );
  }

  /** Adds a field that is in some record. Says whether there is one. */
  async addRare(name: string): Promise<boolean> {
    if (this.#fields.some((field) => field.name.toLowerCase() === name.toLowerCase())) return false;
    // As text, without a look at its JSON, which is faster.
    const source = `read_csv(${this.#list}, delim = '\\x01', quote = '', escape = '', header = false, columns = {'line': 'VARCHAR'}, ignore_errors = true, auto_detect = false, max_line_size = 33554432)`;
    const sql = `SELECT 1 FROM ${source} WHERE contains(line, ${quoted(`${JSON.stringify(name)}:`)}) LIMIT 1`;
    if ((await this.connection.runAndReadAll(sql)).currentRowCount === 0) return false;
    this.#fields.push({ name, type: 'VARCHAR' });
    await this.define();
    return true;
  }
}

function notesOn(twins: readonly string[]): string[] {
  const [twin] = twins;
  if (twin === undefined) return [];
  const names = twins.slice(0, 5).map((name) => JSON.stringify(name));
  return [
    `${names.join(', ')} ${twins.length === 1 ? 'differs from another field' : 'differ from other fields'} in case alone, which SQL can't tell apart; ` +
      `ask lines for that: SELECT json->>${quoted(twin)} FROM lines`,
  ];
}

/** Every record in a file of the receiver has the time of its arrival: a row without one is a line that is damaged. */
function whereOf({ since, until }: Question): string {
  const at = (millis: number): string => `TIMESTAMP '${new Date(millis).toISOString().slice(0, -1)}'`;
  const bounds = [
    ...(since === undefined ? [] : [`received_at >= ${at(since)}`]),
    ...(until === undefined ? [] : [`received_at < ${at(until)}`]),
  ];
  return `WHERE ${['received_at IS NOT NULL', ...bounds].join(' AND ')}`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const listOf = (files: readonly RecordFile[]): string =>
  `[${files.map(({ path }) => quoted(path)).join(', ')}]`;
