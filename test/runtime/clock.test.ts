import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/runtime/clock.js';

/** The event loop stands still for so long. */
function stall(millis: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}

const timerOf = (millis: number): Promise<void> =>
  new Promise((resolve) => systemClock.setTimer(resolve, millis, true));
const pause = (millis: number): Promise<void> =>
  new Promise((resolve) => systemClock.setPause(resolve, millis, true));

describe('the clock of the system', () => {
  afterEach(() => vi.useRealTimers());

  it('counts a stall for no more than a long turn while a timer is set, and timers run that much later', async () => {
    const real = performance.now();
    const began = systemClock.now();
    const timer = timerOf(700);
    const paused = pause(700);
    stall(2000);
    expect(systemClock.now() - began).toBeLessThan(600);
    expect(systemClock.wentOnAt()).toBeGreaterThan(began);
    const first = await Promise.race([timer.then(() => 'timer'), paused.then(() => 'pause')]);
    expect(first).toBe('pause');
    await timer;
    expect(systemClock.now() - began).toBeGreaterThanOrEqual(700);
    expect(performance.now() - real).toBeGreaterThanOrEqual(2200);
  });

  it('lets what has arrived be read before a timer runs', async () => {
    const order: string[] = [];
    const { port1, port2 } = new MessageChannel();
    port2.on('message', () => order.push('message'));
    // After the immediates the runtime turns to the timers that are due, and only then to what has arrived.
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        void timerOf(50).then(() => resolve(void order.push('timer')));
        port1.postMessage('arrives while the loop stands still');
        stall(100); // no more than a turn may take
      });
    });
    expect(order).toEqual(['message', 'timer']);
    port2.close();
  });

  it('runs no timer that was cancelled, not even one that was due', async () => {
    let ran = 0;
    systemClock.setTimer(() => second.cancel(), 50);
    const second = systemClock.setTimer(() => ran++, 50);
    const third = systemClock.setTimer(() => ran++, 50);
    third.cancel();
    stall(100); // the first two are due together
    await pause(100);
    expect(ran).toBe(0);
  });

  it('goes on while it blocks, without a turn of the event loop', () => {
    const counter = new Int32Array(new SharedArrayBuffer(4));
    const timer = systemClock.setTimer(() => {}, 60_000);
    const began = systemClock.now();
    for (let left = 1500; left > 0; left = began + 1500 - systemClock.now())
      systemClock.block(counter, 0, left);
    expect(systemClock.now() - began).toBeGreaterThanOrEqual(1500);
    timer.cancel();
  });

  it.each([
    ['no timer is set', false],
    ['a timer is set', true],
  ])('counts a stall for no more than a long turn while it blocks and %s', async (_, isTimed) => {
    vi.resetModules(); // a clock on which no other test has set a timer
    const { systemClock: clock } = await import('../../src/runtime/clock.js');
    const timer = isTimed ? clock.setTimer(() => {}, 60_000) : undefined;
    const wait = vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      for (const end = performance.now() + 1500; performance.now() < end; );
      return 'timed-out';
    });
    const real = performance.now();
    const began = clock.now();
    clock.block(new Int32Array(1), 0, 10);
    const counted = clock.now() - began;
    expect(performance.now() - real - counted).toBeGreaterThanOrEqual(900);
    timer?.cancel();
    wait.mockRestore();
  });

  it('is no clock that a test has faked', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate', 'performance'] });
    const began = systemClock.now();
    await timerOf(50);
    expect(systemClock.now() - began).toBeGreaterThanOrEqual(50);
  });
});
