import { redactUrl } from '../../runtime/redact.js';
import { excerptOf, isPage } from '../../transport/http/excerpt.js';
import { mask } from '../../transport/http/secrets.js';
import { whyOf } from '../../types/send-result.js';
import { adviceOnStatus } from './advice.js';
import { BACK_ENDS, type BackEnd, type Traits } from './back-ends.js';
import type { Seen } from './probe.js';
import type { Exchange } from './watch.js';

/** What happened, in words. */
export interface Verdict {
  readonly isDelivered: boolean;
  readonly says: string;
  /** What to do, or to know. */
  readonly hints: readonly string[];
}

/** Says what became of the record, and what to do. */
export function verdictOn(seen: Seen): Verdict {
  const last = seen.exchanges.findLast(({ status }) => status !== undefined);
  if (last?.status === undefined || seen.result.outcome === 'split') return unanswered(seen);
  const traits = traitsOf(seen, last);
  const backEnd = BACK_ENDS.find(({ is }) => is(traits));
  const hints = [...hintsOnBackEnd(backEnd, traits), ...hintsOnWay(seen)];
  if (seen.result.outcome !== 'delivered') {
    const advice = adviceOnStatus(last.status, seen, last);
    return { isDelivered: false, says: `Not delivered: HTTP ${last.status}.`, hints: [...advice, ...hints] };
  }
  if (isPage(last.body)) {
    const page = 'a web page, as a login or a front end gives: the URL is not that of a receiver';
    return {
      isDelivered: false,
      says: 'Not delivered: the answer is a web page.',
      hints: [`it answers ${page}`],
    };
  }
  if (backEnd?.loses?.(traits) === true)
    return { isDelivered: false, says: `Not delivered: ${backEnd.name} takes it, and loses it.`, hints };
  const says = `Delivered: HTTP ${last.status}${backEnd === undefined ? '' : `, from what looks like ${backEnd.name}`}.`;
  return { isDelivered: true, says, hints: [...hints, ...hintsOnSuccess(traits)] };
}

function unanswered({ result, lookedUp, connections, url }: Seen): Verdict {
  const why = result.outcome === 'delivered' ? '' : whyOf(result);
  const says = `Not delivered: ${why}.`;
  if (lookedUp?.code !== undefined)
    return {
      isDelivered: false,
      says,
      hints: [`is ${lookedUp.host} spelt rightly, and known where this runs?`],
    };
  const certificate = connections.at(-1)?.certificate;
  const hints = [
    ...(/ALTNAME/.test(why) && certificate !== undefined
      ? [`use a URL with a name that it is for: ${certificate.names}`]
      : []),
    ...(/CERT_HAS_EXPIRED/.test(why) ? ['have it renewed there'] : []),
    ...(/HPE_|HTTPParser/.test(why) && url.port === '4317' ? ['4317 is the port of OTLP over gRPC'] : []),
  ];
  return { isDelivered: false, says, hints };
}

const traitsOf = ({ config, url }: Seen, { status, headers, body }: Exchange): Traits => ({
  url,
  format: config.format,
  status,
  headers,
  text: Buffer.from(body.bytes).toString('utf8').slice(0, 2000),
});

function hintsOnBackEnd(backEnd: BackEnd | undefined, traits: Traits): string[] {
  if (backEnd === undefined) return [];
  const { name, formats, path, note, hints = [] } = backEnd;
  const { format, url, text } = traits;
  const [matches, example] = path ?? [/./, ''];
  return [
    ...hints.filter(([pattern]) => pattern.test(text)).map(([, hint]) => hint),
    ...(formats === undefined || formats.includes(format)
      ? []
      : [`${name} takes ${formats.join(' or ')}, and not ${format}: set REMOTE_LOGGER_FORMAT=${formats[0]}`]),
    ...(matches.test(url.pathname) ? [] : [`${name} takes records at ${example}`]),
    ...(note === undefined ? [] : [note]),
  ];
}

/** What the way to the answer shows: another URL, a compression that is not taken. */
function hintsOnWay({ exchanges, url, secrets }: Seen): string[] {
  const [first] = exchanges;
  const last = exchanges.at(-1);
  const isGzipRefused = exchanges.some(({ isGzip, status }) => isGzip && status === 415);
  const isRedirected = exchanges.some(({ status }) => status === 307 || status === 308);
  const to = last === undefined ? '' : mask(redactUrl(new URL(last.path, last.origin).href), secrets);
  return [
    ...(isGzipRefused ? ['it takes no gzip: set REMOTE_LOGGER_COMPRESSION=none, which saves a POST'] : []),
    ...(isRedirected
      ? [`it redirects (HTTP ${first?.status}) to ${to}: use that URL, which saves a POST each time`]
      : []),
    ...(isRedirected && last?.origin !== url.origin
      ? ['configured headers, such as authorization, do not follow to another origin']
      : []),
  ];
}

/** A webhook_event receiver answers so, whatever stands behind it. */
function hintsOnSuccess({ status, headers, text }: Traits): string[] {
  const isLikeCollector =
    status === 200 && text === '' && headers['content-length'] === '0' && !('server' in headers);
  if (!isLikeCollector) return [];
  return [
    'a Collector answers so, with our field map or without: there, the record must have an attribute `type`; if the whole JSON is its body, start the Collector with collector-config/field-map.yaml, too',
  ];
}

/** What an answer says, in a line, cut and without secrets. */
export const textOfAnswer = ({ body }: Exchange, secrets: readonly string[]): string | undefined =>
  excerptOf(body, secrets);
