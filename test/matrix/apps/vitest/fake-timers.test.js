import { createRemoteLogger } from 'otel-remote-logger';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.useRealTimers());

/** But nextTick, which vitest takes in threads only. */
const EVERYTHING = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Date', 'performance'];

test.each([{}, { toFake: EVERYTHING }])(
  'what is logged under fake timers arrives, and what is logged afterwards: %j',
  async (options) => {
    const logger = createRemoteLogger();
    vi.useFakeTimers(options);
    logger.log({ from: 'fake timers' });
    vi.runOnlyPendingTimers();
    vi.useRealTimers();
    logger.log({ from: 'real timers' });
    const { delivered, pending } = await logger.shutdown({ timeoutMillis: 10_000 });
    expect({ delivered, pending }).toEqual({ delivered: logger.enabled ? 2 : 0, pending: 0 });
  },
);
