import type { IncomingHttpHeaders } from 'node:http';
import { show } from '../config/rules.js';

/** A record as it arrives: what `JSON.parse` makes of it. */
export type ReceivedRecord = Record<string, unknown>;

/** One request as it arrived. */
export interface ReceivedRequest {
  /** `POST`, of this package. */
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** By names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The bytes of the body, as they came: compressed where the request was. */
  readonly body: Buffer;
  /** What is in it, whatever its format and compression. Empty where it is nothing that this package sends. */
  readonly records: readonly ReceivedRecord[];
}

/** How a request is answered: with a status, with a status and more, or with a connection that is reset. */
export type Answer =
  | number
  | 'reset'
  | {
      /** From 200 to 599. */
      readonly status: number;
      /** Such as `{ 'retry-after': '1' }`. */
      readonly headers?: Readonly<Record<string, string>> | undefined;
      /** Default: none. */
      readonly body?: string | undefined;
    };

/** Decides on an answer. The request waits for it for as long as it takes. */
export type Respond = (request: ReceivedRequest) => Answer | Promise<Answer>;

const OK = 204;

/** Which request gets which answer: those of a list one after the other, all others that of a function. */
export class Answers {
  #next: readonly (Answer | Respond)[] = [];
  #otherwise: Respond = () => OK;

  set(given: Respond | readonly (Answer | Respond)[]): void {
    if (typeof given === 'function') {
      this.#otherwise = given;
      this.#next = [];
    } else if (Array.isArray(given)) {
      for (const one of given) if (typeof one !== 'function') check(one);
      this.#next = given;
    } else {
      throw new TypeError(
        `otel-remote-logger: respond() takes a function, or a list of answers to the next requests, got ${show(given)}`,
      );
    }
  }

  async to(request: ReceivedRequest): Promise<Exclude<Answer, number>> {
    const [next = this.#otherwise, ...others] = this.#next;
    this.#next = others;
    const answer = check(typeof next === 'function' ? await next(request) : next);
    return typeof answer === 'number' ? { status: answer } : answer;
  }
}

function check(answer: Answer): Answer {
  const status = typeof answer === 'object' ? answer?.status : answer;
  if (answer === 'reset' || (Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599)) {
    return answer;
  }
  throw new TypeError(
    `otel-remote-logger: an answer must be a status from 200 to 599, an object with such a status, or "reset", got ${show(answer)}`,
  );
}
