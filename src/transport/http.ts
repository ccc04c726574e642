import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.js';
import type { DeliveryConfig, HeaderSource } from '../config.js';
import { faultOfHeaders, mergeHeaders } from '../headers.js';
import { createDispatcher } from './dispatcher.js';
import { judge, redirectTarget } from './judge.js';
import { type Call, post } from './post.js';
import type { Payload, SendResult, Transport } from './transport.js';

const MAX_REDIRECTS = 5;
/** A pool can hold several connections that the endpoint has closed while they were idle. */
const MAX_FRESH_STARTS = 2;

export type HttpConfig = Pick<
  DeliveryConfig,
  'endpoint' | 'headers' | 'timeoutMillis' | 'concurrency' | 'dispatcher'
>;

/** Sends each payload in one POST, with a time limit on the whole of it. */
export function createHttpTransport(config: HttpConfig, clock: Clock): Transport {
  const dispatcher = config.dispatcher ?? createDispatcher(config.concurrency, config.timeoutMillis);
  const calls = new Set<EndableCall>();
  /** Whether the last answer came whole: then a reset connection is one that was closed while idle. */
  const health = { answered: false };
  let closed = false;

  return {
    async send(payload) {
      if (closed) return SHUT_DOWN;
      const call = new EndableCall();
      calls.add(call);
      const limit = Math.min(config.timeoutMillis, payload.deadline - clock.now());
      const timer = clock.setTimer(() => call.end({ outcome: 'retry', cause: 'timeout' }), limit);
      try {
        return await Promise.race([exchange(payload, config, dispatcher, call, health, clock), call.ended]);
      } finally {
        timer.cancel();
        calls.delete(call);
      }
    },
    async close() {
      closed = true;
      for (const call of calls) call.end(SHUT_DOWN);
      // A dispatcher that was given to us is not ours to close.
      if (config.dispatcher === undefined) await dispatcher.destroy();
    },
  };
}

const SHUT_DOWN: SendResult = { outcome: 'refused', reason: 'shutdown', cause: 'shut down' };

/** An exchange that can be ended from outside, with the result that it then has. */
class EndableCall implements Call {
  over = false;
  abort: (() => void) | undefined;
  readonly ended: Promise<SendResult>;
  #resolve!: (result: SendResult) => void;

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  end(result: SendResult): void {
    this.over = true;
    this.#resolve(result);
    this.abort?.();
  }
}

async function exchange(
  payload: Payload,
  config: HttpConfig,
  dispatcher: Dispatcher,
  call: Call,
  health: { answered: boolean },
  clock: Clock,
): Promise<SendResult> {
  let { url } = config.endpoint;
  let headers = await configuredHeaders(config);
  if (typeof headers === 'string') return { outcome: 'retry', cause: headers };
  let redirects = 0;
  let freshStarts = health.answered ? MAX_FRESH_STARTS : 0;
  for (;;) {
    if (call.over) return SHUT_DOWN; // nobody reads it: the call has ended with a result of its own
    const result = await post(dispatcher, url, headersOf(payload, headers), payload.body, call);
    if ('failure' in result) {
      if (result.reset && freshStarts-- > 0) {
        await nextTurn(); // lets the pool see which of its other connections have gone too
        continue;
      }
      health.answered = false;
      return { outcome: 'retry', cause: result.failure };
    }
    health.answered = true;
    const target = redirectTarget(result, url);
    if (target === undefined) return judge(result, clock.wallNow());
    if (redirects++ === MAX_REDIRECTS)
      return { outcome: 'refused', reason: 'refused', cause: 'too many redirects' };
    // Any configured header can be a credential, so none goes to another origin.
    if (target.origin !== url.origin) headers = {};
    url = target;
  }
}

/** A configured content type wins: some endpoints want one of their own. What the payload is can't be configured. */
function headersOf(payload: Payload, configured: Record<string, string>): Record<string, string> {
  return mergeHeaders({ 'content-type': payload.contentType }, configured, {
    ...(payload.contentEncoding && { 'content-encoding': payload.contentEncoding }),
    'idempotency-key': payload.idempotencyKey,
  });
}

/** The headers that the settings ask for, or what is wrong with them. */
async function configuredHeaders({
  endpoint,
  headers,
}: HttpConfig): Promise<Record<string, string> | string> {
  const basic = endpoint.authorization === undefined ? {} : { authorization: endpoint.authorization };
  const given = await ask(headers);
  return typeof given === 'string'
    ? given
    : mergeHeaders({ 'user-agent': 'otel-remote-logger' }, basic, given);
}

async function ask(source: HeaderSource): Promise<Readonly<Record<string, string>> | string> {
  if (typeof source !== 'function') return source;
  try {
    const headers = await source();
    const fault = faultOfHeaders(headers);
    return fault === undefined ? headers : `the headers function's result ${fault}`;
  } catch {
    return 'the headers function failed'; // what it threw can hold a secret
  }
}
