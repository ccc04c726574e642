import { getRemoteLogger } from 'otel-remote-logger';
import { expect, test } from 'vitest';

test.each([1, 2, 3])('logs and passes, and nobody flushes', (id) => {
  getRemoteLogger().log({ id, from: 'never flushes' });
  expect(getRemoteLogger().enabled).toBe(process.env.REMOTE_LOGGER_URL !== undefined);
});
