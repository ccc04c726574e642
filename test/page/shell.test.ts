import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, startBrowser } from './support/browser.js';
import { PageServer } from './support/page-server.js';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

test.each(['light', 'dark'] as const)(
  'the page is accessible and breaks no policy: %s',
  async (colorScheme) => {
    await using server = await PageServer.start();
    const { page, faults } = await openPage(browser, server.url, { colorScheme });
    await page.getByRole('link', { name: 'Live' }).waitFor();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations).toEqual([]);
    expect(faults).toEqual([]);
  },
);
