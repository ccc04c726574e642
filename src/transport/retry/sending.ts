import type { SendResult } from '../../types/send-result.js';
import type { AttemptSpec, Payload, Settle } from '../transport.js';

/** A result that another attempt may mend. */
export type Retry = Extract<SendResult, { readonly outcome: 'retry' }>;

/** What people are told of a failure. */
export type Why = Pick<Retry, 'cause' | 'detail' | 'reason'>;

/** After so many 500s, one of several records may be the cause, and the payload is sent in halves. */
const TRIES_BEFORE_HALVES = 3;

/** After so many failures while most others got through, the next ones say nothing of the endpoint. */
const ALONE_OFTEN = 3;
/** After so many, over so long a time, it is not tried again, where records have no time limit of their own: it would be in the way of others for ever. */
const ALONE_TOO_OFTEN = 10;
const MOST_ALONE_MILLIS = 300_000;

/** One payload on its way through as many attempts as it takes. */
export class Sending implements AttemptSpec {
  /** The number of its last attempt. */
  number = 0;
  afresh = false;
  failures = 0;
  /** What the gate's `answers` were at the last failure or, before any failure, when the first attempt began. */
  answersThen = 0;
  /** The same of attempts that had failed. */
  failuresThen = 0;
  /** Why its last attempt failed. */
  why: Why | undefined;
  isSettled = false;
  /** How many of its failures may be about one of its records: a 500, or a refusal. */
  #faultsFound = 0;
  /** Whether the endpoint may have taken the payload: an attempt ended without a whole answer of the endpoint. */
  #mayBeTaken = false;
  #giveUpAt: number | undefined;
  /** How often it has failed while most others got through, and since when. */
  #failuresAlone = 0;
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
   * body breaks me; and a refusal, where others get through. A payload that may have been taken goes on as it is, under the key by
   * which an endpoint knows it again, until there is no hope for it as a whole.
   */
  isToHalve({ status, reason }: Retry, isAlone: boolean, isHopeless: boolean): boolean {
    if (!this.payload.isDivisible) return false;
    const mayBeSpoilt = status === 500 || (isAlone && reason !== undefined);
    return isHopeless || (mayBeSpoilt && !this.#mayBeTaken && this.#faultsFound >= TRIES_BEFORE_HALVES);
  }

  failedAlone(now: number): void {
    if (this.#failuresAlone++ === 0) this.#aloneSince = now;
  }

  get isOftenAlone(): boolean {
    return this.#failuresAlone >= ALONE_OFTEN;
  }

  /** Whether it has failed by itself for too long, in time in which the process ran. */
  isHopeless(now: number, wentOnAt: number): boolean {
    if (this.#failuresAlone < ALONE_TOO_OFTEN) return false;
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
