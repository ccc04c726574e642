import { describe, expect, it } from 'vitest';
import { hrTimeOf } from '../../src/loggers/log-time.js';

describe('a time as loggers write it', () => {
  it.each<[string, unknown, unknown]>([
    ['milliseconds', 1764158400123, [1764158400, 123_000_000]],
    ['seconds', 1764158400, [1764158400, 0]],
    ['microseconds', 1764158400123456, [1764158400, 123_456_000]],
    ['ISO 8601', '2025-11-26T12:00:00.123Z', [1764158400, 123_000_000]],
    ['without a fraction', '2025-11-26T12:00:00Z', [1764158400, 0]],
    ['with nanoseconds', '2025-11-26T12:00:00.123456789Z', [1764158400, 123_456_789]],
    ['with an offset', '2025-11-26T13:00:00.5+01:00', [1764158400, 500_000_000]],
    ['a negative number', -1, undefined],
    ['no number', Number.NaN, undefined],
    ['a number of no unit', 1e21, undefined],
    ['a clock alone', '12:00:00', undefined],
    ['a local time', '2025-11-26T12:00:00', undefined],
    ['a day that there is not', '2025-13-26T12:00:00Z', undefined],
    ['nothing', undefined, undefined],
    ['an object', {}, undefined],
  ])('%s', (_, time, expected) => {
    expect(hrTimeOf(time)).toEqual(expected);
  });

  it('nanoseconds, as far as a number holds them', () => {
    const [seconds, nanos] = hrTimeOf(Number('1764158400123456789')) ?? [];
    expect(seconds).toBe(1764158400);
    expect(Math.abs((nanos ?? 0) - 123_456_789)).toBeLessThan(300);
  });
});
