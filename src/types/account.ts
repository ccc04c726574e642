import type { FlatDict } from './json.js';
import type { FailReason } from './send-result.js';

/** Why a call to `log()` was not admitted. A closed set. */
export type DropReason =
  /** `maxQueueSize` or `maxQueueBytes`, or with `spool` its `maxBytes`, would be passed. */
  | 'queue_full'
  /** The record alone is above `maxPayloadBytes`. */
  | 'too_large'
  /** There is nothing to send: `undefined`, a function or a symbol. */
  | 'invalid'
  /** The logger is shut down. */
  | 'shutdown'
  /** The logger could not be set up, for example because a peer dependency is missing. Or no stack was left to read the record. */
  | 'internal'
  /** The logger's own work logged it, in a callback, a message or while sending, so it would cause the next one. */
  | 'feedback'
  /** `beforeSend` returned `null`. No warning tells of it. */
  | 'filtered'
  /** `beforeSend` threw, or returned neither a record nor `null`. */
  | 'filter_failed';

/**
 * What became of the records. At every moment the calls to `log()` are `accepted` plus all of `dropped`,
 * and `accepted`, with `takenOver` if there is one, is `delivered` plus all of `failed` plus `pending`.
 */
export interface DeliveryStats {
  /** Records that `log()` has admitted. */
  readonly accepted: number;
  /** Records that the endpoint has answered with a 2xx. */
  readonly delivered: number;
  /** Accepted records that are neither delivered nor given up yet. */
  readonly pending: number;
  /** With `spool`: records taken over from other processes, which had accepted them. Absent otherwise. */
  readonly takenOver?: number;
  /** With `spool`: how many pending records are in files, and outlive the process. Absent otherwise. */
  readonly onDisk?: number;
  /** With `oversize: 'trim'`: how many accepted records were trimmed. Absent while there are none. */
  readonly trimmed?: number;
  /** Admitted, then given up. Reasons that did not occur are absent. */
  readonly failed: Readonly<Partial<Record<FailReason, number>>>;
  /** Never admitted. Reasons that did not occur are absent. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
  /**
   * Since when the endpoint has let nothing through, in ISO 8601, while records wait for it or it refuses them. Absent otherwise. All loggers and
   * exporters of an endpoint share it.
   */
  readonly failingSince?: string;
}

/** The account of what is off: nothing was logged. */
export const NO_RECORDS: DeliveryStats = Object.freeze({
  accepted: 0,
  delivered: 0,
  pending: 0,
  failed: Object.freeze({}),
  dropped: Object.freeze({}),
});

/** A loss as `onDrop` is told of it. */
export interface Loss {
  /** Why. */
  readonly reason: DropReason | FailReason;
  /** How many records. */
  readonly count: number;
  /** One of them as it would have been sent; absent where there is nothing to send or too much. */
  readonly sample?: FlatDict | undefined;
}

/** Is told of each loss: the option `onDrop`. */
export type LossListener = (loss: Loss) => void;

/** A loss with what people need to understand it, such as the endpoint's status. */
export interface ToldLoss extends Omit<Loss, 'sample'> {
  /** Made only for a listener. */
  readonly sample: () => FlatDict | undefined;
  readonly kind: 'dropped' | 'failed';
  /** In few words, for one of many records. */
  readonly cause?: string | undefined;
  /** What the endpoint says, say. */
  readonly detail?: string | undefined;
}
