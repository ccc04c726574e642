import type { DeliveryConfig } from '../config/config.js';
import type { Clock } from '../runtime/clock.js';
import { warn } from '../runtime/warnings.js';
import type { DropReason } from '../types/account.js';
import { type Attempt, type FailReason, isRefusal, type Refused } from '../types/send-result.js';
import type { EndpointHealth } from './endpoint-health.js';
import { joinEndpoint } from './known-endpoints.js';
import type { Ledger, Sample } from './ledger.js';
import { createExportMetrics, type ExportMetrics } from './metrics.js';

/** Tells the ledger, the metrics and the endpoint's health what becomes of records and attempts. */
export class DeliveryAccount {
  readonly #ledger: Ledger;
  readonly #metrics: ExportMetrics | undefined;
  readonly #health: EndpointHealth;
  /** Whether what is refused is tried again. */
  readonly #isPatient: boolean;
  #onFailure = (): void => {};
  /** To be called when nothing is sent any more. */
  readonly end: () => void;

  constructor(
    ledger: Ledger,
    { endpoint, meterProvider, retry }: Pick<DeliveryConfig, 'endpoint' | 'meterProvider' | 'retry'>,
    clock: Clock,
  ) {
    this.#ledger = ledger;
    this.#isPatient = retry.isPatient;
    this.#metrics = createExportMetrics(meterProvider, endpoint);
    const { health, leave } = joinEndpoint(endpoint.url, clock, () => ledger.pending);
    this.#health = health;
    ledger.failingSince = () => health.failingSince;
    const unwatch = this.#metrics?.watch(() => health.failingSeconds);
    this.end = () => {
      unwatch?.();
      leave();
      ledger.failingSince = () => undefined;
    };
  }

  /** Whether attempts are measured. */
  get measures(): boolean {
    return this.#metrics !== undefined;
  }

  attempted(attempt: Attempt): void {
    const { result } = attempt;
    const isRefused = isRefusal(result) && this.#isPatient;
    this.#health.heard(result, isRefused);
    this.#metrics?.attempted(attempt);
    if (result.outcome === 'retry' || isRefused) this.#onFailure();
  }

  /** Settles when an attempt has failed. */
  nextFailure(): Promise<void> {
    return new Promise((resolve) => {
      this.#onFailure = resolve;
    });
  }

  /** So many records were handed over to be sent. */
  started(records: number): void {
    this.#metrics?.started(records);
  }

  delivered(records: number): void {
    this.#ledger.deliver(records);
    this.#metrics?.finished(records);
  }

  failed(records: number, { reason, cause, detail }: Refused, sample: Sample): void {
    this.#ledger.fail(reason, records, cause, sample, detail);
    this.#metrics?.finished(records, reason);
  }

  /** A record that was counted as accepted was not admitted after all. */
  turnedAway(reason: DropReason, sample?: Sample, detail?: string): void {
    this.#metrics?.started(1);
    this.#ledger.turnAway(reason, sample, detail);
    this.#metrics?.finished(1, reason);
  }

  trimmed(maxPayloadBytes: number): void {
    this.#ledger.trim(maxPayloadBytes);
  }

  /** So many records of other processes wait here now. */
  tookOver(records: number): void {
    this.#ledger.takeOver(records);
  }

  /** So many were damaged in a file where they waited. */
  damaged(records: number, path: string): void {
    warn('REMOTE_LOGGER_SPOOL', `${path} is damaged; records lost: ${records}; the rest of it is delivered`);
    if (records === 0) return;
    this.started(records);
    this.#ledger.fail('corrupt', records, 'damaged in the spool');
    this.#metrics?.finished(records, 'corrupt');
  }

  /** One record that can't be encoded has failed. */
  refused(reason: FailReason, cause: string): void {
    this.#metrics?.started(1);
    this.#ledger.fail(reason, 1, cause);
    this.#metrics?.finished(1, reason);
  }
}
