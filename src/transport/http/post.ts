import { channel } from 'node:diagnostics_channel';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Dispatcher } from 'undici';
import { promiseOf } from '../../runtime/foreign.js';
import { isOwnForever, runAsOwnWork, type Work } from '../../runtime/own-work.js';
import type { Answer } from './classify-response.js';
import type { PooledConnection } from './connections.js';
import { type Beginning, isHtml } from './excerpt.js';
import { type Failure, failureOf } from './failure.js';
import type { HeaderList } from './request-headers.js';
import type { Target } from './target.js';

/** An answer or, without a whole one, why. */
export type PostResult = Answer | Failure;

/** No more of an answer is read: its status has decided already. */
const MAX_ANSWER_BYTES = 64 * 1024;
/** So much is kept, for messages to people, of an answer that is no plain success. A page for browsers says little at its beginning. */
const MAX_KEPT_BYTES = 8 * 1024;

const NO_CONTENT = 204;

/** So that HTTP instrumentations make no spans of our own requests. */
const UNTRACED = suppressTracing(ROOT_CONTEXT);

/** The diagnostics channels on which undici publishes while a POST starts. */
const CHANNELS = ['undici:request:create', 'undici:client:sendHeaders', 'undici:request:bodySent'].map(
  channel,
);

/** Whether somebody subscribes to these channels. What a subscriber starts must lose the mark of own work when the attempt is over. */
const isHeard = (): boolean => CHANNELS.some(({ hasSubscribers }) => hasSubscribers);

/** One POST, from its first byte to the last of the answer: a part of `work`, if of any. Says once how it ended; never throws. */
export class Post implements Dispatcher.DispatchHandler {
  over = false;
  readonly #work: Work;
  readonly #settle: (result: PostResult) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #answer: Answer | undefined;
  #read = 0;
  /** What is kept of the body, if any of it is. */
  #kept: Buffer[] | undefined;
  #headers: ResponseHeaders | undefined;

  constructor(settle: (result: PostResult) => void, work?: Work) {
    this.#work = work ?? this;
    this.#settle = settle;
  }

  /** `headers` are names and values in turn. */
  start(
    { dispatcher, closes }: Pick<PooledConnection, 'dispatcher' | 'closes'>,
    { origin, path }: Pick<Target, 'origin' | 'path'>,
    headers: HeaderList,
    body: Uint8Array,
  ): void {
    const options: Dispatcher.DispatchOptions = {
      origin,
      path,
      method: 'POST',
      headers: headers as string[],
      body,
    };
    if (closes) options.reset = true;
    try {
      const dispatch = (): unknown => context.with(UNTRACED, () => dispatcher.dispatch(options, this));
      const answer = isOwnForever() && !isHeard() ? dispatch() : runAsOwnWork(this.#work, dispatch);
      // A dispatcher of the application's can be an async function.
      promiseOf(answer)?.catch((error) => this.#end(failureOf(error)));
    } catch (error) {
      this.#end(failureOf(error));
    }
  }

  /** Ends it without a word. */
  abort(): void {
    if (this.over) return;
    this.over = true;
    abort(this.#controller);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // If it was given up while it waited for a connection, it must not be sent any more.
    if (this.over) abort(controller);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: ResponseHeaders,
  ): void {
    // After an informational answer (1xx) comes another one, which takes its place here.
    this.#answer = {
      status,
      retryAfter: textOf(headers, 'retry-after'),
      date: textOf(headers, 'date'),
      location: textOf(headers, 'location'),
    };
    const isPlain = status < 300 && !isHtml(textOf(headers, 'content-type'));
    this.#kept = isPlain ? undefined : [];
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#read < MAX_KEPT_BYTES)
      this.#kept?.push(Buffer.from(chunk.subarray(0, MAX_KEPT_BYTES - this.#read)));
    this.#read += chunk.length;
    if (this.#read <= MAX_ANSWER_BYTES || this.#answer === undefined) return;
    this.#end(this.#whole(this.#answer));
    abort(controller);
  }

  onResponseEnd(): void {
    this.#end(
      this.#answer === undefined
        ? { failure: 'no answer', reset: false, byProxy: false }
        : this.#whole(this.#answer),
    );
  }

  onResponseError(_controller: unknown, error: Error): void {
    const failure = failureOf(error);
    const answer = this.#answer;
    if (answer === undefined) this.#end(failure);
    // It ends with its head. Some say that a body follows, and undici misses it.
    else if (answer.status === NO_CONTENT) this.#end(this.#whole(answer));
    else this.#end({ ...failure, failure: `answer cut short (${failure.failure})`, reset: false });
  }

  /** The answer with what is kept of its body. */
  #whole(answer: Answer): Answer {
    if (this.#kept === undefined) return answer;
    const body: Beginning = {
      bytes: Buffer.concat(this.#kept),
      isCut: this.#read > MAX_KEPT_BYTES,
      contentType: textOf(this.#headers, 'content-type'),
      contentEncoding: textOf(this.#headers, 'content-encoding'),
    };
    return { ...answer, body };
  }

  #end(result: PostResult): void {
    if (this.over) return;
    this.over = true;
    this.#settle(result);
  }
}

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

class AbortedError extends Error {
  override readonly name = 'AbortedError';
}

/** The controller of an application's dispatcher may throw. The attempt is over all the same. */
function abort(controller: Dispatcher.DispatchController | undefined): void {
  try {
    controller?.abort(new AbortedError());
  } catch {
    // Nobody needs to know: what is aborted has its result already.
  }
}

function textOf(headers: ResponseHeaders | undefined, name: string): string | undefined {
  try {
    const value: unknown = headers?.[name];
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'string' ? first : undefined;
  } catch {
    return undefined; // of a dispatcher of the application's
  }
}
