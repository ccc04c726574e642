import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../../src/command/command.js';
import { tableOf } from '../../../src/command/query/table.js';
import { timeOf } from '../../../src/command/query/time-of.js';
import { stored } from '../../support/stored.js';
import { Text } from '../../support/text.js';

let directory: string;

beforeEach(() => {
  directory = stored({
    '2026-11-26T14': [
      { model: 'koala', tokens: 7 },
      { model: 'vicuna', tokens: 10 },
    ],
    '2026-11-26T15': [{ model: 'koala', tokens: 100 }],
  });
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

async function query(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new Text(), new Text()];
  const code = await runCommand(['query', ...args], { stdout, stderr });
  return { code, out: stdout.text, err: stderr.text };
}

const SUMS = 'SELECT model, sum(tokens) AS tokens FROM records GROUP BY model ORDER BY model';

describe('query', () => {
  it('prints a table, with numbers at the right', async () => {
    expect(await query(SUMS, '--dir', directory)).toEqual({
      code: 0,
      out: 'model   tokens\n------  ------\nkoala      107\nvicuna      10\n',
      err: '',
    });
  });

  it('prints JSON and CSV', async () => {
    expect((await query(SUMS, '--dir', directory, '--json')).out).toBe(
      '{"model":"koala","tokens":107}\n{"model":"vicuna","tokens":10}\n',
    );
    expect((await query(SUMS, '--dir', directory, '--csv')).out).toBe(
      'model,tokens\r\nkoala,107\r\nvicuna,10\r\n',
    );
  });

  it('takes a span', async () => {
    const { out } = await query(SUMS, '--dir', directory, '--json', '--since', '2026-11-26T15:00:00Z');
    expect(out).toBe('{"model":"koala","tokens":100}\n');
  });

  it('says that there are more rows', async () => {
    const { out, err } = await query(
      'SELECT model FROM records',
      '--dir',
      directory,
      '--rows',
      '1',
      '--json',
    );
    expect(out.split('\n')).toHaveLength(2);
    expect(err).toContain('there are more rows than these 1');
  });

  it.each<[string[], string]>([
    [[], 'query needs a SELECT'],
    [['SELECT', '1'], 'query takes one SELECT, in quotes, got 2 words'],
    [['SELECT 1', '--dir', '/nowhere'], 'there is no directory /nowhere'],
    [['SELECT 1', '--json', '--csv'], 'do not go together'],
    [['SELECT 1', '--dir', '.', '--since', 'yesterday'], '--since must be a time such as'],
    [['SELECT 1', '--dir', '.', '--rows', '0'], '--rows must be a whole number from 1'],
  ])('refuses %j', async (args, words) => {
    const { code, err } = await query(...args);
    expect(err).toContain(words);
    expect(code).toBe(2);
  });

  it('prints no control characters of a record, in no message', async () => {
    rmSync(directory, { recursive: true });
    directory = stored({ '2026-11-26T14': [{ model: '\u001b]0;title\u0007red' }] });
    const { code, err } = await query('SELECT CAST(model AS DOUBLE) FROM records', '--dir', directory);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('title') });
    expect(err).not.toMatch(/[^\P{C}\n]/u);
  });

  it('ends with 2 where the SQL is wrong', async () => {
    const { code, err } = await query('SELECT nope FROM records', '--dir', directory);
    expect(err).toContain('"nope" not found');
    expect(code).toBe(2);
  });
});

const text = (name: string) => ({ name, type: 'VARCHAR', kind: 'text' }) as const;

describe('a table', () => {
  it('is cut to the width of the terminal, the widest column first', () => {
    const table = tableOf({ columns: [text('id'), text('said')], rows: [['a', 'x'.repeat(100)]] }, 20);
    expect(table).toBe(`id  said\n--  ${'-'.repeat(16)}\na   ${'x'.repeat(15)}…\n`);
  });

  it('has a line for each row, whatever the texts have in them', () => {
    const table = tableOf({ columns: [text('a')], rows: [['1\n2\u001b[31m\u202e3']] }, 80);
    expect(table.split('\n')).toEqual(['a', '--------------------', '1 2\\u001b[31m\\u202e3', '']);
  });

  it('is aligned where characters take two columns', () => {
    const table = tableOf(
      {
        columns: [text('a'), text('b')],
        rows: [
          ['名前', 'x'],
          ['abcd', 'y'],
        ],
      },
      80,
    );
    expect(table.split('\n').slice(2, 4)).toEqual(['名前  x', 'abcd  y']);
  });
});

it.each<[string, number | undefined]>([
  ['1d', 1_000_000_000 - 86_400_000],
  ['15m', 1_000_000_000 - 900_000],
  ['90s', 1_000_000_000 - 90_000],
  ['1w', 1_000_000_000 - 604_800_000],
  ['2026-11-26', Date.UTC(2026, 10, 26)],
  ['2026-11-26T15:00:00', Date.UTC(2026, 10, 26, 15)],
  ['2026-11-26T15:00:00+01:00', Date.UTC(2026, 10, 26, 14)],
  ['yesterday', undefined],
  ['5', undefined],
])('reads the time %s', (words, time) => {
  expect(timeOf(words, 1_000_000_000)).toBe(time);
});
