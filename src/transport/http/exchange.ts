import type { Proxies } from '../../config/proxy.js';
import type { Clock } from '../../runtime/clock.js';
import { setImmediate } from '../../runtime/timers.js';
import type { HeaderFields } from '../../types/options.js';
import type { SendResult } from '../../types/send-result.js';
import type { OpenAttempt, StopCause, Stoppable } from '../transport.js';
import { type Answer, classifyResponse, redirectTarget } from './classify-response.js';
import type { Connections, PooledConnection } from './connections.js';
import { detailOf, failed } from './detail.js';
import { type Failure, failureOf } from './failure.js';
import { Post, type PostResult } from './post.js';
import type { Configured, headerWriter } from './request-headers.js';
import { secretsOf } from './secrets.js';
import { type Target, targetOf, type Way } from './target.js';

const MAX_REDIRECTS = 5;
/** The pool of an application can hold several connections that the endpoint has closed while they were idle. */
const MAX_FRESH_STARTS = 2;

const NONE: HeaderFields = {};

/** What all exchanges share. */
export interface Endpoint {
  readonly connections: Connections;
  readonly proxies: Proxies;
  readonly clock: Clock;
  readonly configured: Configured;
  readonly writeHeaders: ReturnType<typeof headerWriter>;
  readonly way: Way;
  /** Whether the endpoint has ever answered. */
  isKnown: boolean;
}

/**
 * One attempt's way to an answer, over redirects and fresh starts. It keeps hold of the attempt alone, and of no payload: an
 * application's headers function that never answers keeps hold of the exchange for ever.
 */
export class Exchange implements Stoppable {
  readonly #endpoint: Endpoint;
  readonly #attempt: OpenAttempt;
  #target: Target;
  #headers = NONE;
  #redirects = 0;
  #freshStarts = 0;
  #afresh: boolean;
  #connection: PooledConnection | undefined;
  #isAbroad = false;
  #post: Post | undefined;

  constructor(endpoint: Endpoint, attempt: OpenAttempt) {
    this.#endpoint = endpoint;
    this.#attempt = attempt;
    this.#target = endpoint.way.target;
    this.#afresh = attempt.afresh;
  }

  start(): void {
    this.#endpoint.configured((headers) => {
      if (typeof headers === 'string') {
        this.#end({ outcome: 'retry', cause: headers });
        return;
      }
      this.#headers = headers;
      this.#send();
    });
  }

  stop(cause: StopCause): void {
    if (cause === 'shutdown') this.#release();
    else if (this.#post !== undefined) this.#fail('timeout', false);
    else this.#end({ outcome: 'retry', cause: 'the headers function gave no answer within timeoutMillis' });
  }

  #end(result: SendResult): void {
    this.#release();
    this.#attempt.end(result);
  }

  #release(): void {
    this.#post?.abort();
    this.#drop();
  }

  /** Ends the attempt without an answer. */
  #fail(cause: string, byProxy: boolean): void {
    this.#endpoint.way.failed(this.#target, byProxy);
    this.#end(failed(cause, this.#target.url, this.#endpoint.isKnown));
  }

  #send(): void {
    const attempt = this.#attempt;
    const { payload } = attempt;
    if (payload === undefined) return; // ended meanwhile
    const { connections, writeHeaders } = this.#endpoint;
    const target = this.#target;
    try {
      const configured = this.#isAbroad ? NONE : this.#headers;
      const headers = writeHeaders(payload, attempt, configured, target.headers);
      const { body } = payload;
      this.#connection = connections.take(target, this.#afresh);
      this.#post = new Post((result) => this.#answered(result), attempt);
      this.#post.start(this.#connection, target, headers, body);
    } catch (error) {
      // No memory is left for the body, say. The caller may be a promise or a timer, where an exception would end the process.
      this.#end({ outcome: 'retry', cause: failureOf(error).failure });
    }
  }

  #answered(answer: PostResult): void {
    if (this.#attempt.over) return;
    if ('failure' in answer) {
      this.#failed(answer);
      return;
    }
    this.#endpoint.isKnown = true;
    const target = redirectTarget(answer, this.#target.url);
    const result = target === undefined ? this.#classify(answer) : undefined;
    // A machine that asks for another try may be sick. Over a new connection, the next try may come to another machine.
    if (result?.outcome === 'retry') this.#drop();
    else this.#keep();
    if (result?.outcome === 'delivered') this.#endpoint.way.worked();
    if (result !== undefined) this.#end(result);
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
      // In the next turn, when a pool has seen which of its other connections are closed, too.
      setImmediate(() => this.#send());
      return;
    }
    this.#fail(failure, byProxy);
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
      this.#end({ outcome: 'refused', reason: 'refused', cause: 'too many redirects' });
      return;
    }
    const target = targetOf(url, this.#endpoint.proxies);
    // Any configured header can be a credential, so none goes to another origin.
    if (url.origin !== this.#target.url.origin) this.#isAbroad = true;
    this.#target = target;
    this.#send();
  }
}
