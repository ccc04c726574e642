import { afterEach, describe, expect, it, vi } from 'vitest';
import { forgetExit, watchExit } from '../../src/lifecycle/exit.js';
import type { ExitParticipant } from '../../src/lifecycle/exit-participant.js';
import { flushOnSignals } from '../../src/lifecycle/signals.js';
import { systemClock } from '../../src/runtime/clock.js';
import type { DeliveryStats } from '../../src/types/account.js';
import { turn } from '../support/fake-clock.js';

const SIGNAL = 'SIGUSR2';

/** A logger whose flush settles when the test says so, and that has one record pending until then. */
function holdingLogger() {
  let settle = (): void => {};
  let pending = 1;
  const settled = new Promise<void>((resolve) => {
    settle = () => {
      pending = 0;
      resolve();
    };
  });
  const stats = (): DeliveryStats => ({ accepted: 1, delivered: 0, pending, failed: {}, dropped: {} });
  const flush = vi.fn(() => settled.then(stats));
  const logger: ExitParticipant = {
    stats,
    flush,
    end: flush,
    shutdown: flush,
    drain: () => undefined,
    leave() {},
    async tryAll() {},
  };
  return { settle, flush, logger };
}

/** Every listener but ours, as the process is. */
function listen(...listeners: (() => void)[]): void {
  for (const listener of listeners) process.on(SIGNAL, listener);
}

describe('flushOnSignals', () => {
  const stops: (() => void)[] = [];
  const kill = vi.fn(() => true as const);

  /** Listens with a logger that holds its flush. */
  function start() {
    vi.spyOn(process, 'kill').mockImplementation(kill);
    const holding = holdingLogger();
    watchExit(holding.logger);
    stops.push(flushOnSignals([SIGNAL]), () => forgetExit(holding.logger));
    return holding;
  }
  const send = (): boolean => process.emit(SIGNAL, SIGNAL);

  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
    process.removeAllListeners(SIGNAL);
    vi.restoreAllMocks();
    kill.mockClear();
    vi.unstubAllGlobals();
  });

  it('ends the process of the signal once all is flushed', async () => {
    const { flush, settle } = start();
    send();
    await turn();
    expect(flush).toHaveBeenCalledTimes(1);
    expect(kill).not.toHaveBeenCalled();
    settle();
    await turn();
    expect(kill.mock.calls).toEqual([[process.pid, SIGNAL]]);
    expect(process.listenerCount(SIGNAL)).toBe(0);
  });

  it('waits for nothing that outlives the process', () => {
    const { flush, logger } = start();
    const stats = logger.stats();
    logger.stats = () => ({ ...stats, takenOver: 0, onDisk: 1 });
    send();
    expect(flush).not.toHaveBeenCalled();
  });

  it('takes signals of the same moment for one, and does not wait any longer when one comes later', async () => {
    const { flush, settle } = start();
    const now = vi.spyOn(systemClock, 'now');
    const sendAt = async (millis: number): Promise<void> => {
      now.mockReturnValue(millis);
      send();
      await turn();
    };
    await sendAt(1000);
    await sendAt(1000);
    await sendAt(1499);
    expect(kill).not.toHaveBeenCalled();
    await sendAt(1500);
    expect(flush).toHaveBeenCalledTimes(1);
    expect(kill.mock.calls).toEqual([[process.pid, SIGNAL]]);
    settle();
    await turn();
    expect(kill).toHaveBeenCalledTimes(1);
  });

  it('leaves the end to a listener of the application', async () => {
    const { settle } = start();
    const own = vi.fn();
    listen(own);
    send();
    settle();
    await turn();
    expect(own).toHaveBeenCalledTimes(1);
    expect(kill).not.toHaveBeenCalled();
    expect(process.listenerCount(SIGNAL)).toBe(2);
  });

  it.each([
    ['3', process, '__signal_exit_emitter__'],
    ['4', globalThis, Symbol.for('signal-exit emitter')],
  ])(
    'is not stopped by listeners of signal-exit %s, which leave the end to others',
    async (_, place, key) => {
      const { settle } = start();
      Object.assign(place, { [key]: { count: 2 } });
      stops.push(() => Reflect.deleteProperty(place, key));
      listen(
        () => {},
        () => {},
      );
      send();
      settle();
      await turn();
      expect(kill).toHaveBeenCalledTimes(1);
    },
  );

  it('leaves the end to another copy of this package that still flushes', async () => {
    const { settle } = start();
    const copy = Object.defineProperty(() => {}, Symbol.for('otel-remote-logger.on-signal'), { value: true });
    listen(copy);
    send();
    settle();
    await turn();
    expect(kill).not.toHaveBeenCalled();
    expect(process.listeners(SIGNAL)).toEqual([copy]);
  });

  it('leaves the first process of a container alone, which no signal ends but one that it listens to', async () => {
    const { flush, settle } = start();
    vi.stubGlobal('process', new Proxy(process, { get: (all, key) => (key === 'pid' ? 1 : get(all, key)) }));
    send();
    settle();
    await turn();
    expect(flush).toHaveBeenCalledTimes(1);
    expect(kill).not.toHaveBeenCalled();
    expect(process.listenerCount(SIGNAL)).toBe(1); // for the next one
  });

  it('leaves no listener when all have stopped', () => {
    const many = Array.from({ length: 20 }, () => flushOnSignals([SIGNAL, SIGNAL]));
    expect(process.listenerCount(SIGNAL)).toBe(1);
    for (const stop of many) stop();
    expect(process.listenerCount(SIGNAL)).toBe(0);
  });
});

const get = (target: object, key: PropertyKey): unknown => {
  const value = Reflect.get(target, key) as unknown;
  return typeof value === 'function' ? value.bind(target) : value;
};
