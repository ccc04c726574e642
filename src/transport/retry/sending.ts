import type { SendResult } from '../../types/send-result.js';
import type { AttemptSpec, Payload, Settle } from '../transport.js';

/** A result that another attempt may mend. */
export type Retry = Extract<SendResult, { readonly outcome: 'retry' }>;

/** What people are told of a failure. */
export type Why = Pick<Retry, 'cause' | 'detail'>;

/** After so many 500s, one of several records may be the cause, and the payload is sent in halves. */
const TRIES_BEFORE_HALVES = 3;

/** One payload on its way through as many attempts as it takes. */
export class Sending implements AttemptSpec {
  /** The number of its last attempt. */
  number = 0;
  afresh = false;
  failures = 0;
  /** What the gate's `answers` were at the last failure or, before any failure, when the first attempt began. */
  answersThen = 0;
  /** Why its last attempt failed. */
  why: Why | undefined;
  isSettled = false;
  /** How many of its failures were a 500. */
  #serverErrors = 0;
  /** Whether the endpoint may have taken the payload: an attempt ended without a whole answer of the endpoint. */
  #mayBeTaken = false;
  #giveUpAt: number | undefined;

  constructor(
    readonly payload: Payload,
    private readonly onSettled: Settle,
  ) {}

  failed({ cause, detail, status }: Retry): void {
    this.why = { cause, detail };
    this.failures++;
    if (status === 500) this.#serverErrors++;
    if (status === undefined || status === 502 || status === 504) this.#mayBeTaken = true;
  }

  /**
   * Whether one of its records may be what fails. Of the answers that another try may mend, 500 is the one that also says: this
   * body breaks me. A payload that may have been taken goes on as it is, under the key by which an endpoint knows it again.
   */
  get mayBeSpoilt(): boolean {
    return this.payload.isDivisible && !this.#mayBeTaken && this.#serverErrors >= TRIES_BEFORE_HALVES;
  }

  /**
   * When it is given up. Set once, when the payload first meets trouble: the budget is spent on failures, not on waiting for its
   * turn behind others that get through, and not on an outage that began before it came.
   */
  giveUpAt(troubleSince: number, maxElapsedMillis: number): number {
    const { since, deadline } = this.payload;
    this.#giveUpAt ??= Math.min(Math.max(troubleSince, since) + maxElapsedMillis, deadline);
    return this.#giveUpAt;
  }

  /** The gate has opened again. A payload that only waited for it, and has not failed itself, has its whole budget for the next trouble. */
  forgetTrouble(): void {
    if (this.failures === 0) this.#giveUpAt = undefined;
  }

  settle(result: SendResult): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.onSettled(result);
  }
}
