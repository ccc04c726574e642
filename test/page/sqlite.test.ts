import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QUESTIONS } from '../../src/ask/questions.js';
import { expectToEndWith } from '../support/processes.js';
import { stored } from '../support/stored.js';
import { installPacked, nodeOf } from './support/packed.js';

/** An empty folder, with the packed tarball in it, and no DuckDB. */
let folder: string;
let node: string;
let directory: string;

beforeAll(async () => {
  folder = await installPacked();
  node = await nodeOf('24', folder);
  directory = stored({
    '2020-11-26T14': [
      { type: 'chat', model: 'koala', tokens: 7, ok: true, state: { conv_id: 'c1' } },
      { type: 'upvote', model: 'koala', big: 12, received_at: 'mine' },
      '{"damaged": ',
    ],
    '2020-11-26T15': [{ type: 'chat', model: 'vicuna', tokens: 10, 'a"b': null }],
  });
  writeFileSync(
    join(directory, '2020-11-26T13.ndjson.gz'),
    gzipSync('{"type":"downvote","model":"vicuna","received_at":"2020-11-26T13:00:00.000Z"}\n'),
  );
}, 180_000);

afterAll(() => {
  for (const path of [folder, directory]) rmSync(path, { recursive: true, force: true });
});

const cli = (): string => join(folder, 'node_modules/otel-remote-logger/dist/cli.cjs');

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function query(sql: string, ...args: string[]): Promise<Said> {
  return new Promise((resolve) => {
    const all = [cli(), 'query', '--dir', directory, ...args, '--', sql];
    execFile(node, all, { cwd: folder }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}

const rowsOf = async (sql: string, ...args: string[]): Promise<unknown[]> =>
  (await query(sql, '--json', ...args)).out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

describe('without DuckDB, on Node 24', () => {
  test('simple SQL is answered, and it is said by whom', async () => {
    const { code, out, err } = await query(
      `SELECT model, sum(tokens) AS tokens, min(received_at) AS first FROM records GROUP BY model ORDER BY model`,
    );
    expect(out.split('\n').map((line) => line.trim().split(/ +/))).toEqual([
      ['model', 'tokens', 'first'],
      ['------', '------', '------------------------'],
      ['koala', '7', '2020-11-26T14:00:00.000Z'],
      ['vicuna', '10', '2020-11-26T13:00:00.000Z'],
      [''],
    ]);
    expect([code, err]).toEqual([
      0,
      "otel-remote-logger: DuckDB is not installed, so this is Node's SQLite over the newest 4 records: npm install @duckdb/node-api asks all of them\n",
    ]);
  });

  test.each(QUESTIONS.filter(({ sql }) => sql.sqlite !== undefined))(
    'a question of the page is answered: $title',
    async ({ id, sql }) => {
      const rows = {
        rate: [
          { minute: '2020-11-26T15:00', records: 1 },
          { minute: '2020-11-26T14:00', records: 2 },
          { minute: '2020-11-26T13:00', records: 1 },
        ],
        votes: [
          { day: '2020-11-26', model: 'koala', up: 1, down: 0, other: 0 },
          { day: '2020-11-26', model: 'vicuna', up: 0, down: 1, other: 0 },
        ],
        tokens: [
          { model: 'vicuna', tokens: 10 },
          { model: 'koala', tokens: 7 },
        ],
      };
      expect(await rowsOf(sql.sqlite ?? '')).toEqual(rows[id as keyof typeof rows]);
    },
  );

  test.each([
    ['of no rows', 'SELECT model AS m FROM records WHERE 0', []],
    [
      'of values of all kinds',
      `SELECT ok, "a""b" AS n, state->>'$.conv_id' AS c FROM records WHERE tokens = 7`,
      [{ ok: 1, n: null, c: 'c1' }],
    ],
    ['of a nested list', `SELECT value FROM json_each('[1,2]')`, [{ value: 1 }, { value: 2 }]],
    ['of large numbers', 'SELECT 9007199254740993 AS n', [{ n: '9007199254740993' }]],
    [
      'of numbers that follow from one another',
      'WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT max(i) AS most FROM n',
      [{ most: 3 }],
    ],
  ])('an answer %s is one', async (_what, sql, rows) => {
    expect(await rowsOf(sql)).toEqual(rows);
  });

  test.each([
    ['--since', '2020-11-26T14:00:00.001Z', 2],
    ['--since', '2020-11-26T14:30:00Z', 1],
    ['--until', '2020-11-26T14:00:00Z', 1],
    ...['60s', '5m', '1h', '1d', '1w'].map((span) => ['--since', span, 0] as const),
    ['--since', '5000w', 4],
  ] as const)('%s %s is by the time of arrival', async (option, time, count) => {
    const { out, code } = await query('SELECT count(*) AS n FROM records', '--json', option, time);
    // Where no file is of these hours, there is nothing to ask.
    expect([code, out]).toEqual(count === 0 ? [1, ''] : [0, `{"n":${count}}\n`]);
  });

  test.each([
    [`ATTACH '$OUT' AS other`, 'only SELECT'],
    [`VACUUM INTO '$OUT'`, 'only SELECT'],
    [`/* SELECT */ ATTACH '$OUT' AS other`, 'only SELECT'],
    ['PRAGMA query_only = OFF', 'only SELECT'],
    ['DELETE FROM records', 'only SELECT'],
    ['WITH x AS (SELECT 1) DELETE FROM records', 'not authorized'],
    ['WITH x AS (SELECT 1) INSERT INTO records SELECT * FROM records', 'not authorized'],
    [`SELECT load_extension('$OUT')`, 'not authorized'],
    [`SELECT * FROM pragma_database_list`, 'not authorized'],
    [`SELECT readfile('/etc/passwd')`, 'no such function'],
    [`SELECT writefile('$OUT', 'x')`, 'no such function'],
    ['SELECT * FROM nowhere', 'no such table'],
    ['SELECT nope FROM records', 'no such column'],
  ])('hostile or wrong SQL is refused: %s', async (sql, words) => {
    const out = join(folder, 'out');
    const { code, err } = await query(sql.replaceAll('$OUT', out));
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
    expect(existsSync(out)).toBe(false);
  });

  test('what stands behind a SELECT is not run', async () => {
    const out = join(folder, 'out');
    await query(`SELECT 1 AS one; ATTACH '${out}' AS other`);
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(directory)).toHaveLength(3);
  });

  const NUMBERS = 'WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n)';

  test('a question that takes too long is ended', async () => {
    const { code, err } = await query(`${NUMBERS} SELECT count(*) FROM n`, '--timeout', '1');
    expect([code, err]).toEqual([1, 'otel-remote-logger: no answer within 1 s\n']);
  });

  test('a question that needs too much memory is refused', async () => {
    const { code, err } = await query(`${NUMBERS} SELECT length(group_concat(hex(zeroblob(100000)))) FROM n`);
    expect([code, err]).toEqual([1, expect.stringContaining('it needs more memory than it may take')]);
  });

  test('a question without an end ends with the process of whoever asks, also when that is killed', async () => {
    const asking = spawn(node, [cli(), 'query', '--dir', directory, `${NUMBERS} SELECT count(*) FROM n`], {
      cwd: folder,
      stdio: 'ignore',
    });
    await expectToEndWith(asking);
  }, 60_000);
});
