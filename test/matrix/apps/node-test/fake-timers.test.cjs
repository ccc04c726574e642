const assert = require('node:assert/strict');
const { test } = require('node:test');
const { createRemoteLogger } = require('otel-remote-logger');

test('what is logged under fake timers arrives, and what is logged afterwards', async ({ mock }) => {
  const logger = createRemoteLogger();
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] });
  logger.log({ from: 'fake timers' });
  mock.timers.tick(10_000);
  mock.timers.reset();
  logger.log({ from: 'real timers' });
  const { delivered, pending } = await logger.shutdown({ timeoutMillis: 10_000 });
  assert.deepEqual({ delivered, pending }, { delivered: logger.enabled ? 2 : 0, pending: 0 });
});
