import { spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { ask } from '../../src/ask/ask.js';
import { expectToEndWith } from '../support/processes.js';
import { stored } from '../support/stored.js';

const directory = stored({ '2026-11-26T15': [{ n: 1 }] });
const empty = stored({});

afterAll(() => {
  for (const path of [directory, empty]) rmSync(path, { recursive: true });
});

it('answers in a process of its own', async () => {
  expect((await ask(directory, 'SELECT n FROM records')).rows).toEqual([[1]]);
});

it('says that there are no records', async () => {
  await expect(ask(empty, 'SELECT 1')).rejects.toThrow('there are no records in');
});

it.each(['a[b]c', 'a*c', "it's?"])('reads a directory called %s, and none beside it', async (name) => {
  const beside = stored({ '2026-11-26T15': [{ n: 100 }] });
  mkdirSync(join(beside, 'abc'));
  cpSync(join(beside, '2026-11-26T15.ndjson'), join(beside, 'abc', '2026-11-26T15.ndjson'));
  cpSync(directory, join(beside, name), { recursive: true });
  expect((await ask(join(beside, name), 'SELECT n FROM records')).rows).toEqual([[1]]);
  rmSync(beside, { recursive: true });
});

it('says of a file whose name is a pattern to DuckDB what to do', async () => {
  const odd = stored({ '2026-11-26T15 [1]': [] });
  appendFileSync(join(odd, '2026-11-26T15 [1].ndjson'), '{"n":1}\n');
  await expect(ask(odd, 'SELECT 1')).rejects.toThrow(
    'DuckDB takes the name "2026-11-26T15 [1].ndjson" for a pattern',
  );
  rmSync(odd, { recursive: true });
});

const ENDLESS = 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range + b.range) % 7 = 3';

describe('a question that takes too much', () => {
  it('of time is ended, with its process', async () => {
    await expect(ask(directory, ENDLESS, { timeoutMillis: 300 })).rejects.toThrow('no answer within 0.3 s');
  });

  it('of memory is refused', async () => {
    const greedy = ask(directory, 'SELECT list(i) FROM range(10000000) t(i)', { maxMemoryBytes: 3e7 });
    await expect(greedy).rejects.toMatchObject({ why: 'limit' });
  });

  it('of text is cut between rows, and refused in one', async () => {
    const long = (rows: number): string => `SELECT repeat('x', 400) FROM range(${rows})`;
    const limits = { maxCharacters: 1000 };
    expect(await ask(directory, long(3), limits)).toMatchObject({ isCut: true, rows: [{}, {}] });
    const one = ask(directory, `SELECT repeat('x', 1001)`, limits);
    await expect(one).rejects.toMatchObject({
      why: 'limit',
      message: expect.stringContaining('a row has more'),
    });
  });

  it('is ended when whoever asks is gone', async () => {
    const controller = new AbortController();
    const asked = ask(directory, ENDLESS, { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toThrow('cancelled');
  });

  it('ends with the process of whoever asks, also when that is killed', async () => {
    const cli = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
    const asking = spawn(process.execPath, [cli, 'query', '--dir', directory, ENDLESS], { stdio: 'ignore' });
    await expectToEndWith(asking);
  }, 60_000);
});
