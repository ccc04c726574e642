import { readFile } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, startBrowser, type Watched } from './support/browser.js';
import { PageServer } from './support/page-server.js';
import { CONV_ID, chat, minutes, vote } from './support/records.js';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const AT = Date.UTC(2026, 10, 26, 15, 30);

interface Opened extends Watched, AsyncDisposable {
  readonly server: PageServer;
}

async function open(
  records: readonly (object | string)[],
  path = '',
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const server = await PageServer.start();
  server.store.add(...records);
  const watched = await openPage(browser, server.url + path, { timezoneId: 'UTC', ...options });
  return {
    ...watched,
    server,
    async [Symbol.asyncDispose]() {
      await watched.page.context().close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const rowsOf = (page: Page) => page.getByRole('option');
const row = (page: Page, text: string) => rowsOf(page).filter({ hasText: text });
const filterOf = (page: Page) => page.getByRole('searchbox', { name: 'Filter' });

test('records appear as they arrive, the newest on top', async () => {
  await using opened = await open([{ n: 'first' }]);
  const { page, server, faults } = opened;
  await row(page, 'n=first').waitFor();
  server.store.add({ n: 'second' }, { n: 'third' });
  await row(page, 'n=third').waitFor();
  expect(await rowsOf(page).allTextContents()).toEqual([
    expect.stringContaining('n=third'),
    expect.stringContaining('n=second'),
    expect.stringContaining('n=first'),
  ]);
  await page.getByText('3 records', { exact: true }).waitFor();
  expect(faults).toEqual([]);
});

test('without records, it says how to send the first, and shows that one when it arrives', async () => {
  await using opened = await open([], '', { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page, server } = opened;
  await page.getByText('Waiting for the first record').waitFor();
  const curl = page.locator('.sender').filter({ hasText: 'curl' });
  await curl.getByRole('button', { name: 'Copy' }).click();
  await curl.getByText('Copied').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`curl ${server.url}logs `);
  server.store.add({ n: 'first' });
  await row(page, 'n=first').waitFor();
});

test('a pause keeps the list as it is, counts what arrives, and ends with all of it', async () => {
  await using opened = await open([{ n: 'first' }]);
  const { page, server } = opened;
  await row(page, 'n=first').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  server.store.add({ n: 'second' }, { n: 'third' });
  await page.getByRole('button', { name: 'Resume (2 new)' }).waitFor();
  expect(await rowsOf(page).count()).toBe(1);
  await page.keyboard.press('p');
  await row(page, 'n=third').waitFor();
  expect(await rowsOf(page).count()).toBe(3);
});

test('a list that is scrolled away stands still, and says how many are new', async () => {
  await using opened = await open(Array.from({ length: 300 }, (_, n) => ({ n: `old ${n}` })));
  const { page, server } = opened;
  await row(page, 'n=old 299').waitFor();
  expect(await rowsOf(page).count()).toBeLessThan(80);
  await page.locator('.rows').evaluate((list) => list.scrollTo(0, 2600));
  await row(page, 'n=old 199').waitFor();
  const before = await row(page, 'n=old 199').boundingBox();
  server.store.add({ n: 'new' });
  const newer = page.getByRole('button', { name: '1 new' });
  await newer.waitFor();
  expect(await row(page, 'n=old 199').boundingBox()).toEqual(before);
  await newer.click();
  await row(page, 'n=new').waitFor();
});

describe('a filter', () => {
  test('is in the address, and the back button takes it back', async () => {
    await using opened = await open(minutes(AT, 100));
    const { page } = opened;
    await rowsOf(page).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('type=request status>500');
    await page.getByText(/^\d+ of 100 records$/).waitFor();
    expect(new URL(page.url()).searchParams.get('filter')).toBe('type=request status>500');
    expect(await row(page, 'status=200').count()).toBe(0);
    await page.reload();
    await page.getByText(/^\d+ of 100 records$/).waitFor();
    expect(await filterOf(page).inputValue()).toBe('type=request status>500');
    await page.goBack();
    await page.getByText(/^100 records$/).waitFor();
    expect(await filterOf(page).inputValue()).toBe('');
    expect(new URL(page.url()).search).toBe('');
  });

  test('that is wrong says so, and leaves what is shown', async () => {
    await using opened = await open([{ tokens: 1 }]);
    const { page } = opened;
    await filterOf(page).fill('tokens>many');
    await page.getByText('tokens> needs a number behind it, and "many" is none.').waitFor();
    expect(await rowsOf(page).count()).toBe(1);
  });

  test('is made by a click: on a facet, on a kind, on a value of a record', async () => {
    await using opened = await open(minutes(AT, 100));
    const { page } = opened;
    const facet = page.getByRole('button', { name: /^downvote/ });
    const count = Number((await facet.locator('.facet-count').textContent()) ?? '');
    await facet.click();
    await page.getByText(`${count} of 100 records`).waitFor();
    expect(await filterOf(page).inputValue()).toBe('type=downvote');
    await page.getByRole('button', { name: /^downvote/ }).click();
    await page.getByText(/^100 records$/).waitFor();
    await row(page, 'request').first().locator('.kind').click();
    expect(await filterOf(page).inputValue()).toBe('type=request');
    await row(page, 'request').first().click();
    await page.locator('.detail').getByRole('button', { name: 'POST', exact: true }).click();
    expect(await filterOf(page).inputValue()).toBe('type=request method=POST');
  });
});

test('one record in full: nested JSON text unfolds, long texts come whole, and it can be copied', async () => {
  const deep = JSON.stringify({ inner: JSON.stringify({ answer: 42 }) });
  const long = `${'x'.repeat(3000)}the end`;
  await using opened = await open([{ type: 'deep', deep, long, big: 1 }], '', {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { page } = opened;
  await row(page, 'deep').click();
  const detail = page.getByRole('region', { name: 'Record' });
  await detail.getByRole('button', { name: '42' }).waitFor();
  await detail.getByRole('button', { name: 'inner' }).click();
  expect(await detail.getByRole('button', { name: '42' }).count()).toBe(0);
  await detail.getByRole('button', { name: /^Show more/ }).click();
  await detail.getByText('the end').waitFor();
  await detail.getByRole('button', { name: 'Copy JSON' }).click();
  await detail.getByText('Copied').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(JSON.parse(copied)).toEqual({ type: 'deep', deep, long, big: 1 });
});

test('a chat turn is a conversation, with the votes on it as they come', async () => {
  await using opened = await open([chat(1, AT), vote('upvote', 1, AT + 1), vote('downvote', 2, AT + 2)]);
  const { page, server } = opened;
  await row(page, 'chat').click();
  const detail = page.getByRole('region', { name: 'Record' });
  await detail.getByText('What is the capital of France?').waitFor();
  const votes = detail.getByRole('list', { name: 'Votes' });
  await votes.getByText('▲ Upvote').waitFor();
  expect(await votes.getByText('▼ Downvote').count()).toBe(0);
  server.store.add(vote('flag', 1, AT + 3));
  await votes.getByText('⚑ Flag').waitFor();
  await votes.getByRole('button', { name: 'All of this conversation' }).click();
  await page.getByText('3 of 4 records').waitFor();
  expect(await filterOf(page).inputValue()).toBe(`conv_id=${CONV_ID(1)}`);
  await detail.getByRole('button', { name: 'Fields' }).click();
  await detail.getByRole('button', { name: 'gen_params' }).waitFor();
});

test('two answers stand side by side, with the vote that chose one', async () => {
  const states = ['l1', 'r1'].map((conv_id) => ({
    conv_id,
    model_name: `model ${conv_id}`,
    messages: [
      ['USER', 'Which?'],
      ['ASSISTANT', `I am ${conv_id}`],
    ],
  }));
  await using opened = await open([{ type: 'leftvote', states: JSON.stringify(states) }]);
  const { page } = opened;
  await row(page, 'leftvote').click();
  await page.getByRole('region', { name: 'model l1' }).getByText('I am l1').waitFor();
  await page.getByRole('region', { name: 'model r1' }).getByText('I am r1').waitFor();
  await page.getByText('The left one is better').waitFor();
});

describe('a download', () => {
  test.each([
    ['NDJSON', 'records.ndjson', `{"type":"a","say":"=1","long":"${'x'.repeat(5000)}"}\n`],
    ['CSV', 'records.csv', `type,say,long\r\na,"'=1",${'x'.repeat(5000)}\r\n`],
  ])('has what is shown, in full: %s', async (format, name, text) => {
    await using opened = await open([{ type: 'a', say: '=1', long: 'x'.repeat(5000) }, { type: 'b' }]);
    const { page } = opened;
    await filterOf(page).fill('type=a');
    await page.getByText('1 of 2 records').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: format }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(name);
    expect(await readFile(await download.path(), 'utf8')).toBe(text);
  });
});

test('keys: down, up, open, close, help', async () => {
  await using opened = await open([{ n: 'first' }, { n: 'second' }, { n: 'third' }]);
  const { page } = opened;
  await row(page, 'n=third').waitFor();
  const selected = () => page.locator('[aria-selected="true"]').textContent();
  await page.keyboard.press('j');
  expect(await selected()).toContain('third');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  expect(await selected()).toContain('first');
  await page.keyboard.press('k');
  expect(await selected()).toContain('second');
  await page.keyboard.press('Enter');
  const detail = page.getByRole('region', { name: 'Record' });
  await detail.getByText('second').waitFor();
  await page.keyboard.press('Escape');
  await detail.waitFor({ state: 'detached' });
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Help' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Help' }).waitFor({ state: 'detached' });
});

test('a connection that is lost is told, and what came meanwhile is there once when it is back', async () => {
  await using opened = await open([{ n: 'first' }]);
  const { page, server } = opened;
  await row(page, 'n=first').waitFor();
  server.isDown = true;
  server.disconnect();
  await page.getByRole('alert').getByText('The connection to the receiver is lost').waitFor();
  await page.getByText('connection lost').waitFor();
  server.store.add({ n: 'second' });
  server.isDown = false;
  await row(page, 'n=second').waitFor();
  expect(await rowsOf(page).count()).toBe(2);
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('records that could not be sent to the page are told', async () => {
  await using opened = await open([{ n: 'first' }]);
  const { page, server } = opened;
  await row(page, 'n=first').waitFor();
  server.store.add(...Array.from({ length: 2500 }, (_, n) => ({ n })));
  await page.getByText('500 records came too fast for this page').waitFor();
});

describe('accessible', () => {
  const LOOKS: readonly [string, BrowserContextOptions][] = [
    ['in light', { colorScheme: 'light' }],
    ['in dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 390, height: 800 } }],
  ];
  const VIEWS: readonly [string, (page: Page) => Promise<unknown>][] = [
    ['the list', async (page) => filterOf(page).fill('type=chat')],
    ['a conversation', (page) => row(page, 'chat').first().click()],
    ['fields', (page) => row(page, 'request').first().click()],
  ];
  test.each(LOOKS)(
    '%s: the list, a record, a conversation, the help, the empty page',
    async (_name, options) => {
      await using opened = await open(
        [...minutes(AT, 12), chat(60, AT), vote('upvote', 60, AT)],
        '',
        options,
      );
      const { page, server, faults } = opened;
      const check = async (what: string): Promise<void> => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [what, id, nodes.map(({ html }) => html)])).toEqual([]);
        const [scrollWidth = 0, clientWidth = 0] = await page.evaluate(() => {
          const { documentElement } = document;
          return [documentElement.scrollWidth, documentElement.clientWidth];
        });
        expect(scrollWidth, what).toBeLessThanOrEqual(clientWidth);
      };
      for (const [what, show] of VIEWS) {
        await page.goto(server.url);
        await rowsOf(page).first().waitFor();
        await show(page);
        await check(what);
      }
      await page.goto(server.url);
      await page.getByRole('button', { name: 'Help' }).click();
      await check('the help');
      await using empty = await PageServer.start();
      await page.goto(empty.url);
      await page.getByText('Waiting for the first record').waitFor();
      await check('the empty page');
      expect(faults).toEqual([]);
    },
    180_000,
  );
});
