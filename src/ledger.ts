import type { DeliveryStats, DropReason, ToldLoss } from './account.js';
import type { FailReason } from './transport/transport.js';

type Sample = ToldLoss['sample'];
const none: Sample = () => undefined;

/** The one place that counts records. Every record that enters leaves it exactly once. */
export class Ledger {
  #accepted = 0;
  #delivered = 0;
  #pending = 0;
  #pendingBytes = 0;
  readonly #failed: Partial<Record<FailReason, number>> = {};
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  readonly #onLoss: (loss: ToldLoss) => void;
  /** Since when the endpoint fails, if there is one and it does. */
  failingSince: () => string | undefined = () => undefined;

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

  /** What is pending has become larger by so much, or smaller. */
  recharge(bytes: number): void {
    this.#pendingBytes += bytes;
  }

  drop(reason: DropReason, sample: Sample = none): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
    this.#onLoss({ kind: 'dropped', reason, count: 1, sample });
  }

  deliver(count: number, bytes: number): void {
    this.#delivered += count;
    this.#settle(count, bytes);
  }

  fail(
    reason: FailReason,
    count: number,
    bytes: number,
    cause: string,
    sample: Sample = none,
    detail?: string,
  ): void {
    this.#failed[reason] = (this.#failed[reason] ?? 0) + count;
    this.#settle(count, bytes);
    this.#onLoss({ kind: 'failed', reason, count, sample, cause, detail });
  }

  stats(): DeliveryStats {
    const failingSince = this.failingSince();
    return {
      accepted: this.#accepted,
      delivered: this.#delivered,
      pending: this.#pending,
      failed: { ...this.#failed },
      dropped: { ...this.#dropped },
      ...(failingSince !== undefined && { failingSince }),
    };
  }

  #settle(count: number, bytes: number): void {
    this.#pending -= count;
    this.#pendingBytes -= bytes;
  }
}
