/** Why an admitted record was given up. A closed set: every failed record has exactly one of these. */
export type FailReason =
  /** The endpoint gave a final answer that is not about this record, such as 401 or 404. */
  | 'refused'
  /** The endpoint did not take this record: 400 or 422. */
  | 'rejected'
  /** The record alone is above `maxPayloadBytes`, or the endpoint answered 413 for it. */
  | 'too_large'
  /** Attempts failed until the retry budget was spent. */
  | 'retries_exhausted'
  /** The time limit of one export ran out before the record was sent. */
  | 'timeout'
  /** It waited for longer than `spool.maxAgeMillis`. */
  | 'expired'
  /** It was damaged in the queue on disk. */
  | 'corrupt'
  /** The deadline of `shutdown()`, or of a natural end, passed before the record was delivered. */
  | 'shutdown'
  /** This package, or a function that was given to it, has a fault. Please report it. */
  | 'internal';

/**
 * How an attempt ended: a value, never an exception. `cause` is a word of few, for people and metrics; `detail` tells people more,
 * such as what the endpoint says or what to do. Neither holds a secret.
 */
export type SendResult =
  | { readonly outcome: 'delivered'; readonly status?: number; readonly detail?: string | undefined }
  /** Another try may help. */
  | {
      readonly outcome: 'retry';
      readonly cause: string;
      readonly detail?: string | undefined;
      readonly status?: number;
      readonly afterMillis?: number | undefined;
      /** What its records count as if they are given up; `retries_exhausted` where nothing is said. */
      readonly reason?: FailReason;
    }
  /** The payload goes on failing as it is; halves of it may not. */
  | {
      readonly outcome: 'split';
      readonly cause: string;
      readonly detail?: string | undefined;
      readonly status?: number;
    }
  | Refused;

export interface Refused {
  readonly outcome: 'refused';
  readonly reason: FailReason;
  readonly cause: string;
  readonly detail?: string | undefined;
  readonly status?: number;
}

/** Whether the endpoint has refused to take anything, rather than these records. */
export const isRefusal = (result: SendResult): result is Refused =>
  result.outcome === 'refused' && result.reason === 'refused';

/** One attempt to send a payload, until the end of its answer. Crosses from the thread as it is. */
export interface Attempt {
  readonly seconds: number;
  /** The length of the payload's body, whether all of it, or any, was sent. */
  readonly bodyBytes: number;
  readonly result: SendResult;
}

/** How a payload ends, after as many attempts as it takes. */
export type SettledResult = Exclude<SendResult, { readonly outcome: 'retry' | 'split' }>;

/** How a payload ends that nothing is sent of any more. */
export const SHUT_DOWN: Refused = { outcome: 'refused', reason: 'shutdown', cause: 'shut down' };

/** How records end that are too old. */
export const EXPIRED: Refused = {
  outcome: 'refused',
  reason: 'expired',
  cause: 'older than spool.maxAgeMillis',
};

/** Why something failed, for people: what went wrong, and what the endpoint said about it. */
export const whyOf = ({
  cause,
  detail,
}: {
  readonly cause?: string | undefined;
  readonly detail?: string | undefined;
}): string => [cause, detail].filter((word) => word !== undefined).join(': ');
