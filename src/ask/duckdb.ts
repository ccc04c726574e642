import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';
import { codeOf, textOf } from '../runtime/foreign.js';
import type { RecordFile } from './files.js';
import { type Answer, AskError, type Question, tooMuchMemory } from './question.js';
import { columnOf, Rows } from './rows.js';
import { listOf, Views } from './views.js';

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
  checkNames(question.files);
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.round(question.maxMemoryBytes / 1e6)}MB`,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  const views = await Views.create(connection, question);
  await lock(connection, question.files);
  const answer = async (): Promise<Answer> => {
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
  };
  return answer()
    .catch(async (error) => {
      if (!/maximum_object_size/.test(String(error))) throw error;
      await views.takeLongLines();
      return answer();
    })
    .catch(translated);
}

/** No escape is known that DuckDB takes in a name. */
function checkNames(files: readonly RecordFile[]): void {
  const pattern = files.find(({ path }) => /[[*?]/.test(basename(path)));
  if (pattern !== undefined)
    throw new AskError(
      `DuckDB takes the name "${basename(pattern.path)}" for a pattern: rename that file, without [, * and ?`,
      'failed',
    );
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
  if (/^Out of Memory/i.test(message)) throw tooMuchMemory();
  throw new AskError(message, /^IO Error/.test(message) ? 'failed' : 'wrong');
}

/** From here on no file but these can be read, and nothing else be reached, by whatever SQL. */
async function lock(connection: DuckDBConnection, files: readonly RecordFile[]): Promise<void> {
  await connection.run(`SET temp_directory = ''`);
  await connection.run(`SET allowed_paths = ${listOf(files)}`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}
