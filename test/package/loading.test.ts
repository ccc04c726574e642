import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Receiver } from '../support/receiver.js';

interface Left {
  readonly listeners: Record<string, number>;
  readonly resources: string[];
}

interface Probed {
  readonly enabled: boolean;
  readonly stats: { readonly accepted: number; readonly delivered: number };
  readonly loaded: string[];
  readonly before: Left;
  readonly after: Left;
}

const PROBE = fileURLToPath(new URL('./probe.mjs', import.meta.url));

async function probe(form: string, variables: Record<string, string>): Promise<Probed> {
  const env = { PATH: process.env['PATH'], ...variables };
  const { stdout } = await promisify(execFile)(process.execPath, [PROBE, form], { env, timeout: 30_000 });
  return JSON.parse(stdout);
}

test('once it has loaded, no file is read any more: a module system can end before the process, as that of a Jest suite', async () => {
  await using receiver = await Receiver.start();
  const path = fileURLToPath(new URL('./late.mjs', import.meta.url));
  const options = { env: { NODE_NO_WARNINGS: '1' }, timeout: 30_000 };
  const { stdout } = await promisify(execFile)(process.execPath, [path, receiver.url], options);
  expect(JSON.parse(stdout)).toEqual({ delivered: 1, late: [] });
});

describe.each(['import', 'require'])('a process that has it by %s', (form) => {
  test.each([
    ['without a URL', {}],
    // Its warning would open stderr.
    ['with an unusable URL', { REMOTE_LOGGER_URL: 'ftp://127.0.0.1/', NODE_NO_WARNINGS: '1' }],
  ])('%s loads no SDK and no HTTP client, and starts nothing', async (_name, variables) => {
    const { enabled, loaded, before, after } = await probe(form, variables);
    expect(enabled).toBe(false);
    expect(loaded).toEqual([]);
    expect(after).toEqual(before);
  });

  test('with a URL and a record, loads and starts them, as the same probe sees', async () => {
    await using receiver = await Receiver.start();
    const { enabled, stats, loaded, before, after } = await probe(form, { REMOTE_LOGGER_URL: receiver.url });
    expect({ enabled, ...stats }).toMatchObject({ enabled: true, accepted: 1, delivered: 1 });
    expect(loaded).toEqual([
      '@opentelemetry/api',
      '@opentelemetry/core',
      '@opentelemetry/sdk-logs',
      'undici',
    ]);
    expect(after.listeners).not.toEqual(before.listeners);
    expect(after.resources).not.toEqual(before.resources);
  });

  test('with a thread and a record, loads neither SDK nor HTTP client: they are in the thread', async () => {
    await using receiver = await Receiver.start();
    const variables = { REMOTE_LOGGER_URL: receiver.url, REMOTE_LOGGER_THREAD: 'true' };
    const { stats, loaded } = await probe(form, variables);
    expect(stats).toMatchObject({ accepted: 1, delivered: 1 });
    expect(loaded).toEqual([]);
  });
});
