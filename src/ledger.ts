import type { FlatDict } from './json.js';
import type { FailReason } from './transport/transport.js';

/** Why a call to `log()` was not admitted. A closed set. */
export type DropReason =
  /** `maxQueueSize` or `maxQueueBytes` would be passed. */
  | 'queue_full'
  /** The record alone is above `maxPayloadBytes`. */
  | 'too_large'
  /** There is nothing to send: `undefined`, a function or a symbol. */
  | 'invalid'
  /** The logger is shut down. */
  | 'shutdown'
  /** It was logged by the logger's own work, and would cause the next one: in a callback, a message, or while sending. */
  | 'feedback';

/**
 * What became of the records. At every moment the calls to `log()` are `accepted` plus all of `dropped`,
 * and `accepted` is `delivered` plus all of `failed` plus `pending`.
 */
export interface DeliveryStats {
  readonly accepted: number;
  readonly delivered: number;
  readonly pending: number;
  /** Admitted, then given up. Reasons that did not occur are absent. */
  readonly failed: Readonly<Partial<Record<FailReason, number>>>;
  /** Never admitted. Reasons that did not occur are absent. */
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>;
}

/** A loss as `onDrop` is told of it. */
export interface Loss {
  readonly reason: DropReason | FailReason;
  /** How many records. */
  readonly count: number;
  /** One of them as it would have been sent; absent where there is nothing to send or too much. */
  readonly sample?: FlatDict | undefined;
}

export type LossListener = (loss: Loss) => void;

/** A loss with what people need to understand it, such as the endpoint's status. */
export interface ToldLoss extends Loss {
  readonly kind: 'dropped' | 'failed';
  readonly cause?: string | undefined;
}

/** The one place that counts records. Every record that enters leaves it exactly once. */
export class Ledger {
  #accepted = 0;
  #delivered = 0;
  #pending = 0;
  #pendingBytes = 0;
  readonly #failed: Partial<Record<FailReason, number>> = {};
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  readonly #onLoss: (loss: ToldLoss) => void;

  constructor(onLoss: (loss: ToldLoss) => void) {
    this.#onLoss = onLoss;
  }

  get pending(): number {
    return this.#pending;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  accept(count: number, bytes: number): void {
    this.#accepted += count;
    this.#pending += count;
    this.#pendingBytes += bytes;
  }

  drop(reason: DropReason, sample?: FlatDict): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
    this.#onLoss({ kind: 'dropped', reason, count: 1, sample });
  }

  deliver(count: number, bytes: number): void {
    this.#delivered += count;
    this.#settle(count, bytes);
  }

  fail(reason: FailReason, count: number, bytes: number, cause: string, sample?: FlatDict): void {
    this.#failed[reason] = (this.#failed[reason] ?? 0) + count;
    this.#settle(count, bytes);
    this.#onLoss({ kind: 'failed', reason, count, sample, cause });
  }

  stats(): DeliveryStats {
    return {
      accepted: this.#accepted,
      delivered: this.#delivered,
      pending: this.#pending,
      failed: { ...this.#failed },
      dropped: { ...this.#dropped },
    };
  }

  #settle(count: number, bytes: number): void {
    this.#pending -= count;
    this.#pendingBytes -= bytes;
  }
}
