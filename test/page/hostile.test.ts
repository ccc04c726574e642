import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage, startBrowser } from './support/browser.js';
import { PageServer } from './support/page-server.js';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

const RUNS = 'window.hasRun=true';
const MARKUP = [
  `<script>${RUNS}</script>`,
  `<img src=x onerror="${RUNS}">`,
  `"><svg onload=${RUNS}>`,
  `<iframe srcdoc="<script>parent.hasRun=true</script>"></iframe>`,
  `<a href="javascript:${RUNS}">x</a>`,
  `</script><script>${RUNS}</script>`,
  `<style>*{display:none}</style>`,
  `{{constructor.constructor('${RUNS}')()}}`,
];
const nest = (depth: number): string => {
  let text = '"the bottom"';
  for (let level = 0; level < depth; level++) text = JSON.stringify({ [`level ${level}`]: JSON.parse(text) });
  return text;
};
const inText = (levels: number): string => {
  let value: unknown = { bottom: 'the bottom' };
  for (let level = 0; level < levels; level++) value = { nested: JSON.stringify(value) };
  return JSON.stringify(value);
};

const HOSTILE: readonly [name: string, record: object | string][] = [
  [
    'markup in values',
    { type: 'hostile', ...Object.fromEntries(MARKUP.map((text, at) => [`m${at}`, text])) },
  ],
  ['markup in names', { type: 'hostile', ...Object.fromEntries(MARKUP.map((text) => [text, text])) }],
  ['markup as a type', { type: `<img src=x onerror="${RUNS}">hostile`, model: MARKUP[0] }],
  [
    'markup in a conversation',
    {
      type: 'hostile',
      state: { conv_id: 'x', model_name: MARKUP[1], messages: MARKUP.map((text) => [text, text]) },
    },
  ],
  ['a text of 10 MB', { type: 'hostile', text: '<b>x</b>\u202e'.repeat(1_100_000) }],
  ['a name of 1 MB', { type: 'hostile', ['k'.repeat(1_000_000)]: 1 }],
  [
    'controls and directions',
    { type: 'hostile', text: '\u0000\u001b[31m\u202eevil\u2066\u200b\ufeff\u2028\ud800', '\u202ename': 1 },
  ],
  [
    '10,000 fields',
    { type: 'hostile', ...Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, `v${n}`])) },
  ],
  [
    'names of Object.prototype',
    `{"type":"hostile","__proto__":{"polluted":true},"constructor":"c","toString":1,"hasOwnProperty":"h","valueOf":null}`,
  ],
  ['deep objects', `{"type":"hostile","deep":${nest(1000)}}`],
  ['brackets without an end', `{"type":"hostile","deep":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
  ['JSON text in JSON text', { type: 'hostile', text: inText(12) }],
  [
    'conversations that are none',
    { type: 'hostile', state: '{"messages":[[],null,7,{"role":{},"content":[]}]}', messages: '[[[' },
  ],
  ['an empty record', {}],
  ['an empty name', { type: 'hostile', '': '' }],
];

/** Beside the kind, which is a filter. */
const AT_TIME = { position: { x: 20, y: 10 } };

async function open(page: Page, text: string): Promise<void> {
  await page.getByRole('option').filter({ hasText: text }).first().click(AT_TIME);
  await page.getByRole('region', { name: 'Record' }).waitFor();
}

test('no record runs anything, breaks the page, or hides another', async () => {
  await using server = await PageServer.start();
  const { page, faults } = await openPage(browser, server.url);
  for (const [name, record] of HOSTILE) {
    server.store.add(record, { type: 'after', name });
    await page
      .getByRole('option')
      .filter({ hasText: `name=${name}` })
      .waitFor();
  }
  expect(await page.getByRole('option').count()).toBe(2 * HOSTILE.length);
  const all = page.getByRole('option');
  for (let at = 0; at < HOSTILE.length; at++) {
    const [name] = HOSTILE[HOSTILE.length - 1 - at] ?? [''];
    await all.nth(2 * at + 1).click(AT_TIME);
    const detail = page.getByRole('region', { name: 'Record' });
    await detail.getByRole('button', { name: 'Copy JSON' }).waitFor();
    const fields = detail.getByRole('button', { name: 'Fields' });
    if ((await fields.count()) > 0) await fields.click();
    const { nodes, isPolluted, hasRun } = await page.evaluate(() => ({
      nodes: document.querySelectorAll('*').length,
      isPolluted: 'polluted' in {},
      hasRun: 'hasRun' in window,
    }));
    expect({ name, isPolluted, hasRun }).toEqual({ name, isPolluted: false, hasRun: false });
    expect(nodes, name).toBeLessThan(15_000);
    await open(page, `name=${name}`);
    await page.getByRole('region', { name: 'Record' }).getByRole('button', { name, exact: true }).waitFor();
  }
  expect(faults).toEqual([]);
}, 240_000);

test('what nobody would see is shown by its name, and each value is isolated from what stands beside it', async () => {
  await using server = await PageServer.start();
  server.store.add({ type: 'hostile', text: 'a\u202egnp.exe\u0000', next: 'plain' });
  const { page } = await openPage(browser, server.url);
  await open(page, 'hostile');
  const detail = page.getByRole('region', { name: 'Record' });
  expect(await detail.locator('.unseen').allTextContents()).toEqual(['U+202E', 'U+0000']);
  expect(await page.getByRole('option').first().textContent()).toContain('a[U+202E]gnp.exe[U+0000]');
  const isolations = await page
    .locator('.row bdi')
    .evaluateAll((elements) => elements.map((element) => getComputedStyle(element).unicodeBidi));
  expect(isolations.length).toBeGreaterThan(3);
  expect(new Set(isolations)).toEqual(new Set(['isolate']));
});

test('a filter in the address runs nothing either', async () => {
  await using server = await PageServer.start();
  server.store.add({ type: 'x' });
  const query = encodeURIComponent(`"<img src=x onerror=${RUNS}>"=<script>${RUNS}</script>`);
  const { page, faults } = await openPage(browser, `${server.url}?filter=${query}#<img onerror=${RUNS}>`);
  await page.getByText('0 of 1 records').waitFor();
  expect(await page.evaluate(() => 'hasRun' in window)).toBe(false);
  expect(faults).toEqual([]);
});
