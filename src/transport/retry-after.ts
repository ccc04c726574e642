/** An endpoint can't silence a logger for longer than this. */
const MAX_RETRY_AFTER_MILLIS = 5 * 60 * 1000;

/**
 * Reads a `Retry-After` header (RFC 9110: seconds, or an HTTP date) as milliseconds from `wallNow`,
 * at least 0 and at most 5 minutes; `undefined` if it makes no sense.
 */
export function parseRetryAfter(value: string | undefined, wallNow: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MILLIS);
  // Date.parse takes much that is no HTTP date, such as "-1" and "2"; all three forms of one start with a day's name.
  const date = /^(mon|tue|wed|thu|fri|sat|sun)/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(date - wallNow, 0), MAX_RETRY_AFTER_MILLIS);
}
