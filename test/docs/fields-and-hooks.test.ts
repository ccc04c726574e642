import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, it, vi } from 'vitest';
import { blocksOf, textOf } from '../support/page.js';
import { Receiver } from '../support/receiver.js';

it('the page on fields shows an example that sends what it says', async () => {
  await using receiver = await Receiver.start();
  vi.stubEnv('REMOTE_LOGGER_URL', receiver.url);
  const [example = ''] = blocksOf(textOf('docs/fields-and-hooks.md'), 'js');
  const { createRemoteLogger, getRemoteLogger, setRemoteLogger } = await import('../../src/index.js');
  const given = { AsyncLocalStorage, createRemoteLogger, setRemoteLogger };
  new Function(...Object.keys(given), example.replaceAll(/^import .*$/gm, ''))(...Object.values(given));
  await getRemoteLogger().shutdown();
  setRemoteLogger(undefined);
  expect(receiver.records).toEqual([JSON.parse(/^\/\/ ({.*})$/m.exec(example)?.[1] ?? '')]);
  vi.unstubAllEnvs();
});
