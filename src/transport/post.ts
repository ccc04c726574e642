import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { Dispatcher } from 'undici';
import type { Answer } from './judge.js';

/** An answer or, without a whole one, what went wrong, in a word that holds no secret. */
export type PostResult = Answer | { readonly failure: string; readonly reset: boolean };

/** Of an answer no more is read: its status has already decided. */
const MAX_ANSWER_BYTES = 64 * 1024;

/** What ends an exchange from outside: its time limit, or the end of the transport. */
export interface Call {
  readonly over: boolean;
  /** Set by a request that is under way. */
  abort: (() => void) | undefined;
}

/** One POST, from its first byte to the last of the answer. Settles with a value; never rejects. */
export function post(
  dispatcher: Dispatcher,
  url: URL,
  headers: Record<string, string>,
  body: string | Uint8Array,
  call: Call,
): Promise<PostResult> {
  return new Promise((resolve) => {
    const handler = answerHandler(call, resolve);
    const options = {
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST' as const,
      headers,
      body,
    };
    try {
      // So that HTTP instrumentations make no spans of our own requests.
      context.with(suppressTracing(context.active()), () => dispatcher.dispatch(options, handler));
    } catch (error) {
      resolve(failureOf(error));
    }
  });
}

function answerHandler(call: Call, resolve: (result: PostResult) => void): Dispatcher.DispatchHandler {
  let answer: Answer | undefined;
  let read = 0;
  return {
    onRequestStart(controller) {
      call.abort = () => controller.abort(new AbortedError());
      // Given up while it waited for a connection: then it must not go out any more.
      if (call.over) call.abort();
    },
    onResponseStart(_controller, status, headers) {
      // An informational answer (1xx) is followed by another, which takes its place.
      answer = { status, retryAfter: text(headers['retry-after']), location: text(headers['location']) };
    },
    onResponseData(controller, chunk) {
      read += chunk.length;
      if (read <= MAX_ANSWER_BYTES || answer === undefined) return;
      resolve(answer);
      controller.abort(new AbortedError());
    },
    onResponseEnd() {
      resolve(answer ?? { failure: 'no answer', reset: false });
    },
    onResponseError(_controller, error) {
      const failure = failureOf(error);
      resolve(
        answer === undefined ? failure : { failure: `answer cut short (${failure.failure})`, reset: false },
      );
    },
  };
}

class AbortedError extends Error {
  override readonly name = 'AbortedError';
}

/** How a connection ends that was closed by the other side. */
const RESETS = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function failureOf(error: unknown): { readonly failure: string; readonly reset: boolean } {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  // Not the message: it can quote a header or a proxy's URL.
  const failure = String(code ?? name ?? 'unknown error');
  return { failure, reset: RESETS.has(failure) };
}

const text = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;
