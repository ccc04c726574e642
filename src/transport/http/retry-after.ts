/** An endpoint can't silence a logger for longer than this. */
const MAX_RETRY_AFTER_MILLIS = 5 * 60 * 1000;

/**
 * Reads a `Retry-After` header (RFC 9110: seconds, or an HTTP date) as milliseconds from the answer on, at least 0 and at most
 * 5 minutes; `undefined` if it makes no sense. A date is read against the answer's own `Date`, as the endpoint's clock can
 * be another than ours; without one against `wallNow`.
 */
export function parseRetryAfter(
  value: string | undefined,
  answeredAt: string | undefined,
  wallNow: number,
): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MILLIS);
  const until = parseHttpDate(text);
  if (until === undefined) return undefined;
  const millis = until - (parseHttpDate(answeredAt?.trim() ?? '') ?? wallNow);
  return Math.min(Math.max(millis, 0), MAX_RETRY_AFTER_MILLIS);
}

/**
 * All three forms of an HTTP date begin with the name of a day; `Date.parse` alone would take much else. The form of asctime names no
 * zone, and means UTC. Those of email, which PHP makes, may name another one.
 */
function parseHttpDate(text: string): number | undefined {
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined;
  const millis = Date.parse(ZONED.test(text) ? text : `${text} GMT`);
  return Number.isNaN(millis) ? undefined : millis;
}

const ZONED = /(gmt|utc?|[+-]\d{4})$/i;
