import { describe, expect, it } from 'vitest';
import { type Draining, drain } from '../../src/lifecycle/drain.js';
import type { Clock } from '../../src/runtime/clock.js';

/** Work that never ends. Each time that it is looked at, the clock moves on. */
function endless(
  clock: { time: number },
  timeoutMillis: number,
  stepMillis: number,
): Draining & { looks: number } {
  return {
    timeoutMillis,
    looks: 0,
    advance() {
      this.looks++;
      clock.time += stepMillis;
      return true;
    },
  };
}

const clockOf = (own: { time: number }): Pick<Clock, 'now' | 'block'> => ({
  now: () => own.time,
  block: () => {},
});

describe('the wait at the end of a process', () => {
  it('is as long as the longest of all, less a twentieth for the end itself', () => {
    const own = { time: 5000 };
    const all = [endless(own, 100, 60), endless(own, 2000, 60), endless(own, 0, 60)];
    expect(drain(all, 0, clockOf(own))).toBe(1980); // 1900, at the end of a round
    expect(own.time).toBe(6980);
    expect(all.map(({ looks }) => looks)).toEqual([11, 11, 11]);
  });

  it('is over when all is done', () => {
    const own = { time: 0 };
    let left = 3;
    const advance = (): boolean => --left > 0;
    drain([{ timeoutMillis: 600_000, advance }], 0, clockOf(own));
    expect(left).toBe(0);
  });

  it('goes on with what has been spent before, and looks once when nothing is left', () => {
    const own = { time: 0 };
    const one = endless(own, 1000, 10);
    expect(drain([one], 930, clockOf(own))).toBe(950);
    expect(drain([one], 950, clockOf(own))).toBe(960);
    expect(one.looks).toBe(3);
  });
});
