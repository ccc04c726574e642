import { textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { warn, warnSometimes } from '../runtime/warnings.js';
import type { DeliveryStats, DropReason, ToldLoss } from '../types/account.js';
import type { FailReason } from '../types/send-result.js';

export type Sample = ToldLoss['sample'];
const none: Sample = () => undefined;

const warnOfFault = (message: string): void =>
  warn('REMOTE_LOGGER_FAULT', `${message}; please report it`, 'error');

/**
 * The one place that counts records. Every record that enters leaves exactly once. A call that would take out more records than are
 * pending has counted wrong, and is refused.
 */
export class Ledger {
  #accepted = 0;
  #delivered = 0;
  #pending = 0;
  #takenOver = 0;
  #trimmed = 0;
  readonly #failed: Partial<Record<FailReason, number>> = {};
  readonly #dropped: Partial<Record<DropReason, number>> = {};
  readonly #onLoss: (loss: ToldLoss) => void;
  /** Since when the endpoint has failed, if there is an endpoint and it fails. */
  failingSince: () => string | undefined = () => undefined;
  /** How many of those that are pending outlive the process, where there is a queue on disk. */
  onDisk: (() => number) | undefined;
  readonly #onFault: (message: string) => void;

  constructor(onLoss: (loss: ToldLoss) => void, onFault: (message: string) => void = warnOfFault) {
    this.#onLoss = onLoss;
    this.#onFault = onFault;
  }

  get accepted(): number {
    return this.#accepted;
  }

  get pending(): number {
    return this.#pending;
  }

  accept(count: number): void {
    this.#accepted += count;
    this.#pending += count;
  }

  /** Takes in what another process had accepted. */
  takeOver(count: number): void {
    this.#takenOver += count;
    this.#pending += count;
  }

  /** One that was accepted is not whole. */
  trim(maxPayloadBytes: number): void {
    this.#trimmed++;
    warnSometimes(
      'REMOTE_LOGGER_LOSS',
      `records above maxPayloadBytes, ${maxPayloadBytes}, are trimmed: their longest texts are cut`,
    );
  }

  drop(reason: DropReason, sample: Sample = none, detail?: string): void {
    this.#dropped[reason] = (this.#dropped[reason] ?? 0) + 1;
    this.#lose({ kind: 'dropped', reason, count: 1, sample, detail });
  }

  /** One that was counted as accepted was not admitted after all. */
  turnAway(reason: DropReason, sample?: Sample, detail?: string): void {
    if (!this.#settle(1)) return;
    this.#accepted--;
    this.drop(reason, sample, detail);
  }

  deliver(count: number): void {
    if (this.#settle(count)) this.#delivered += count;
  }

  fail(reason: FailReason, count: number, cause: string, sample: Sample = none, detail?: string): void {
    if (!this.#settle(count)) return;
    this.#failed[reason] = (this.#failed[reason] ?? 0) + count;
    this.#lose({ kind: 'failed', reason, count, sample, cause, detail });
  }

  stats(): DeliveryStats {
    const failingSince = this.failingSince();
    return {
      accepted: this.#accepted,
      delivered: this.#delivered,
      pending: this.#pending,
      ...(this.onDisk !== undefined && { takenOver: this.#takenOver, onDisk: this.onDisk() }),
      ...(this.#trimmed > 0 && { trimmed: this.#trimmed }),
      failed: { ...this.#failed },
      dropped: { ...this.#dropped },
      ...(failingSince !== undefined && { failingSince }),
    };
  }

  #settle(count: number): boolean {
    if (count > this.#pending) {
      this.#onFault(`${count} records would be settled, but ${this.#pending} are pending; not counted`);
      return false;
    }
    this.#pending -= count;
    return true;
  }

  /** The loss is counted already, and stays so if the listener throws. */
  #lose(loss: ToldLoss): void {
    try {
      this.#onLoss(loss);
    } catch (error) {
      logToDiag('error', `a loss could not be told: ${textOf(error)}`);
    }
  }
}
