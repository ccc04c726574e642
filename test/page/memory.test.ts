import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeClock } from '../support/fake-clock.js';
import { openPage, startBrowser } from './support/browser.js';
import { PageServer } from './support/page-server.js';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const BATCH = 2000;
const MIB = 1024 * 1024;

/** What the page holds after a collection of garbage. */
async function measure(page: Page): Promise<{ readonly heapMib: number; readonly nodes: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { heapMib: usedSize / MIB, nodes };
}

// Of those that arrive in eight hours, at 100 a second, it holds as much as of these: what it keeps is bounded by count and size.
test('a page that gets 300,000 records holds the last ones, and no more memory than after 30,000', async () => {
  const clock = new FakeClock();
  await using server = await PageServer.start({ clock });
  const { page, faults } = await openPage(browser, server.url);
  await page.getByText('Waiting for the first record').waitFor();
  let count = 0;
  const send = async (total: number): Promise<void> => {
    while (count < total) {
      const at = Date.UTC(2026, 10, 26, 15) + count * 10;
      server.store.add(
        ...Array.from({ length: BATCH - 1 }, () => ({
          type: 'turn',
          model: `model ${count % 3}`,
          n: count++,
          at,
        })),
        {
          type: 'mark',
          n: `batch ${++count / BATCH}`,
        },
      );
      // None of them is kept by the store itself.
      server.store.keep(0);
      await clock.advance(250);
      await page
        .getByRole('option')
        .filter({ hasText: `batch ${count / BATCH}` })
        .waitFor();
    }
  };
  await send(30_000);
  const early = await measure(page);
  await send(300_000);
  const late = await measure(page);
  console.log(`page: ${JSON.stringify({ early, late })}`);
  expect(await page.locator('.counts').textContent()).toBe('10,000 records');
  expect(late.heapMib).toBeLessThan(early.heapMib * 1.15 + 2);
  expect(late.heapMib).toBeLessThan(80);
  expect(late.nodes).toBeLessThan(early.nodes * 1.3 + 1000);
  expect(faults).toEqual([]);
}, 240_000);
