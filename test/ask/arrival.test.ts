import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as duckdb from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { askDuckDB } from '../../src/ask/duckdb.js';
import { recordFiles } from '../../src/ask/files.js';
import { newestRecords } from '../../src/ask/newest-records.js';
import type { Question } from '../../src/ask/question.js';
import { stored } from '../support/stored.js';

const OURS = '2026-11-26T15:30:00.000Z';
const BEFORE = '2026-11-26T14:00:00.000Z';

/** Lines of a file, all of which arrived at `OURS`. */
const ROWS: readonly (readonly [name: string, lines: readonly object[]])[] = [
  ['has none of its own', [{ received_at: OURS }]],
  ['has a text as received_at', [{ received_at: 'yesterday', 'otel.received_at': OURS }]],
  ['has a number as received_at', [{ received_at: 5, 'otel.received_at': OURS }]],
  ['comes from another receiver', [{ received_at: BEFORE, 'otel.received_at': OURS }]],
  ['has a text as otel.received_at', [{ 'otel.received_at': 'yesterday', received_at: OURS }]],
  ['has a number as otel.received_at', [{ 'otel.received_at': 5, received_at: OURS }]],
  ['has an object as otel.received_at', [{ 'otel.received_at': { a: 1 }, received_at: OURS }]],
  ['has a time as otel.received_at', [{ 'otel.received_at': BEFORE, received_at: OURS }]],
  [
    'is one of several kinds',
    [
      { received_at: OURS },
      { received_at: 'yesterday', 'otel.received_at': OURS },
      { 'otel.received_at': BEFORE, received_at: OURS },
      { 'otel.received_at': null, received_at: OURS },
    ],
  ],
];

function questionOf(lines: readonly object[]): Question & { [Symbol.dispose](): void } {
  const directory = stored({ '2026-11-26T15': lines.map((line) => JSON.stringify(line)) });
  return {
    sql: "SELECT strftime(received_at, '%Y-%m-%dT%H:%M:%S.%gZ') FROM records",
    directory,
    files: recordFiles(directory).map(({ path, bytes }) => ({ path: join(directory, path), bytes })),
    maxRows: 100,
    maxCharacters: 1e6,
    maxMemoryBytes: 1e9,
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}

describe.each(ROWS)('the time at which a record arrived that %s', (_name, lines) => {
  it('is known by DuckDB', async () => {
    using question = questionOf(lines);
    const { rows } = await askDuckDB(duckdb, question);
    expect(rows).toEqual(lines.map(() => [OURS]));
  });

  it('is known among the newest records', async () => {
    using question = questionOf(lines);
    const found = await newestRecords(question);
    expect(found.map(({ arrival }) => arrival)).toEqual(lines.map(() => OURS));
  });
});
