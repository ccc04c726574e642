import type { SendResult } from '../types/send-result.js';

/** What goes with a body. */
export interface PayloadHead {
  readonly contentType: string;
  /** Stays the same over all tries, so that an endpoint can drop a duplicate. */
  readonly idempotencyKey: string;
  /** Whether it holds several records, which can be sent in halves. */
  readonly isDivisible: boolean;
  /** When the last of its records was appended, on the clock's `now()`. */
  readonly since: number;
  /** When the payload has to be settled at the latest, on the clock's `now()`; `Infinity` for never. */
  readonly deadline: number;
}

/** The head of a payload, without its body. Spreading would not do: a payload can be an instance of a class, with getters. */
export const headOf = (payload: PayloadHead): PayloadHead => {
  const { contentType, idempotencyKey, isDivisible, since, deadline } = payload;
  return { contentType, idempotencyKey, isDivisible, since, deadline };
};

/** The body of one POST, and what goes with it. */
export interface Payload extends PayloadHead {
  /** May be put together each time that it is asked for. */
  readonly body: Uint8Array;
  /** The length of the body, known without putting it together. */
  readonly bodyBytes: number;
  readonly contentEncoding?: 'gzip';
}

/** Called once, with how a payload ended. */
export type Settle = (result: SendResult) => void;

/** Which attempt of a payload it is. */
export interface AttemptSpec {
  /** 1 for the first. */
  readonly number: number;
  /** Asks for a new connection, where there are connections. */
  readonly afresh: boolean;
}

/**
 * Sends payloads. Retry and compression each take a transport and return one, so `create-transport.ts`, which puts them together, shows what
 * a payload goes through.
 */
export interface Transport {
  /**
   * Calls `settle` once, at once or later; never throws. Not a promise: at one POST a record, promises cost more than the POST.
   * Whoever makes several attempts gives the number of each.
   */
  send(payload: Payload, settle: Settle, spec?: AttemptSpec): void;
  /** Gives up what is under way, which settles as refused with reason `shutdown`, and lets go of all resources. */
  close(): Promise<void>;
  /** An end is near: payloads that wait for another try are tried at once. No pause holds them up, not even one that the endpoint asked for. */
  hurry?(): void;
}

/** Sends a payload once, by HTTP, say. `withAttempts` makes a transport of it. */
export interface Carrier {
  /** Sends the attempt's payload, and ends the attempt with the result, at once or later. Returns what can stop it. Never throws. */
  start(attempt: OpenAttempt): Stoppable;
  /** Lets go of all resources, when nothing is under way any more. */
  close(): void;
}

/** An attempt that a carrier makes. */
export interface OpenAttempt extends AttemptSpec {
  /** `undefined` when the attempt is over: so no payload is kept in memory by what goes on for longer. */
  readonly payload: Payload | undefined;
  /** Whether it has ended, or was ended from outside. */
  readonly over: boolean;
  /** Ends it with its result. Only the first one counts. */
  end(result: SendResult): void;
}

/** Why an attempt is ended from outside. */
export type StopCause = 'timeout' | 'shutdown';

export interface Stoppable {
  /** Sends nothing more. The attempt ends with `cause`, unless it is ended here with a result that says more. */
  stop(cause: StopCause): void;
}
