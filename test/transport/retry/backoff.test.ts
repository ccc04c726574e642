import { describe, expect, it } from 'vitest';
import { pauseMillis } from '../../../src/transport/retry/backoff.js';

const backoff = { initialDelayMillis: 1000, maxDelayMillis: 30_000 };

describe('pauseMillis', () => {
  it.each<[string, number, number | undefined, number, number]>([
    ['draws from the initial delay after the first failure', 1, undefined, 0.5, 500],
    ['doubles the bound with each failure', 4, undefined, 0.5, 4000],
    ['never passes the longest delay', 40, undefined, 0.999, 29_970],
    ['has a floor, whatever chance says', 1, undefined, 0, 100],
    ['takes a longer wish of the endpoint', 1, 7000, 0.5, 7000],
    ['keeps its own pause above a shorter wish', 3, 1000, 0.5, 2000],
    ['keeps the floor above a wish for none', 1, 0, 0, 100],
  ])('%s', (_, failures, asked, chance, expected) => {
    expect(pauseMillis(failures, asked, backoff, () => chance)).toBe(expected);
  });

  it('has no floor above the initial delay', () => {
    expect(pauseMillis(1, 0, { ...backoff, initialDelayMillis: 5 }, () => 0)).toBe(5);
  });
});
