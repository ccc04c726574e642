import type { Clock } from '../../runtime/clock.js';
import type { SendResult } from '../../types/send-result.js';
import type { Beginning } from './excerpt.js';
import { parseRetryAfter } from './retry-after.js';

/** What of an answer decides on the result. */
export interface Answer {
  readonly status: number;
  readonly retryAfter?: string | undefined;
  /** When it was given, by the endpoint's clock. */
  readonly date?: string | undefined;
  readonly location?: string | undefined;
  /** For people; only of what is no plain success. */
  readonly body?: Beginning | undefined;
}

/** A proxy wants other credentials. That says nothing of the endpoint, as little as a tunnel that the proxy refuses. */
const PROXY_AUTHENTICATION = 407;
/** The statuses below 500 that ask for another try. */
const RETRYABLE = new Set([PROXY_AUTHENTICATION, 408, 425, 429]);
/** Not Implemented and HTTP Version Not Supported: another try can't mend these. */
const FINAL_5XX = new Set([501, 505]);
/** Bad Request and Unprocessable Content: the fault is in what was sent. */
const REJECTED = new Set([400, 422]);

/** What an answer means for the payload. */
export function classifyResponse(
  { status, retryAfter, date }: Answer,
  clock: Pick<Clock, 'wallNow'>,
): SendResult {
  const cause = `${status === PROXY_AUTHENTICATION ? 'proxy: ' : ''}HTTP ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'delivered', status };
  if (RETRYABLE.has(status) || (status >= 500 && !FINAL_5XX.has(status))) {
    const afterMillis = parseRetryAfter(retryAfter, date, clock.wallNow());
    return { outcome: 'retry', cause, status, afterMillis };
  }
  if (status === 413) return { outcome: 'refused', reason: 'too_large', cause, status };
  return { outcome: 'refused', reason: REJECTED.has(status) ? 'rejected' : 'refused', cause, status };
}

/** Where the same POST is redirected to. 301, 302 and 303 are not followed: by them it would become a GET. */
export function redirectTarget({ status, location }: Answer, from: URL): URL | undefined {
  if ((status !== 307 && status !== 308) || location === undefined) return undefined;
  if (!URL.canParse(location, from.href)) return undefined;
  const target = new URL(location, from);
  target.username = '';
  target.password = '';
  // What was sent encrypted does not go on in the clear.
  const secure = target.protocol === 'https:' || (target.protocol === 'http:' && from.protocol === 'http:');
  return secure ? target : undefined;
}
