import type { DuckDBConnection } from '@duckdb/node-api';
import { ARRIVALS, type Field, type Fields } from './fields.js';
import type { RecordFile } from './files.js';
import { learnFields } from './learn.js';
import type { Question } from './question.js';

/** As `arrivalOf` has it. */
const ARRIVED = 'GREATEST(TRY_CAST("otel.received_at" AS TIMESTAMP), TRY_CAST(received_at AS TIMESTAMP))';

/** Of a line, in bytes: what DuckDB takes by default, and what a receiver does. More takes more memory, for each core. */
const MAX_LINE = 16 * 1024 * 1024;
const MAX_LONG_LINE = 65 * 1024 * 1024;

/** More names than this are not told. */
const MAX_NAMES = 1000;

/** `records` has a column for each field, `lines` the text of each record. */
export class Views {
  readonly #fields: Field[];
  readonly #arrivals: readonly Field[];
  readonly #list: string;
  #maxLine = MAX_LINE;
  /** What people should know of them. */
  readonly notes: readonly string[];

  static async create(connection: DuckDBConnection, question: Question): Promise<Views> {
    const views = new Views(connection, question, await learnFields(question.files, question.maxSampleBytes));
    await views.#define();
    return views;
  }

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly question: Question,
    { fields, twins }: Fields,
  ) {
    this.#fields = fields.filter(({ name }) => !ARRIVALS.includes(name));
    this.#arrivals = ARRIVALS.map((name) => {
      const learned = fields.find((field) => field.name === name);
      return { name, type: learned?.type === 'VARCHAR' ? 'VARCHAR' : 'TIMESTAMP' };
    });
    this.#list = listOf(question.files);
    this.notes = notesOn(twins);
  }

  get names(): string[] {
    return [...this.#fields, { name: 'received_at' }].slice(0, MAX_NAMES).map(({ name }) => name);
  }

  async #define(): Promise<void> {
    const fields = [...this.#fields, ...this.#arrivals];
    const columns = `{${fields.map(({ name, type }) => `${quoted(name)}: '${type}'`).join(', ')}}`;
    const source = `read_ndjson(${this.#list}, ${this.#howToRead}, columns = ${columns})`;
    const records = `SELECT * EXCLUDE ("otel.received_at") REPLACE (${ARRIVED} AS received_at) FROM ${source}`;
    await this.connection.run(
      `CREATE OR REPLACE VIEW records AS SELECT * FROM (${records}) ${whereOf(this.question)}`,
    );
    const lines = `read_ndjson_objects(${this.#list}, ${this.#howToRead})`;
    await this.connection.run(
      `CREATE OR REPLACE VIEW lines AS SELECT json FROM ${lines} WHERE json_type(json) = 'OBJECT'`,
    );
  }

  get #howToRead(): string {
    return `ignore_errors = true, maximum_object_size = ${this.#maxLine}`;
  }

  async takeLongLines(): Promise<void> {
    this.#maxLine = MAX_LONG_LINE;
    await this.#define();
  }

  /** Adds a field that is in some record. Says whether there is one. */
  async addRare(name: string): Promise<boolean> {
    const known = [...this.#fields, ...this.#arrivals].map((field) => field.name.toLowerCase());
    if (known.includes(name.toLowerCase())) return false;
    // As text, without a look at its JSON, which is faster.
    const source = `read_csv(${this.#list}, delim = '\\x01', quote = '', escape = '', header = false, columns = {'line': 'VARCHAR'}, ignore_errors = true, auto_detect = false, max_line_size = 33554432)`;
    const sql = `SELECT 1 FROM ${source} WHERE contains(line, ${quoted(`${JSON.stringify(name)}:`)}) LIMIT 1`;
    if ((await this.connection.runAndReadAll(sql)).currentRowCount === 0) return false;
    this.#fields.push({ name, type: 'VARCHAR' });
    await this.#define();
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
export const listOf = (files: readonly RecordFile[]): string =>
  `[${files.map(({ path }) => quoted(path)).join(', ')}]`;
