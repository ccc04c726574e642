import { mkdir } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../src/runtime/clock.js';
import { openPage, startBrowser } from './support/browser.js';
import { PageServer } from './support/page-server.js';
import { minutes, vote } from './support/records.js';

/** `SCREENSHOT=docs/images npm run test:page` writes the pictures of the docs; another folder gets drafts. */
const FOLDER = process.env['SCREENSHOT'];

const NOW = Date.UTC(2026, 10, 26, 15, 30);
const CLOCK: Clock = Object.create(systemClock, { wallNow: { value: () => NOW } });

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test.each([
  { name: 'page', options: { colorScheme: 'light' as const } },
  { name: 'page-dark', options: { colorScheme: 'dark' as const } },
])('the picture of the page: $name', async ({ name, options }) => {
  await using server = await PageServer.start({ clock: CLOCK });
  server.store.add(...minutes(NOW), vote('upvote', 397, NOW - 400));
  const { page, faults } = await openPage(browser, server.url, { timezoneId: 'UTC', ...options });
  const chats = page.getByRole('option').filter({ has: page.locator('.kind', { hasText: 'chat' }) });
  await chats.nth(1).click();
  await page.getByText('All of this conversation').waitFor();
  // The plot has been drawn, with the time of the receiver.
  await page.locator('.rate b').filter({ hasNotText: '0.0' }).waitFor();
  if (FOLDER !== undefined) {
    await mkdir(FOLDER, { recursive: true });
    await page.screenshot({ path: `${FOLDER}/${name}.png` });
  }
  expect(faults).toEqual([]);
});
