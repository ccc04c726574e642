import { expect, it } from 'vitest';
import { FlushTime } from '../../src/lifecycle/flush-time.js';
import { FakeClock, turn } from '../support/fake-clock.js';

it('goes on for what begins in the turn in which the last one ended, and begins anew after that', async () => {
  const clock = new FakeClock();
  const time = new FlushTime(clock);
  const given: number[] = [];
  const spend = (timeoutMillis: number, takes: number): Promise<void> =>
    time.spend(timeoutMillis, async (left) => {
      given.push(left);
      await clock.advance(takes);
    });
  await spend(800, 500);
  await spend(800, 400);
  await spend(1000, 50);
  expect(given).toEqual([800, 300, 100]);
  await spend(800, 100);
  expect(given.at(-1)).toBe(0);
  await turn();
  await spend(800, 100);
  expect(given.at(-1)).toBe(800);
});

it('is one for flushes that overlap', async () => {
  const clock = new FakeClock();
  const time = new FlushTime(clock);
  const given: number[] = [];
  let end = (): void => {};
  const first = time.spend(800, () => new Promise((resolve) => (end = resolve)));
  await clock.advance(300);
  await time.spend(800, async (left) => void given.push(left));
  await turn();
  await clock.advance(100);
  await time.spend(800, async (left) => void given.push(left));
  end();
  await first;
  await turn();
  await time.spend(800, async (left) => void given.push(left));
  expect(given).toEqual([500, 400, 800]);
});
