import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../../src/transport/http/retry-after.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const FIVE_MINUTES = 300_000;

describe('parseRetryAfter', () => {
  it.each<[string, string | undefined, number | undefined]>([
    ['seconds', '12', 12_000],
    ['zero', '0', 0],
    ['white space around', ' 3 ', 3000],
    ['an HTTP date to come', 'Thu, 01 Jan 2026 00:01:30 GMT', 90_000],
    ['an HTTP date past', 'Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['the form of RFC 850', 'Thursday, 01-Jan-26 00:00:10 GMT', 10_000],
    ['the form of asctime', 'Thu Jan  1 00:00:10 2026', 10_000],
    ['a date in another zone', 'Thu, 01 Jan 2026 02:00:10 +0200', 10_000],
    ['a date in UTC', 'Thu, 01 Jan 2026 00:00:10 UTC', 10_000],
    ['absurdly many seconds', '99999999999999999999999', FIVE_MINUTES],
    ['an absurdly far date', 'Thu, 01 Jan 2999 00:00:00 GMT', FIVE_MINUTES],
    ['no header', undefined, undefined],
    ['an empty one', '', undefined],
    ['negative seconds', '-1', undefined],
    ['fractions', '1.5', undefined],
    ['words', 'soon', undefined],
    ['a bare year', '2026-01-01', undefined],
  ])('reads %s', (_, value, expected) => {
    expect(parseRetryAfter(value, undefined, NOW)).toBe(expected);
  });

  it.each<[string, value: string, date: string | undefined, number]>([
    ['an hour ahead', 'Thu, 01 Jan 2026 01:00:02 GMT', 'Thu, 01 Jan 2026 01:00:00 GMT', 2000],
    ['an hour behind', 'Wed, 31 Dec 2025 23:00:02 GMT', 'Wed, 31 Dec 2025 23:00:00 GMT', 2000],
    ['unknown', 'Thu, 01 Jan 2026 00:00:02 GMT', undefined, 2000],
    ['no clock at all', 'Thu, 01 Jan 2026 00:00:02 GMT', 'today', 2000],
  ])('reads a date on the clock of the endpoint: %s', (_, value, date, expected) => {
    expect(parseRetryAfter(value, date, NOW)).toBe(expected);
  });
});
