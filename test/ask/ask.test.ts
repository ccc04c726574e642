import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { ask } from '../../src/ask/ask.js';
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

const ENDLESS = 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE (a.range + b.range) % 7 = 3';

describe('a question that takes too much', () => {
  it('of time is ended, with its process', async () => {
    await expect(ask(directory, ENDLESS, { timeoutMillis: 300 })).rejects.toThrow('no answer within 0.3 s');
  });

  it('of memory is refused', async () => {
    const greedy = ask(directory, 'SELECT list(i) FROM range(10000000) t(i)', { maxMemoryBytes: 3e7 });
    await expect(greedy).rejects.toMatchObject({ why: 'limit' });
  });

  it('is ended when whoever asks is gone', async () => {
    const controller = new AbortController();
    const asked = ask(directory, ENDLESS, { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toThrow('cancelled');
  });
});
