/** Why an admitted record was given up. A closed set: every failed record has exactly one of these. */
export type FailReason =
  /** The endpoint gave a final answer that is neither success nor worth a retry, such as 401 or 404. */
  | 'refused'
  /** The endpoint would not take this record: 400 or 422. */
  | 'rejected'
  /** The record alone is above `maxPayloadBytes`, or the endpoint answered 413 for it. */
  | 'too_large'
  /** Tries went on failing until the retry budget was spent. */
  | 'retries_exhausted'
  /** The time limit of one export ran out before the record was sent. */
  | 'timeout'
  /** The logger was shut down, with a deadline that passed, before the record was delivered. */
  | 'shutdown'
  /** A fault of this package or of a function given to it. Please report it. */
  | 'internal';

/** What goes with a body. */
export interface PayloadHead {
  readonly contentType: string;
  /** Stays the same over all tries, so that an endpoint can drop a duplicate. */
  readonly idempotencyKey: string;
  /** Whether it holds several records, which can be sent in halves. */
  readonly isDivisible: boolean;
  /** When its records were handed over for delivery, on the clock's `now()`. */
  readonly since: number;
  /** When it has to be settled at the latest, on the clock's `now()`; `Infinity` for never. */
  readonly deadline: number;
}

/** What goes with a body, alone: payloads can be of classes, whose getters no spreading copies. */
export const headOf = (payload: PayloadHead): PayloadHead => {
  const { contentType, idempotencyKey, isDivisible, since, deadline } = payload;
  return { contentType, idempotencyKey, isDivisible, since, deadline };
};

/** The body of one POST, and what goes with it. */
export interface Payload extends PayloadHead {
  /** May be put together each time that it is asked for. */
  readonly body: Uint8Array;
  readonly contentEncoding?: 'gzip';
}

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

/** How a payload ends that nothing is sent of any more. */
export const SHUT_DOWN: Refused = { outcome: 'refused', reason: 'shutdown', cause: 'shut down' };

/** Why something failed, for people: what went wrong, and what the endpoint said about it. */
export const whyOf = ({
  cause,
  detail,
}: {
  readonly cause?: string | undefined;
  readonly detail?: string | undefined;
}): string => [cause, detail].filter((word) => word !== undefined).join(': ');

/** Is told, once, how a payload ended. */
export type Settle = (result: SendResult) => void;

/**
 * Sends payloads. Retry and compression each take a transport and return one,
 * so what a payload goes through is read off where they are put together.
 */
export interface Transport {
  /**
   * Calls `settle` once, at once or later; never throws. Not a promise: at one POST a record, promises cost more than the POST.
   * `afresh` asks for a new connection, where the transport has connections.
   */
  send(payload: Payload, settle: Settle, afresh?: boolean): void;
  /** Gives up what is under way, which settles as refused with reason `shutdown`, and lets go of all resources. */
  close(): Promise<void>;
  /** An end is near: what waits for another try is tried at once, and no pause holds it up, also one that the endpoint asked for. */
  hurry?(): void;
}
