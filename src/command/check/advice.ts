import { redactUrl } from '../../runtime/redact.js';
import { mask } from '../../transport/http/secrets.js';
import type { Seen } from './probe.js';
import type { Exchange } from './watch.js';

type Advice = (seen: Seen, exchange: Exchange) => string;

const SET_HEADERS = 'REMOTE_LOGGER_HEADERS=authorization=Bearer%20TOKEN';

const RETRIES = 'the logger keeps its records, and tries again';

const redirects: Advice = ({ secrets, url }, { headers }) => {
  const to = headers['location'];
  if (to === undefined || !URL.canParse(to, url.href)) return 'it redirects to nowhere';
  const shown = mask(redactUrl(new URL(to, url.href).href), secrets);
  return `it redirects to ${shown}, by which a POST becomes a GET, so the logger does not follow: set REMOTE_LOGGER_URL to where it takes records`;
};

const rejects: Advice = ({ config }) =>
  `it does not take this record: perhaps it wants another format than ${config.format} (REMOTE_LOGGER_FORMAT), or other fields`;

const BY_STATUS: Readonly<Record<number, Advice>> = {
  300: redirects,
  301: redirects,
  302: redirects,
  303: redirects,
  307: ({ url }, { headers }) =>
    url.protocol === 'https:' && headers['location']?.startsWith('http:')
      ? 'it redirects from https: to http:, where nothing is sent'
      : 'it redirects to nowhere, or too often',
  400: rejects,
  401: ({ headers }) =>
    'authorization' in headers
      ? 'the credentials that were sent are not the right ones, or have expired'
      : `it wants credentials: set ${SET_HEADERS}, or user:password@ in the URL`,
  402: () => 'a quota is used up, or a bill is not paid',
  403: ({ headers }) =>
    'authorization' in headers
      ? 'the credentials that were sent may not write there'
      : `it lets nobody in without the right credentials, or address: set ${SET_HEADERS}`,
  404: ({ url }) =>
    `nothing takes records at ${redactUrl(url.pathname)}: the URL has another path, or the wrong host`,
  405: ({ url }, { headers }) =>
    `${redactUrl(url.pathname)} takes no POST${headers['allow'] === undefined ? '' : `, only ${headers['allow'].slice(0, 60)}`}: the URL has another path`,
  406: rejects,
  407: () => 'the proxy wants credentials, before the @ of HTTP_PROXY or HTTPS_PROXY',
  408: () => `it did not wait for the whole request; ${RETRIES}`,
  413: ({ config }) =>
    `even one small record is too large for it: raise its limit. REMOTE_LOGGER_MAX_PAYLOAD_BYTES is ${config.maxPayloadBytes}`,
  414: () => 'the URL is too long for it',
  415: ({ config }) =>
    `it does not take this content type: set REMOTE_LOGGER_FORMAT to another than ${config.format}, or the content type in REMOTE_LOGGER_HEADERS`,
  422: rejects,
  425: () => RETRIES,
  426: () => 'it wants another version of HTTP, or TLS: does the URL begin with https:?',
  429: (_, { headers }) =>
    `it takes no more just now${headers['retry-after'] === undefined ? '' : `, and asks to wait (retry-after: ${headers['retry-after'].slice(0, 40)})`}; ${RETRIES}`,
  431: () => 'the headers are too long for it',
  501: () => 'it does not know POST: the URL is not that of a receiver',
  502: () => `a proxy or load balancer answers, and reaches nobody behind it; ${RETRIES}`,
  503: () => `it is not ready, or overloaded; ${RETRIES}`,
  504: () => `a proxy or load balancer answers, and nobody behind it in time; ${RETRIES}`,
  505: () => 'it does not speak HTTP/1.1',
};

/** What a status asks to be done. */
export function adviceOnStatus(status: number, seen: Seen, exchange: Exchange): string[] {
  const advice = BY_STATUS[status === 308 ? 307 : status];
  if (advice !== undefined) return [advice(seen, exchange)];
  if (status >= 500) return [`something is wrong there: its own log says more; ${RETRIES}`];
  return [];
}
