import { describe, expect, it } from 'vitest';
import { TimeLimits } from '../../src/runtime/time-limits.js';
import { FakeClock } from '../support/fake-clock.js';

function setup() {
  const clock = new FakeClock();
  const passed: [string, number][] = [];
  const limits = new TimeLimits<string>(clock, (item) => passed.push([item, clock.now()]));
  return { clock, passed, limits };
}

describe('time limits', () => {
  it('pass each at its time, in whatever order they came', async () => {
    const { clock, passed, limits } = setup();
    for (const [item, at] of [
      ['b', 20],
      ['a', 10],
      ['never', Number.POSITIVE_INFINITY],
      ['c', 30],
    ] as const)
      limits.add(item, at);
    await clock.advance(100);
    expect(passed).toEqual([
      ['a', 10],
      ['b', 20],
      ['c', 30],
    ]);
    expect(clock.nextAt).toBeUndefined();
  });

  it('do not pass for what is taken out before', async () => {
    const { clock, passed, limits } = setup();
    for (const [index, item] of ['a', 'b', 'c', 'd'].entries()) limits.add(item, 10 * index);
    limits.delete('a');
    limits.delete('c');
    await clock.advance(10);
    expect(limits.clear()).toEqual(['d']);
    await clock.advance(100);
    expect(passed).toEqual([['b', 10]]);
  });

  it('hold for what comes while another one passes', async () => {
    const { clock, limits, passed } = setup();
    const chain = new TimeLimits<number>(clock, (n) => {
      passed.push([String(n), clock.now()]);
      if (n < 3) chain.add(n + 1, clock.now() + 5);
    });
    chain.add(0, 5);
    await clock.advance(100);
    expect(passed).toEqual([
      ['0', 5],
      ['1', 10],
      ['2', 15],
      ['3', 20],
    ]);
    expect(limits.clear()).toEqual([]);
  });
});
