import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ask } from '../../ask/ask.js';
import { type Answer, AskError } from '../../ask/question.js';
import { csvOf } from '../../record/csv.js';
import { SPAN_EXAMPLES } from '../span.js';
import { DONE, INCOMPLETE, type Streams, type Subcommand, WRONG_USAGE } from '../subcommand.js';
import { dataFor, tell } from '../terminal.js';
import { UsageError, words } from '../usage-error.js';
import { tableOf } from './table.js';
import { timeOf } from './time-of.js';

const DIRECTORY = './remote-logger-records';

const usage = `Usage: otel-remote-logger query <sql> [options]

Answers a SELECT over the records that a receiver has stored, with DuckDB: npm install @duckdb/node-api.
"records" has a column for each field, "lines" the JSON text of each record as "json". Nested values
are JSON text: state->>'$.conv_id' reaches into it.

  --dir <path>       where the files are (${DIRECTORY})
  --since <time>     no record that arrived before: 2026-11-26T15:00:00Z, or how long ago: 90s, 15m,
                     12h, 30d, 2w
  --until <time>     no record that arrived then or later
  --json             prints a JSON object a row
  --csv              prints CSV
  --rows <n>         most rows (1000; 1000000 with --json and --csv)
  --timeout <s>      most seconds (60)
  --help             shows this

Exit codes: 0 for an answer, 1 where there is none, 2 for a wrong command or wrong SQL.
`;

export const QUERY_COMMAND: Subcommand = {
  usage,
  run: (args, streams) => query(parse(args, Date.now()), streams),
};

interface Order {
  readonly sql: string;
  readonly directory: string;
  readonly since: number | undefined;
  readonly until: number | undefined;
  readonly form: 'table' | 'json' | 'csv';
  readonly maxRows: number;
  readonly timeoutMillis: number;
}

async function query(
  { sql, directory, form, ...options }: Order,
  { stdout, stderr }: Streams,
): Promise<number> {
  let answer: Answer;
  try {
    answer = await ask(directory, sql, options);
  } catch (error) {
    if (!(error instanceof AskError)) throw error;
    tell(stderr, error.message);
    return error.why === 'wrong' ? WRONG_USAGE : INCOMPLETE;
  }
  for (const note of answer.notes) tell(stderr, note);
  stdout.write(dataFor(stdout, PRINT[form](answer, stdout)));
  if (answer.isCut) tell(stderr, `there are more rows than these ${answer.rows.length}; --rows takes more`);
  return DONE;
}

const PRINT: Readonly<Record<Order['form'], (answer: Answer, to: unknown) => string>> = {
  table: (answer, to) => tableOf(answer, widthOf(to)),
  json: ({ columns, rows }) =>
    rows
      .map((row) => `${JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [name, row[at]])))}\n`)
      .join(''),
  csv: ({ columns, rows }) =>
    csvOf(
      columns.map(({ name }) => name),
      rows,
    ),
};

/** What is no terminal takes any width. */
const widthOf = (stream: unknown): number =>
  (stream as { readonly columns?: number }).columns ?? Number.POSITIVE_INFINITY;

const OPTIONS = {
  dir: { type: 'string', default: DIRECTORY },
  since: { type: 'string' },
  until: { type: 'string' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
  rows: { type: 'string' },
  timeout: { type: 'string' },
} as const;

function parse(args: readonly string[], now: number): Order {
  const { values, positionals } = words(() =>
    parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true }),
  );
  const [sql = '', ...others] = positionals;
  if (sql.trim() === '') throw new UsageError('query needs a SELECT');
  if (others.length > 0)
    throw new UsageError(`query takes one SELECT, in quotes, got ${positionals.length} words`);
  if (values.json && values.csv) throw new UsageError('--json and --csv do not go together');
  const form = values.json ? 'json' : values.csv ? 'csv' : 'table';
  if (!statSync(values.dir, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`there is no directory ${values.dir}; --dir says where the records are`);
  return {
    sql,
    directory: values.dir,
    since: momentOf('--since', values.since, now),
    until: momentOf('--until', values.until, now),
    form,
    maxRows: countOf('--rows', values.rows, form === 'table' ? 1000 : 1_000_000),
    timeoutMillis: 1000 * countOf('--timeout', values.timeout, 60),
  };
}

function momentOf(option: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const time = timeOf(text, now);
  if (time === undefined)
    throw new UsageError(
      `${option} must be a time such as 2026-11-26T15:00:00Z, or how long ago: ${SPAN_EXAMPLES}; got "${text}"`,
    );
  return time;
}

function countOf(option: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new UsageError(`${option} must be a whole number from 1 to 9999999, got "${text}"`);
  return Number(text);
}
