import type { SendResult } from '../../types/send-result.js';
import type { AttemptSpec, Payload, Settle } from '../transport.js';

/** A result that another attempt may mend. */
export type Retry = Extract<SendResult, { readonly outcome: 'retry' }>;

/** What people are told of a failure. */
export type Why = Pick<Retry, 'cause' | 'detail' | 'reason'>;

/** After so many 500s, one of several records may be the cause, and the payload is sent in halves. */
const TRIES_BEFORE_HALVES = 3;

/** With so many bits of evidence that a payload fails by itself, its next failures say nothing of the endpoint. */
const KNOWN_BITS = 3;
/** With so many, over so long a time, it is not tried again, where records have no time limit of their own: it would keep its file for ever. */
const HOPELESS_BITS = 10;
const MOST_ALONE_MILLIS = 300_000;

/** One payload on its way through as many attempts as it takes. */
export class Sending implements AttemptSpec {
  /** The number of its last attempt. */
  number = 0;
  afresh = false;
  failures = 0;
  /** What the gate's `answers` were at the last failure or, before any failure, when the first attempt began. */
  answersThen = 0;
  /** At the same moment, how many others had got through at their first try, and how many had failed. */
  passedThen = 0;
  failedThen = 0;
  /** Why its last attempt failed. */
  why: Why | undefined;
  isSettled = false;
  /** How many of its failures may be about one of its records: a 500, or a refusal. */
  #faultsFound = 0;
  /** Whether the endpoint may have taken the payload: an attempt ended without a whole answer of the endpoint. */
  #mayBeTaken = false;
  #giveUpAt: number | undefined;
  /** By how many bits it has become less likely that its failures are the endpoint's, and since when. */
  #bits = 0;
  #aloneSince = 0;

  constructor(
    readonly payload: Payload,
    private readonly onSettled: Settle,
  ) {}

  failed({ cause, detail, status, reason }: Retry): void {
    this.why = reason === undefined ? { cause, detail } : { cause, detail, reason };
    this.failures++;
    if (status === 500 || reason !== undefined) this.#faultsFound++;
    if (status === undefined || status === 502 || status === 504) this.#mayBeTaken = true;
  }

  /**
   * Whether one of its records may be what fails. Of the answers that another try may mend, 500 is the one that also says: this
   * body breaks me; so does any to a payload that is known to fail by itself. One that
   * may have been taken goes on as it is, under the key by which an endpoint knows it again, until there is no hope for it as a whole.
   */
  isToHalve({ status }: Retry): boolean {
    if (!this.payload.isDivisible) return false;
    if (this.#mayBeTaken) return this.#bits >= HOPELESS_BITS;
    return this.isKnown || (status === 500 && this.#faultsFound >= TRIES_BEFORE_HALVES);
  }

  /**
   * It has failed again, while so many others got through at their first try, and so many failed. If it failed like any other, it would have
   * got through with the share of others that did: each failure adds the bits by which that has become less likely, 1 at the most.
   * Returns whether it is known now to fail by itself, and was not before.
   */
  failedBeside(passed: number, failed: number, now: number): boolean {
    if (this.#bits === 0) this.#aloneSince = now;
    const wasKnown = this.isKnown;
    this.#bits += Math.min(1, Math.log2((passed + failed + 1) / (failed + 1)));
    return this.isKnown && !wasKnown;
  }

  get isKnown(): boolean {
    return this.#bits >= KNOWN_BITS;
  }

  /** Whether it has failed by itself for too long, in time in which the process ran. */
  isHopeless(now: number, wentOnAt: number): boolean {
    if (this.#bits < HOPELESS_BITS) return false;
    return now - Math.max(this.#aloneSince, wentOnAt) >= MOST_ALONE_MILLIS;
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
