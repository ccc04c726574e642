import type { DeliveryConfig, HeaderSource } from '../../config/config.js';
import { copyOf, faultOfHeaders, mergeHeaders } from '../../config/headers.js';
import { promiseOf } from '../../runtime/foreign.js';
import { asOwnWork } from '../../runtime/own-work.js';
import type { HeaderFields } from '../../types/options.js';
import type { AttemptSpec, Payload } from '../transport.js';

/** Names and values in turn. */
export type HeaderList = readonly string[];

/** Gives the headers of the settings to `take`, or says what is wrong with them. A headers function is asked each time. */
export type Configured = (take: (headers: HeaderFields | string) => void) => void;

export function configuredHeaders({
  endpoint: { authorization },
  headers,
}: Pick<DeliveryConfig, 'endpoint' | 'headers'>): Configured {
  const basic: HeaderFields = authorization === undefined ? {} : { authorization };
  const withOurs = (given: HeaderFields): HeaderFields =>
    mergeHeaders({ 'user-agent': 'otel-remote-logger' }, basic, given);
  if (typeof headers !== 'function') {
    const all = withOurs(headers);
    return (take) => take(all);
  }
  // A headers function may call process.exit(), which never returns. The POSTs at the end of the process must not call it again.
  let isAsked = false;
  return (take) => {
    if (isAsked) {
      take('the headers function has not returned');
      return;
    }
    const tell = (given: HeaderFields | string): void =>
      take(typeof given === 'string' ? given : withOurs(given));
    isAsked = true;
    const answer = asOwnWork(() => ask(headers));
    isAsked = false;
    if (answer instanceof Promise) void answer.then(tell);
    else tell(answer);
  };
}

/** Asks the application's function. What it throws can hold a secret, so it stays out of the message. */
function ask(
  source: Extract<HeaderSource, () => unknown>,
): HeaderFields | string | Promise<HeaderFields | string> {
  try {
    const answer: unknown = source();
    return (
      promiseOf(answer)
        ?.then(checked)
        .catch(() => FAILED) ?? checked(answer)
    );
  } catch {
    return FAILED;
  }
}

const FAILED = 'the headers function failed';

function checked(answer: unknown): HeaderFields | string {
  const headers = copyOf(answer);
  const fault = faultOfHeaders(headers);
  return fault === undefined ? (headers as HeaderFields) : `the headers function's result ${fault}`;
}

interface HeaderOfPost {
  /** In lower case. */
  readonly name: string;
  readonly valueFor: (payload: Payload, attempt: AttemptSpec) => string;
}

/** What differs from one POST to the next. A header that is configured takes the place of none of these. */
const OF_EACH_POST: readonly HeaderOfPost[] = [
  { name: 'idempotency-key', valueFor: ({ idempotencyKey }) => idempotencyKey },
];

/** Writes the headers of a POST. Those that stay the same from one POST to the next are put together once. */
export function headerWriter(): (
  payload: Payload,
  attempt: AttemptSpec,
  configured: HeaderFields,
  ofTheWay: HeaderFields,
) => HeaderList {
  let last:
    | { configured: HeaderFields; ofTheWay: HeaderFields; contentType: string; encoding: string | undefined }
    | undefined;
  let list: HeaderList = [];
  return (payload, attempt, configured, ofTheWay) => {
    const { contentType, contentEncoding: encoding } = payload;
    const isLast =
      last?.configured === configured &&
      last.ofTheWay === ofTheWay &&
      last.contentType === contentType &&
      last.encoding === encoding;
    if (!isLast) {
      last = { configured, ofTheWay, contentType, encoding };
      list = listOf(payload, configured, ofTheWay);
    }
    const all = [...list];
    for (const { name, valueFor } of OF_EACH_POST) all.push(name, valueFor(payload, attempt));
    return all;
  };
}

/** A configured content type wins: some endpoints want one of their own. The content encoding can't be configured. */
function listOf(
  { contentType, contentEncoding }: Pick<Payload, 'contentType' | 'contentEncoding'>,
  configured: HeaderFields,
  ofTheWay: HeaderFields,
): HeaderList {
  const encoding: HeaderFields = contentEncoding === undefined ? {} : { 'content-encoding': contentEncoding };
  const merged = mergeHeaders({ 'content-type': contentType }, ofTheWay, configured, encoding);
  for (const { name } of OF_EACH_POST) delete merged[name];
  return Object.entries(merged).flat();
}
