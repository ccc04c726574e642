const { createRemoteLogger, getRemoteLogger } = require('otel-remote-logger');

afterEach(() => jest.useRealTimers());

test.each([{ advanceTimers: true }, { legacyFakeTimers: true }, {}])(
  'what is logged under fake timers arrives, and what is logged afterwards: %j',
  async (options) => {
    const logger = createRemoteLogger();
    jest.useFakeTimers(options);
    logger.log({ from: 'fake timers' });
    jest.runOnlyPendingTimers();
    await logger.flush({ timeoutMillis: 10_000 });
    jest.useRealTimers();
    logger.log({ from: 'real timers' });
    const { delivered, pending } = await logger.shutdown({ timeoutMillis: 10_000 });
    expect({ delivered, pending }).toEqual({ delivered: logger.enabled ? 2 : 0, pending: 0 });
  },
);

test('the logger of the process is one of them', () => {
  jest.useFakeTimers();
  getRemoteLogger().log({ from: 'never flushes' });
});
