import type { Dispatcher } from 'undici';
import type { Clock } from '../clock.js';
import type { DeliveryConfig } from '../config.js';
import type { HeaderFields } from '../options.js';
import { TimeLimits } from '../time-limits.js';
import { setImmediate } from '../timers.js';
import { createDispatcher } from './dispatcher.js';
import { judge, redirectTarget } from './judge.js';
import { Post, type PostResult, type Target, targetOf } from './post.js';
import { type Configured, headerWriter } from './request-headers.js';
import type { Payload, SendResult, Settle, Transport } from './transport.js';

const MAX_REDIRECTS = 5;
/** A pool can hold several connections that the endpoint has closed while they were idle. */
const MAX_FRESH_STARTS = 2;

export type HttpConfig = Pick<
  DeliveryConfig,
  'endpoint' | 'timeoutMillis' | 'concurrency' | 'dispatcher' | 'isProxied'
>;

/** Sends each payload in one POST, with a time limit on the whole of it. */
export function createHttpTransport(config: HttpConfig, configured: Configured, clock: Clock): Transport {
  const { concurrency, timeoutMillis, isProxied } = config;
  const dispatcher = config.dispatcher ?? createDispatcher(concurrency, timeoutMillis, isProxied);
  const limits = new TimeLimits<Exchange>(clock, (exchange) =>
    exchange.end({ outcome: 'retry', cause: 'timeout' }),
  );
  const endpoint: Endpoint = {
    dispatcher,
    clock,
    configured,
    writeHeaders: headerWriter(),
    target: targetOf(config.endpoint.url),
    hasAnswered: false,
  };
  let closed = false;

  return {
    send(payload, settle) {
      if (closed) {
        settle(SHUT_DOWN);
        return;
      }
      const exchange = new Exchange(endpoint, payload, (result) => {
        limits.delete(exchange);
        settle(result);
      });
      limits.add(exchange, Math.min(clock.now() + config.timeoutMillis, payload.deadline));
      exchange.start();
    },
    async close() {
      closed = true;
      for (const exchange of limits.clear()) exchange.end(SHUT_DOWN);
      // A dispatcher that was given to us is not ours to close.
      if (config.dispatcher === undefined) await dispatcher.destroy();
    },
  };
}

const SHUT_DOWN: SendResult = { outcome: 'refused', reason: 'shutdown', cause: 'shut down' };

const NONE: HeaderFields = {};

/** What all exchanges share. */
interface Endpoint {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly configured: Configured;
  readonly writeHeaders: ReturnType<typeof headerWriter>;
  readonly target: Target;
  /** Whether the last answer came whole: then a reset connection is one that was closed while idle. */
  hasAnswered: boolean;
}

/** One payload's way to an answer, over redirects and fresh starts. It can be ended from outside. */
class Exchange {
  readonly #endpoint: Endpoint;
  readonly #payload: Payload;
  readonly #settle: Settle;
  #target: Target;
  #headers = NONE;
  #redirects = 0;
  #freshStarts: number;
  #post: Post | undefined;
  #isOver = false;

  constructor(endpoint: Endpoint, payload: Payload, settle: Settle) {
    this.#endpoint = endpoint;
    this.#payload = payload;
    this.#settle = settle;
    this.#target = endpoint.target;
    this.#freshStarts = endpoint.hasAnswered ? MAX_FRESH_STARTS : 0;
  }

  start(): void {
    this.#endpoint.configured((headers) => {
      if (typeof headers === 'string') {
        this.end({ outcome: 'retry', cause: headers });
        return;
      }
      this.#headers = headers;
      this.#send();
    });
  }

  end(result: SendResult): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#post?.abort();
    this.#settle(result);
  }

  #send(): void {
    if (this.#isOver) return; // ended meanwhile, with a result of its own
    const { dispatcher, writeHeaders } = this.#endpoint;
    this.#post = new Post((result) => this.#answered(result));
    const headers = writeHeaders(this.#payload, this.#headers);
    this.#post.start(dispatcher, this.#target, headers, this.#payload.body);
  }

  #answered(result: PostResult): void {
    if (this.#isOver) return;
    if ('failure' in result) {
      if (result.reset && this.#freshStarts-- > 0) {
        // Lets the pool see which of its other connections have gone too.
        setImmediate(() => this.#send());
        return;
      }
      this.#endpoint.hasAnswered = false;
      this.end({ outcome: 'retry', cause: result.failure });
      return;
    }
    this.#endpoint.hasAnswered = true;
    const target = redirectTarget(result, this.#target.url);
    if (target === undefined) this.end(judge(result, this.#endpoint.clock));
    else this.#redirect(target);
  }

  #redirect(url: URL): void {
    if (this.#redirects++ === MAX_REDIRECTS) {
      this.end({ outcome: 'refused', reason: 'refused', cause: 'too many redirects' });
      return;
    }
    const target = targetOf(url);
    // Any configured header can be a credential, so none goes to another origin.
    if (target.origin !== this.#target.origin) this.#headers = NONE;
    this.#target = target;
    this.#send();
  }
}
