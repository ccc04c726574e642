import { redactUrl } from '../../runtime/redact.js';
import type { SendResult } from '../../types/send-result.js';
import type { Answer } from './classify-response.js';
import { excerptOf, isPage } from './excerpt.js';
import { hintOf } from './hints.js';
import { mask } from './secrets.js';

/**
 * What people want to know of an answer beside its status: who it comes from, if not from the endpoint, where it redirects to, and what
 * it says. `undefined` for a success, unless that is a page for browsers.
 */
export function detailOf(
  { status, location, body }: Answer,
  url: URL,
  isRedirected: boolean,
  secrets: readonly string[],
): string | undefined {
  if (body === undefined || (status < 300 && !isPage(body))) return undefined;
  const safe = (href: string): string => mask(redactUrl(href), secrets);
  const isRedirect = status >= 300 && status < 400 && location !== undefined;
  const words = [
    isRedirected ? `from ${safe(url.href)}` : undefined,
    isRedirect
      ? `to ${safe(URL.canParse(location, url.href) ? new URL(location, url).href : location)}`
      : undefined,
    excerptOf(body, secrets),
  ];
  return words.filter((word) => word !== undefined).join(': ') || undefined;
}

/** The result of an attempt without a whole answer. `isKnown`: the endpoint has answered other attempts. */
export const failed = (failure: string, { protocol }: URL, isKnown: boolean): SendResult => ({
  outcome: 'retry',
  cause: failure,
  detail: hintOf(failure, protocol, isKnown),
});
