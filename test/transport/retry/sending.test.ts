import { describe, expect, it } from 'vitest';
import { Sending } from '../../../src/transport/retry/sending.js';
import { payload } from '../../support/fake-transport.js';

const FIVE_MINUTES = 300_000;

/** How many failures it takes until something is known, each beside so many others that got through, and that failed; at most 1000. */
function failuresUntil(isSo: (sending: Sending) => boolean, passed: number, failed: number): number {
  const sending = new Sending(payload(), () => {});
  let failures = 0;
  while (!isSo(sending) && failures < 1000) {
    sending.failedBeside(passed, failed, 0);
    failures++;
  }
  return failures;
}

describe('a payload that fails again and again', () => {
  it.each([
    [1, 0, 3, 10],
    [1000, 0, 3, 10],
    [50, 50, 4, 11],
    [1, 1, 6, 18],
    [10, 90, 20, 67],
    [0, 0, 1000, 1000],
    [0, 100, 1000, 1000],
  ])(
    'while %i others get through and %i fail is known for that after %i failures, and without hope after %i',
    (passed, failed, known, hopeless) => {
      expect(failuresUntil(({ isKnown }) => isKnown, passed, failed)).toBe(known);
      const isHopeless = (sending: Sending): boolean => sending.isHopeless(FIVE_MINUTES, 0);
      expect(failuresUntil(isHopeless, passed, failed)).toBe(hopeless);
    },
  );

  it('says once that it is known', () => {
    const sending = new Sending(payload(), () => {});
    expect([1, 2, 3, 4].map(() => sending.failedBeside(1, 0, 0))).toEqual([false, false, true, false]);
  });
});
