import { readFileSync, rmSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askRoutes } from '../../src/ask/ask-routes.js';
import { stored } from '../support/stored.js';
import { openPage, startBrowser } from './support/browser.js';
import { PageServer } from './support/page-server.js';

const HOSTILE = '<img src=x onerror=alert(1)>\u202e';

const directory = stored({
  '2026-11-26T14': [
    { type: 'chat', model: 'koala', tokens: 7, start: 1, finish: 3 },
    { type: 'upvote', model: 'koala' },
    { type: 'downvote', model: HOSTILE },
  ],
  '2026-11-26T15': [{ type: 'chat', model: 'vicuna', tokens: 100, start: 1, finish: 2 }],
});
const bare = stored({ '2026-11-26T15': [{ a: '=1+1' }] });

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  for (const path of [directory, bare]) rmSync(path, { recursive: true });
});

async function open(records: string, hash: string, colorScheme: 'light' | 'dark' = 'light') {
  const server = await PageServer.start({}, askRoutes(records));
  const watched = await openPage(browser, `${server.url}#ask${hash}`, { colorScheme });
  return {
    ...watched,
    [Symbol.asyncDispose]: async () => {
      await watched.page.context().close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const rowsOf = async (page: Page): Promise<string[]> => {
  await page.locator('.answer table').waitFor();
  return page.locator('.answer tbody tr').allInnerTexts();
};

describe('the questions', () => {
  test.each([
    ['Records a minute', ['2026-11-26 15:00:00\t1', '2026-11-26 14:00:00\t3']],
    ['Tokens for each model', ['vicuna\t100', 'koala\t7']],
    ['Latency of each model, in seconds', ['koala\t2\t2\t2', 'vicuna\t1\t1\t1']],
  ])('%s has a chart and a table', async (title, rows) => {
    await using opened = await open(directory, '');
    const { page, faults } = opened;
    await page.getByRole('button', { name: title }).click();
    expect(await rowsOf(page)).toEqual(rows);
    await page.getByRole('img', { name: title }).locator('canvas').waitFor();
    expect(faults).toEqual([]);
  });

  test('votes of a model with a hostile name run nothing', async () => {
    await using opened = await open(directory, '?question=votes');
    const { page, faults } = opened;
    const rows = await rowsOf(page);
    expect(rows.join('\n')).toContain('<img src=x onerror=alert(1)>U+202E');
    expect(faults).toEqual([]);
  });

  test('say which of their fields no record has', async () => {
    await using opened = await open(bare, '');
    const { page } = opened;
    await page.getByText('no record has model, tokens').waitFor();
    expect(await page.getByRole('button', { name: 'Tokens for each model' }).isDisabled()).toBe(true);
  });
});

describe('SQL', () => {
  test('is asked by keyboard, and stands in the address', async () => {
    await using opened = await open(directory, '');
    const { page, faults } = opened;
    const box = page.getByRole('textbox');
    await box.fill('SELECT count(*) AS n FROM records');
    await box.press('Control+Enter');
    expect(await rowsOf(page)).toEqual(['4']);
    expect(new URL(page.url()).hash).toContain('sql=SELECT');
    await page.reload();
    expect(await rowsOf(page)).toEqual(['4']);
    expect(faults).toEqual([]);
  });

  test('that is wrong is answered in words', async () => {
    await using opened = await open(directory, `?sql=${encodeURIComponent('SELECT nope FROM records')}`);
    await opened.page.getByRole('alert').getByText('"nope" not found').waitFor();
  });

  test('that reads another file is refused', async () => {
    await using opened = await open(
      directory,
      `?sql=${encodeURIComponent("SELECT * FROM read_text('/etc/passwd')")}`,
    );
    await opened.page.getByRole('alert').getByText('file system operations are disabled').waitFor();
  });

  test.each([
    ['CSV', "a\r\n'=1+1\r\n"],
    ['NDJSON', '{"a":"=1+1"}\n'],
  ])('is downloaded as %s', async (form, text) => {
    await using opened = await open(bare, '?sql=SELECT+a+FROM+records');
    const { page } = opened;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: `Download ${form}` }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toBe(text);
  });
});

test.each(['light', 'dark'] as const)('the view is accessible: %s', async (colorScheme) => {
  await using opened = await open(directory, '?question=votes', colorScheme);
  const { page, faults } = opened;
  await rowsOf(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations).toEqual([]);
  expect(faults).toEqual([]);
});
