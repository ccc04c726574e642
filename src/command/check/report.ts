import { redactUrl } from '../../runtime/redact.js';
import { mask } from '../../transport/http/secrets.js';
import { inOneLine } from '../terminal.js';
import { ageOf } from '../words.js';
import type { Certificate } from './certificate.js';
import { MARK, type Seen } from './probe.js';
import { textOfAnswer, type Verdict } from './verdict.js';
import type { Connection, Exchange } from './watch.js';

/** What was seen, a line a step, then the verdict. */
export function reportOf(seen: Seen, { says, hints }: Verdict, now: number): string {
  const rows: (readonly [string, string])[] = [
    ['record', `type ${MARK}, as ${wordsOfSettings(seen)}`],
    ...nameRows(seen),
    ...(seen.proxy === undefined ? [] : [['proxy', redactUrl(seen.proxy)] as const]),
    ...seen.connections.flatMap((one) => connectionRows(one, now)),
    ...seen.exchanges.map((exchange) => ['answer', answerOf(exchange, seen)] as const),
  ];
  // Certificates and answers are written by others.
  const lines = rows.map(([what, words]) => `  ${what.padEnd(12)}${inOneLine(words)}`);
  return [
    `POST ${mask(redactUrl(seen.url.href), seen.secrets)}`,
    ...lines,
    '',
    inOneLine(says),
    ...hints.map((hint) => `  - ${inOneLine(hint)}`),
    '',
  ].join('\n');
}

const NOT_ASKED_FOR = new Set(['user-agent']);

function wordsOfSettings({ config, headers }: Seen): string {
  const { format, compression, timeoutMillis } = config;
  const names = Object.keys(headers).filter((name) => !NOT_ASKED_FOR.has(name));
  const sent = names.length === 0 ? 'no headers' : `header${names.length > 1 ? 's' : ''} ${names.join(', ')}`;
  return `${format}${compression === 'none' ? '' : `, ${compression}`}, with ${sent}, within ${timeoutMillis} ms`;
}

function nameRows({ lookedUp }: Seen): (readonly [string, string])[] {
  if (lookedUp === undefined) return [];
  const { host, addresses, millis, code } = lookedUp;
  const found = code === undefined ? `is ${addresses.join(', ')}` : `is not known (${code})`;
  return [['name', `${host} ${found}, after ${msOf(millis)}`]];
}

function connectionRows(
  { address, millis, tlsVersion, certificate }: Connection,
  now: number,
): (readonly [string, string])[] {
  const to = address === undefined ? 'failed' : address;
  const words = certificate === undefined ? [] : [wordsOfCertificate(certificate, now)];
  const tls = [...(tlsVersion === undefined ? [] : [tlsVersion]), ...words].join('; ');
  return [['connection', `${to}, after ${msOf(millis)}`], ...(tls === '' ? [] : [['TLS', tls] as const])];
}

function wordsOfCertificate({ names, issuer, from, until }: Certificate, now: number): string {
  const begin = from > now ? `begins ${dayOf(from)}, ` : '';
  return `certificate for ${names}, by ${issuer}, ${begin}${wordsOfEnd(until, now)}`;
}

function wordsOfEnd(until: number, now: number): string {
  if (Number.isNaN(until)) return 'without a date at which it ends';
  if (until < now) return `ended ${dayOf(until)}, ${ageOf(until, now)} ago`;
  return `ends ${dayOf(until)}, in ${ageOf(now, until)}`;
}

const dayOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10);

function answerOf(exchange: Exchange, { secrets }: Seen): string {
  const { status, millis, isGzip } = exchange;
  if (status === undefined) return 'none';
  const text = textOfAnswer(exchange, secrets);
  const to = isGzip ? ' to gzip' : '';
  return `HTTP ${status}${to}, after ${msOf(millis)}${text === undefined ? ', without a text' : `: ${text}`}`;
}

const msOf = (millis: number): string => `${Math.max(1, Math.round(millis))} ms`;
