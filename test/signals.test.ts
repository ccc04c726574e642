import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DeliveryStats } from '../src/account.js';
import { flushOnSignals } from '../src/signals.js';
import { turn } from './support/fake-clock.js';

const SIGNAL = 'SIGUSR2';

/** A logger whose flush settles when the test says so. */
function holdingLogger() {
  let settle = (): void => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const account: DeliveryStats = { accepted: 0, delivered: 0, pending: 0, failed: {}, dropped: {} };
  const flush = vi.fn(() => settled.then(() => account));
  return {
    settle,
    flush,
    logger: { stats: () => account, flush, shutdown: flush, handOver: () => undefined },
  };
}

describe('flushOnSignals', () => {
  afterEach(() => vi.restoreAllMocks());

  it('ends the process of the signal once it is flushed', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const { logger, flush, settle } = holdingLogger();
    flushOnSignals(logger, [SIGNAL]);
    process.emit(SIGNAL, SIGNAL);
    await turn();
    expect(flush).toHaveBeenCalledTimes(1);
    expect(kill).not.toHaveBeenCalled();
    settle();
    await turn();
    expect(kill).toHaveBeenCalledWith(process.pid, SIGNAL);
    expect(process.listenerCount(SIGNAL)).toBe(0);
  });

  it('does not wait any longer when the signal comes again', async () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    const { logger, flush, settle } = holdingLogger();
    const stop = flushOnSignals(logger, [SIGNAL]);
    process.emit(SIGNAL, SIGNAL);
    process.emit(SIGNAL, SIGNAL);
    await turn();
    expect(flush).toHaveBeenCalledTimes(1);
    expect(kill).toHaveBeenCalledWith(process.pid, SIGNAL);
    settle();
    await turn();
    stop();
  });

  it('leaves no listener when all loggers have stopped', () => {
    const stops = Array.from({ length: 20 }, () => flushOnSignals(holdingLogger().logger, [SIGNAL, SIGNAL]));
    expect(process.listenerCount(SIGNAL)).toBe(1);
    for (const stop of stops) stop();
    expect(process.listenerCount(SIGNAL)).toBe(0);
  });
});
