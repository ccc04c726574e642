import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getRemoteLogger } from 'otel-remote-logger';

for (const id of [1, 2, 3]) {
  test('logs and passes, and nobody flushes', () => {
    getRemoteLogger().log({ id, from: 'never flushes' });
    assert.equal(getRemoteLogger().enabled, process.env['REMOTE_LOGGER_URL'] !== undefined);
  });
}
