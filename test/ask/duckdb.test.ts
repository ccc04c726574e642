import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as duckdb from '@duckdb/node-api';
import { afterEach, describe, expect, it } from 'vitest';
import { askDuckDB } from '../../src/ask/duckdb.js';
import { recordFiles, type Span } from '../../src/ask/files.js';
import type { Answer } from '../../src/ask/question.js';
import { stored } from '../support/stored.js';

const HOUR = '2026-11-26T15';
const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function store(files: Readonly<Record<string, readonly unknown[]>>): string {
  const directory = stored(files);
  directories.push(directory);
  return directory;
}

/** Here, and not in a process of its own, which would take its time. */
const ask = async (
  directory: string,
  sql: string,
  span: Span & { maxRows?: number; maxSampleBytes?: number } = {},
): Promise<Answer> =>
  askDuckDB(duckdb, {
    maxRows: 1000,
    maxCharacters: 1e6,
    maxMemoryBytes: 1e9,
    ...span,
    sql,
    directory,
    files: recordFiles(directory, span).map(({ path, bytes }) => ({ path: join(directory, path), bytes })),
  });

const rowsOf = async (directory: string, sql: string): Promise<unknown> => (await ask(directory, sql)).rows;

it('reads a record as long as the receiver takes it', async () => {
  const long = 'x'.repeat(17 * 1024 * 1024);
  const directory = store({ [HOUR]: [{ n: 1 }, { n: 2, long }] });
  expect(await rowsOf(directory, 'SELECT sum(n), max(length(long)) FROM records')).toEqual([
    [3, long.length],
  ]);
  expect(await rowsOf(directory, 'SELECT count(*) FROM lines')).toEqual([[2]]);
});

it('knows the arrival of a record that has a time of arrival itself', async () => {
  const own = { n: 2, received_at: 'yesterday', 'otel.received_at': `${HOUR}:30:00.000Z` };
  const directory = store({ [HOUR]: [{ n: 1 }, JSON.stringify(own)] });
  const times = "SELECT n, strftime(received_at, '%H:%M') FROM records ORDER BY n";
  expect(await rowsOf(directory, times)).toEqual([
    [1, '15:00'],
    [2, '15:30'],
  ]);
  const late = await ask(directory, 'SELECT n FROM records', { since: Date.parse(`${HOUR}:10:00Z`) });
  expect(late.rows).toEqual([[2]]);
});

describe('asking', () => {
  it('sees a column for each field, whichever record has it', async () => {
    const directory = store({
      '2026-11-26T14': [{ model: 'a', n: 1 }],
      [HOUR]: [{ model: 'b', late: 'yes' }],
    });
    expect(await rowsOf(directory, 'SELECT model, n, late FROM records ORDER BY model')).toEqual([
      ['a', 1, null],
      ['b', null, 'yes'],
    ]);
  });

  it('reaches into nested JSON', async () => {
    const directory = store({ [HOUR]: [{ state: '{"model":"m","messages":[["USER","Hi"]]}' }] });
    expect(
      await rowsOf(directory, `SELECT state->>'$.model', state->>'$.messages[0][1]' FROM records`),
    ).toEqual([['m', 'Hi']]);
  });

  it('leaves out lines that are damaged, and a last one that is torn', async () => {
    const directory = store({ [HOUR]: [{ n: 1 }, '{"broken": ', 'no json', '', '[1]', '5', { n: 2 }] });
    appendFileSync(join(directory, `${HOUR}.ndjson`), '{"n":3,"recei');
    expect(await rowsOf(directory, 'SELECT n FROM records ORDER BY n')).toEqual([[1], [2]]);
  });

  it('keeps a field that is a number here and a text there', async () => {
    const directory = store({ [HOUR]: [{ n: 1 }, { n: 'two' }, { n: true }, { n: null }, { n: 4.5 }] });
    const { columns, rows } = await ask(directory, 'SELECT n FROM records ORDER BY received_at');
    expect(rows).toEqual([['1'], ['two'], ['true'], [null], ['4.5']]);
    expect(columns).toEqual([{ name: 'n', type: 'VARCHAR', kind: 'text' }]);
  });

  it('keeps all digits of a large integer', async () => {
    const directory = store({ [HOUR]: [`{"n":12345678901234567890123,"received_at":"${HOUR}:00:00.000Z"}`] });
    expect(await rowsOf(directory, 'SELECT n FROM records')).toEqual([['12345678901234567890123']]);
  });

  it.each(['__proto__', 'constructor', 'a"b', "it's", 'a b', '名前'])(
    'has a column for a field called %s',
    async (name) => {
      const directory = store({
        [HOUR]: [`{${JSON.stringify(name)}:"x","received_at":"${HOUR}:00:00.000Z"}`],
      });
      expect(await rowsOf(directory, `SELECT "${name.replaceAll('"', '""')}" FROM records`)).toEqual([['x']]);
    },
  );

  it('takes 10,000 fields', async () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, index]));
    const directory = store({ [HOUR]: [{ a: 1 }, wide] });
    expect(await rowsOf(directory, 'SELECT max(f9999), count(*) FROM records')).toEqual([[9999, 2]]);
  });

  it('says which names differ in case alone, and finds them in lines', async () => {
    const directory = store({ [HOUR]: [{ model: 'a' }, { model: 'b' }, { Model: 'c' }] });
    const { notes } = await ask(directory, 'SELECT model FROM records');
    expect(notes.join()).toContain('"Model" differs from another field in case alone');
    expect(
      await rowsOf(directory, `SELECT json->>'Model' FROM lines WHERE json->>'Model' IS NOT NULL`),
    ).toEqual([['c']]);
  });

  it('finds a field that no sample has', async () => {
    const many = Array.from({ length: 3000 }, (_, n) => (n === 1001 ? { n, rare: 'found' } : { n }));
    const directory = store({ [HOUR]: many });
    const sampled = (sql: string): Promise<Answer> => ask(directory, sql, { maxSampleBytes: 8192 });
    expect((await sampled('SELECT * FROM records')).fields).toEqual(['n', 'received_at']);
    expect((await sampled('SELECT rare, n FROM records WHERE rare IS NOT NULL')).rows).toEqual([
      ['found', 1001],
    ]);
  });

  it('looks only at the span that is asked for', async () => {
    const directory = store({
      '2026-11-26T13': [{ n: 1 }],
      '2026-11-26T14': [{ n: 2 }, { n: 3 }],
      [HOUR]: [{ n: 4 }],
    });
    const [since, until] = [Date.parse('2026-11-26T14:00:00.001Z'), Date.parse('2026-11-26T15:00:00Z')];
    expect((await ask(directory, 'SELECT n FROM records', { since, until })).rows).toEqual([[3]]);
  });

  it('says what is wrong with the SQL', async () => {
    const directory = store({ [HOUR]: [{ model: 'a' }] });
    await expect(ask(directory, 'SELECT modell FROM records')).rejects.toThrow(
      /"modell" not found[\s\S]*"model"/,
    );
    await expect(ask(directory, 'SELEC 1')).rejects.toMatchObject({ why: 'wrong' });
    await expect(ask(directory, '')).rejects.toMatchObject({ why: 'wrong' });
    await expect(ask(directory, 'SELECT 1; SELECT 2')).rejects.toThrow('one SELECT is taken, got 2');
  });

  it('gives as many rows as it may, and says that there are more', async () => {
    const directory = store({ [HOUR]: [{ n: 1 }] });
    const { rows, isCut } = await ask(directory, 'SELECT * FROM range(5000)', { maxRows: 3 });
    expect(rows).toEqual([[0], [1], [2]]);
    expect(isCut).toBe(true);
  });
});

describe('files that were compressed', () => {
  const zipped = (...records: readonly object[]): Buffer =>
    gzipSync(
      records
        .map((record) => `${JSON.stringify({ ...record, received_at: `${HOUR}:00:00.000Z` })}\n`)
        .join(''),
    );

  it('are asked like the others', async () => {
    const directory = store({ [HOUR]: [{ n: 1 }] });
    writeFileSync(join(directory, '2026-11-26T14.ndjson.gz'), zipped({ n: 2, late: 'here' }));
    expect(await rowsOf(directory, 'SELECT sum(n), max(late) FROM records')).toEqual([[3, 'here']]);
    expect(await rowsOf(directory, 'SELECT count(*) FROM lines')).toEqual([[2]]);
  });

  it('are learnt from as far as the sample goes, and asked in full', async () => {
    const directory = store({});
    const many = Array.from({ length: 3000 }, (_, n) => (n === 2500 ? { n, rare: 'found' } : { n }));
    writeFileSync(join(directory, '2026-11-26T14.ndjson.gz'), zipped(...many));
    const options = { maxSampleBytes: 8192 };
    expect((await ask(directory, 'SELECT * FROM records', options)).fields).toEqual(['n', 'received_at']);
    expect((await ask(directory, 'SELECT max(rare), count(*) FROM records', options)).rows).toEqual([
      ['found', 3000],
    ]);
  });

  it('are left out while they are being made', async () => {
    const directory = store({ [HOUR]: [{ n: 1 }, { n: 2 }] });
    writeFileSync(join(directory, `${HOUR}.ndjson.gz`), zipped({ n: 1 }));
    expect(await rowsOf(directory, 'SELECT sum(n) FROM records')).toEqual([[3]]);
  });
});

describe('hostile SQL', () => {
  it.each([
    `COPY (SELECT 1) TO '$OUT'`,
    `COPY records TO '$FILE' (FORMAT json, USE_TMP_FILE false)`,
    `EXPLAIN ANALYZE COPY records TO '$FILE' (USE_TMP_FILE false)`,
    `SELECT * FROM read_csv('$SECRET')`,
    `SELECT * FROM read_text('$SECRET')`,
    `SELECT * FROM read_blob('$SECRET')`,
    `SELECT * FROM '$SECRET'`,
    `SELECT * FROM read_ndjson('$DIR/../secret-*')`,
    `SELECT * FROM glob('/etc/*')`,
    `ATTACH '$OUT' AS other`,
    `EXPORT DATABASE '$OUT'`,
    'INSTALL httpfs',
    'LOAD httpfs',
    `LOAD '$SECRET'`,
    'PRAGMA enable_external_access=true',
    'SET enable_external_access = true',
    'SET memory_limit = 99999999999',
    'RESET allowed_paths',
    'CREATE TABLE t AS SELECT 1',
    'DROP VIEW records',
    `SELECT * FROM query('COPY records TO ''$OUT''')`,
    `SELECT * FROM read_ndjson('http://127.0.0.1:$PORT/x')`,
    `SELECT getenv('HOME')`,
    'SELECT 1; DROP VIEW records',
    `PREPARE x AS COPY records TO '$OUT'`,
    'CALL pragma_version()',
  ])('is refused: %s', async (sql) => {
    const directory = store({ [HOUR]: [{ n: 1 }] });
    const outside = mkdtempSync(join(tmpdir(), 'secret-'));
    directories.push(outside);
    const [secret, out, file] = [join(outside, 's'), join(outside, 'out'), join(directory, `${HOUR}.ndjson`)];
    writeFileSync(secret, 'hidden');
    const before = readFileSync(file, 'utf8');
    let connections = 0;
    const server = createServer(() => connections++).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const places = {
      SECRET: secret,
      OUT: out,
      FILE: file,
      DIR: directory,
      PORT: String((server.address() as { port: number }).port),
    };
    const hostile = sql.replaceAll(/\$([A-Z]+)/g, (_, name: keyof typeof places) => places[name]);
    await expect(ask(directory, hostile)).rejects.toMatchObject({ why: 'wrong' });
    expect(existsSync(out)).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(connections).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });
});
