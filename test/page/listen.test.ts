import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPage, startBrowser } from './support/browser.js';
import { installPacked, nodeOf } from './support/packed.js';

const run = promisify(execFile);

/** An application that logs chat turns and votes, by the package that it has installed. */
const APPLICATION = `
  const { getRemoteLogger } = require('otel-remote-logger');
  const logger = getRemoteLogger();
  for (const conv_id of ['c1', 'c2', 'c3']) {
    const state = { conv_id, model_name: 'vicuna-13b', messages: [['USER', 'Question of ' + conv_id], ['ASSISTANT', 'Answer to ' + conv_id]] };
    logger.log({ type: 'chat', model: 'vicuna-13b', tokens: 42, state });
    logger.log({ type: conv_id === 'c1' ? 'upvote' : 'downvote', model: 'vicuna-13b', state: { conv_id } });
  }
  logger.shutdown();
`;

let browser: Browser;
/** An empty folder, with the packed tarball in it. */
let folder: string;
beforeAll(async () => {
  folder = await installPacked();
  browser = await startBrowser('--host-resolver-rules=MAP rebound.example 127.0.0.1');
}, 180_000);
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

interface Listening extends AsyncDisposable {
  readonly url: string;
}

/** `npx otel-remote-logger listen`, as it is installed, by a Node. */
async function listen(node: string): Promise<Listening> {
  const bin = await mkdtemp(join(tmpdir(), 'otel-remote-logger-node-'));
  await symlink(node, join(bin, 'node'));
  const directory = join(bin, 'records');
  const child: ChildProcess = spawn(
    join(folder, 'node_modules/.bin/otel-remote-logger'),
    ['listen', '--port=0', `--dir=${directory}`],
    { cwd: folder, env: { PATH: `${bin}:/usr/bin:/bin` }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout?.setEncoding('utf8');
  while (!/Page +http\S+/.test(said)) {
    const [text] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
    said += text;
  }
  return {
    url: /Page +(http\S+)/.exec(said)?.[1] ?? '',
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      await rm(bin, { recursive: true, force: true });
    },
  };
}

describe.each([
  ['this Node', ''],
  ['Node 24', '24'],
])('the packed tarball in an empty folder, with %s', (_name, version) => {
  test('an application logs, and the page shows it: list, filter, conversation with its vote, pause, plot, download', async () => {
    const node = await nodeOf(version, folder);
    await using receiver = await listen(node);
    const { page, faults } = await openPage(browser, receiver.url);
    await page.getByText('Waiting for the first record').waitFor();
    const application = (): Promise<unknown> =>
      run(node, ['-e', APPLICATION], { cwd: folder, env: { REMOTE_LOGGER_URL: `${receiver.url}logs` } });
    await application();
    await page.getByText('6 records', { exact: true }).waitFor();
    const rows = page.getByRole('option');
    await rows.filter({ hasText: 'Question of c1' }).click();
    await page.getByRole('region', { name: 'Record' }).getByText('Answer to c1').waitFor();
    await page.getByRole('list', { name: 'Votes' }).getByText('▲ Upvote').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('searchbox', { name: 'Filter' }).fill('type=chat');
    await page.getByText('3 of 6 records').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'NDJSON' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject(Array(3).fill({ type: 'chat', tokens: 42 }));
    await page.getByRole('button', { name: 'Pause' }).click();
    await application();
    await page.getByRole('button', { name: 'Resume (3 new)' }).click();
    await page.getByText('6 of 12 records').waitFor();
    expect(await page.locator('.chart canvas').count()).toBe(1);
    await page.locator('.rate b').filter({ hasNotText: '0.0' }).waitFor();
    expect(faults).toEqual([]);
  }, 120_000);
});

describe('a page of another origin', () => {
  /** What a page can do there, by fetch, by a form's kind of POST, by EventSource and as a frame. */
  const TRY = `async (url) => {
    const text = (promise) => promise.then((answer) => answer.text()).then((got) => 'got ' + got, () => 'refused');
    const source = new EventSource(url + 'api/stream');
    const streamed = new Promise((resolve) => {
      source.onerror = () => resolve('refused');
      source.addEventListener('first', () => resolve('got records'));
    });
    return {
      read: await text(fetch(url + 'api/record?file=a.ndjson&offset=0')),
      wrote: await text(fetch(url + 'logs', { method: 'POST', mode: 'no-cors', body: '{"type":"forged"}' })),
      streamed: await streamed,
    };
  }`;

  test('can neither read nor write', async () => {
    await using receiver = await listen(process.execPath);
    const other = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>elsewhere');
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    const got = await page.evaluate(`(${TRY})(${JSON.stringify(receiver.url)})`);
    // What it could not read, it might have written: the receiver has nothing.
    expect(got).toEqual({ read: 'refused', wrote: 'refused', streamed: 'refused' });
    const own = await openPage(browser, receiver.url);
    await own.page.getByText('Waiting for the first record').waitFor();
    await context.close();
    other.close();
    other.closeAllConnections();
  });

  test('can neither read nor write by a name that it has bound to this machine', async () => {
    await using receiver = await listen(process.execPath);
    const context = await browser.newContext();
    const page = await context.newPage();
    const rebound = receiver.url.replace('127.0.0.1', 'rebound.example');
    const answer = await page.goto(rebound);
    expect(answer?.status()).toBe(421);
    const got = (await page.evaluate(`(${TRY})(${JSON.stringify(rebound)})`)) as Record<string, string>;
    expect(got['streamed']).toBe('refused');
    expect(got['read']).toContain('not known as');
    const own = await openPage(browser, receiver.url);
    await own.page.getByText('Waiting for the first record').waitFor();
    await context.close();
  });
});
