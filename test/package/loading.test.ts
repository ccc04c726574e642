import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
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

async function probe(variables: Record<string, string>): Promise<Probed> {
  const env = { PATH: process.env['PATH'], ...variables };
  const { stdout } = await promisify(execFile)(process.execPath, [PROBE], { env, timeout: 30_000 });
  return JSON.parse(stdout);
}

test.each([
  ['without a URL', {}],
  // Its warning would open stderr.
  ['with an unusable URL', { REMOTE_LOGGER_URL: 'ftp://127.0.0.1/', NODE_NO_WARNINGS: '1' }],
])('%s, no SDK and no HTTP client is loaded, and nothing starts', async (_name, variables) => {
  const { enabled, loaded, before, after } = await probe(variables);
  expect(enabled).toBe(false);
  expect(loaded).toEqual([]);
  expect(after).toEqual(before);
});

test('with a URL and a record, the same probe sees them load and start', async () => {
  await using receiver = await Receiver.start();
  const { enabled, stats, loaded, before, after } = await probe({ REMOTE_LOGGER_URL: receiver.url });
  expect({ enabled, ...stats }).toMatchObject({ enabled: true, accepted: 1, delivered: 1 });
  expect(loaded).toEqual(['@opentelemetry/api', '@opentelemetry/core', '@opentelemetry/sdk-logs', 'undici']);
  expect(after.listeners).not.toEqual(before.listeners);
  expect(after.resources).not.toEqual(before.resources);
});
