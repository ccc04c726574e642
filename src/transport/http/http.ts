import type { DeliveryConfig } from '../../config/config.js';
import { NO_PROXIES, type Proxies } from '../../config/proxy.js';
import type { Chance, Clock } from '../../runtime/clock.js';
import { TimeLimits } from '../../runtime/time-limits.js';
import { setImmediate } from '../../runtime/timers.js';
import type { HeaderFields } from '../../types/options.js';
import { type SendResult, SHUT_DOWN } from '../../types/send-result.js';
import type { Payload, Settle, Transport } from '../transport.js';
import { type Answer, classifyResponse, redirectTarget } from './classify-response.js';
import { type Connections, connectionsOf, openConnections, type PooledConnection } from './connections.js';
import { detailOf, failed } from './detail.js';
import { type Failure, failureOf, Post, type PostResult } from './post.js';
import { type Configured, headerWriter } from './request-headers.js';
import { secretsOf } from './secrets.js';
import { type Target, targetOf, Way } from './target.js';

const MAX_REDIRECTS = 5;
/** The pool of an application can hold several connections that the endpoint has closed while they were idle. */
const MAX_FRESH_STARTS = 2;

export type HttpConfig = Pick<
  DeliveryConfig,
  'endpoint' | 'timeoutMillis' | 'concurrency' | 'maxConnectionAgeMillis' | 'dispatcher' | 'proxies'
>;

/** Sends each payload in one POST, with a time limit on the whole of it. `heard` is told how each ended. */
export function createHttpTransport(
  config: HttpConfig,
  configured: Configured,
  heard: Settle,
  clock: Clock,
  chance: Chance = Math.random,
): Transport {
  const { dispatcher } = config;
  const isOurs = dispatcher === undefined;
  const connections = isOurs ? openConnections(config, clock, chance) : connectionsOf(dispatcher);
  const proxies = isOurs ? config.proxies : NO_PROXIES;
  const limits = new TimeLimits<Exchange>(clock, (exchange) => exchange.timeOut());
  const endpoint: Endpoint = {
    connections,
    proxies,
    clock,
    configured,
    writeHeaders: headerWriter(),
    way: new Way(config.endpoint.url, proxies),
    isKnown: false,
  };
  let closed = false;

  return {
    send(payload, settle, afresh = false) {
      if (closed) {
        settle(SHUT_DOWN);
        return;
      }
      const exchange = new Exchange(endpoint, payload, afresh, (result) => {
        limits.delete(exchange);
        heard(result);
        settle(result);
      });
      limits.add(exchange, Math.min(clock.now() + config.timeoutMillis, payload.deadline));
      exchange.start();
    },
    async close() {
      closed = true;
      for (const exchange of limits.clear()) exchange.end(SHUT_DOWN);
      connections.close();
    },
  };
}

const NONE: HeaderFields = {};

/** What all exchanges share. */
interface Endpoint {
  readonly connections: Connections;
  readonly proxies: Proxies;
  readonly clock: Clock;
  readonly configured: Configured;
  readonly writeHeaders: ReturnType<typeof headerWriter>;
  readonly way: Way;
  /** Whether any answer ever came. */
  isKnown: boolean;
}

/** One payload's way to an answer, over redirects and fresh starts. It can be ended from outside. */
class Exchange {
  readonly #endpoint: Endpoint;
  /** Until it is over: an application's headers function that never answers keeps hold of the exchange for ever. */
  #payload: Payload | undefined;
  #settle: Settle | undefined;
  #target: Target;
  #headers = NONE;
  #redirects = 0;
  #freshStarts = 0;
  #afresh: boolean;
  #connection: PooledConnection | undefined;
  #isAbroad = false;
  #post: Post | undefined;

  constructor(endpoint: Endpoint, payload: Payload, afresh: boolean, settle: Settle) {
    this.#endpoint = endpoint;
    this.#payload = payload;
    this.#settle = settle;
    this.#target = endpoint.way.target;
    this.#afresh = afresh;
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
    const settle = this.#settle;
    this.#payload = undefined;
    this.#settle = undefined;
    this.#post?.abort();
    this.#drop();
    settle?.(result);
  }

  timeOut(): void {
    if (this.#post !== undefined) this.fail('timeout', false);
    else this.end({ outcome: 'retry', cause: 'the headers function gave no answer within timeoutMillis' });
  }

  /** Ends it for now: nothing that could be judged has come. */
  fail(cause: string, byProxy: boolean): void {
    this.#endpoint.way.failed(this.#target, byProxy);
    this.end(failed(cause, this.#target.url, this.#endpoint.isKnown));
  }

  #send(): void {
    const payload = this.#payload;
    if (payload === undefined) return; // ended meanwhile, with a result of its own
    const { connections, writeHeaders } = this.#endpoint;
    const target = this.#target;
    try {
      const headers = writeHeaders(payload, this.#isAbroad ? NONE : this.#headers, target.headers);
      const { body } = payload;
      this.#connection = connections.take(target, this.#afresh);
      this.#post = new Post((result) => this.#answered(result));
      this.#post.start(this.#connection, target, headers, body);
    } catch (error) {
      // No memory is left for the body, say. Whoever called this may be a promise or a timer, which would pass it on to the process.
      this.end({ outcome: 'retry', cause: failureOf(error).failure });
    }
  }

  #answered(answer: PostResult): void {
    if (this.#payload === undefined) return;
    if ('failure' in answer) {
      this.#failed(answer);
      return;
    }
    this.#endpoint.isKnown = true;
    const target = redirectTarget(answer, this.#target.url);
    const result = target === undefined ? this.#classify(answer) : undefined;
    // Who asks for another try has not proven to be well, and behind another connection may be somebody else.
    if (result?.outcome === 'retry') this.#drop();
    else this.#keep();
    if (result?.outcome === 'delivered') this.#endpoint.way.worked();
    if (result !== undefined) this.end(result);
    else this.#redirect(target as URL);
  }

  #classify(answer: Answer): SendResult {
    const result = classifyResponse(answer, this.#endpoint.clock);
    if (answer.body === undefined) return result;
    const { url, headers, tunnel } = this.#target;
    const sent = { ...this.#headers, ...headers, 'proxy-authorization': tunnel?.authorization };
    const secrets = secretsOf([this.#endpoint.way.target.url, url], sent);
    return { ...result, detail: detailOf(answer, url, this.#redirects > 0, secrets) };
  }

  #failed({ failure, reset, byProxy }: Failure): void {
    const wasClosedWhileIdle = reset && this.#connection?.hasWorked === true;
    this.#drop();
    if (wasClosedWhileIdle && this.#freshStarts++ < MAX_FRESH_STARTS) {
      this.#afresh = true;
      // Lets a pool see which of its other connections have gone too.
      setImmediate(() => this.#send());
      return;
    }
    this.fail(failure, byProxy);
  }

  #keep(): void {
    if (this.#connection !== undefined) this.#endpoint.connections.keep(this.#connection);
    this.#connection = undefined;
  }

  #drop(): void {
    if (this.#connection !== undefined) this.#endpoint.connections.drop(this.#connection);
    this.#connection = undefined;
  }

  #redirect(url: URL): void {
    if (this.#redirects++ === MAX_REDIRECTS) {
      this.end({ outcome: 'refused', reason: 'refused', cause: 'too many redirects' });
      return;
    }
    const target = targetOf(url, this.#endpoint.proxies);
    // Any configured header can be a credential, so none goes to another origin.
    if (url.origin !== this.#target.url.origin) this.#isAbroad = true;
    this.#target = target;
    this.#send();
  }
}
