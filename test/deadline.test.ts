import { expect, test } from 'vitest';
import { drainDeadline } from '../src/deadline.js';
import { FakeClock } from './support/fake-clock.js';

test('the wait at the end of a process leaves a twentieth of its time for the end itself', async () => {
  const clock = new FakeClock();
  await clock.advance(5000);
  expect(drainDeadline(2000, clock) - clock.now()).toBe(1900);
  expect(drainDeadline(0, clock)).toBe(clock.now());
});
