import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, startBrowser } from './support/browser.js';
import { PageServer } from './support/page-server.js';
import { CONV_ID, minutes, vote } from './support/records.js';

/** `SCREENSHOT=docs/images npm run test:page` writes the pictures of the docs; another folder gets drafts. */
const FOLDER = process.env['SCREENSHOT'];

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const LOOKS = [
  { name: 'page', options: { colorScheme: 'light' as const } },
  { name: 'page-dark', options: { colorScheme: 'dark' as const } },
  { name: 'page-phone', options: { viewport: { width: 390, height: 800 } } },
];

test.each(LOOKS)('the picture of the page: $name', async ({ name, options }) => {
  const end = Date.UTC(2026, 10, 26, 15, 30);
  await using server = await PageServer.start();
  server.store.add(...minutes(end), vote('upvote', 397, end - 400));
  const { page, faults } = await openPage(browser, server.url, { timezoneId: 'UTC', ...options });
  await page.getByRole('option').first().waitFor();
  if (name !== 'page-phone') {
    await page.getByRole('option').filter({ hasText: 'upvote' }).first().click();
    await page.getByText('All of this conversation').waitFor();
  }
  expect(CONV_ID(1)).toBe('c0ffee0001');
  if (FOLDER !== undefined) {
    await mkdir(FOLDER, { recursive: true });
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
  }
  expect(faults).toEqual([]);
});
void fileURLToPath;
