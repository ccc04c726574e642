import { describe, expect, it } from 'vitest';
import { endWithin, flushTimeOf } from '../../src/lifecycle/deadline.js';
import { FakeClock, turn } from '../support/fake-clock.js';

/** An end of 1000 ms, and when its attempts were made. */
function end(timeoutMillis = 1000) {
  const clock = new FakeClock();
  const attempts: number[] = [];
  let settle = (): void => {};
  const work = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let isOver = false;
  const over = endWithin(work, timeoutMillis, () => attempts.push(clock.now()), clock).then(() => {
    isOver = true;
  });
  return { clock, attempts, settle, over, isOver: () => isOver };
}

describe('an end', () => {
  it('makes an attempt at once, and a last one when time runs out', async () => {
    const { clock, attempts, isOver } = end();
    expect(attempts).toEqual([0]);
    await clock.advance(999);
    expect(attempts).toEqual([0, 800]);
    expect(isOver()).toBe(false);
    await clock.advance(1);
    expect(isOver()).toBe(true);
  });

  it('makes no attempt when all is done before', async () => {
    const { clock, attempts, settle, over } = end();
    settle();
    await over;
    await clock.advance(2000);
    expect(attempts).toEqual([0]);
    expect(clock.nextAt).toBeUndefined();
  });

  it('without any time makes none', async () => {
    const { clock, attempts, isOver } = end(0);
    await clock.advance(0);
    await turn();
    expect(attempts).toEqual([]);
    expect(isOver()).toBe(true);
  });

  it.each([
    [5000, 4000],
    [7, 5],
    [0, 0],
  ])('of %i ms leaves a flush before it %i ms', (whole, flush) => {
    expect(flushTimeOf(whole)).toBe(flush);
  });
});
