import type { ExportResult } from '@opentelemetry/core';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { Ledger } from '../account/ledger.js';
import { LossReport } from '../account/loss-report.js';
import type { DeliveryConfig } from '../config/config.js';
import { Delivery } from '../delivery/delivery.js';
import type { OpenHere } from '../delivery/late-outlet.js';
import { CLOSE_TIMEOUT_MILLIS, endWithin, flushTimeOf, withDeadline } from '../lifecycle/deadline.js';
import { deliverIfOver, forgetExit, watchExit } from '../lifecycle/exit.js';
import type { ExitParticipant } from '../lifecycle/exit-participant.js';
import { FlushTime } from '../lifecycle/flush-time.js';
import { Marks } from '../queue/marks.js';
import { type Clock, systemClock } from '../runtime/clock.js';
import type { DeliveryStats } from '../types/account.js';
import { Encoder } from './encoder.js';
import type { ExportWay } from './export-way.js';

/** The codes of `ExportResultCode`. */
const SUCCESS = 0;
const FAILED = 1;

/** Loads the HTTP client, and what sends with it. */
const openSender: OpenHere = async (wiring) => {
  const { createSender } = await import('../sender/create-sender.js');
  return createSender(wiring);
};

/** No delay: an export is a batch already. */
const READING = {
  maxExportBatchSize: 1024,
  scheduledDelayMillis: 0,
  maxQueueSize: Number.POSITIVE_INFINITY,
  maxQueueBytes: Number.POSITIVE_INFINITY,
};

export const openExports = (config: DeliveryConfig): ExportWay => new Exports(config, systemClock);

/** The exports of an application's own OpenTelemetry setup: its records are encoded here, and answered for when they are settled. */
class Exports implements ExportWay {
  readonly #config: DeliveryConfig;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #report: LossReport;
  readonly #underWay = new Set<Export>();
  #begun = 0;
  /** A mark for each flush, among the exports in their order. */
  readonly #marks = new Marks();
  readonly #flushes: FlushTime;
  #delivery: Delivery | undefined;
  #encoder: Encoder | undefined;
  #isShutdown = false;
  readonly #atExit: ExitParticipant = {
    stats: () => this.stats(),
    flush: async ({ timeoutMillis = 0 }) => {
      await withDeadline(this.#settled(), timeoutMillis, this.#clock);
      return this.stats();
    },
    end: async ({ timeoutMillis = 0 }) => {
      await this.#end(timeoutMillis);
      return this.stats();
    },
    shutdown: async () => {
      this.#isShutdown = true;
      await this.#close();
      return this.stats();
    },
    drain: () => this.#delivery?.drain(),
    leave: () => this.#delivery?.leave(),
    tryAll: async () => this.#delivery?.tryAll(),
  };

  constructor(config: DeliveryConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#flushes = new FlushTime(clock);
    this.#report = new LossReport(config.onDrop, clock, undefined, config.endpoint.url);
    this.#ledger = new Ledger((loss) => this.#report.add(loss));
    if (config.spool === undefined) return;
    // What others have left is delivered, whatever is exported here.
    this.#delivery = this.#open();
    watchExit(this.#atExit);
  }

  export(records: readonly ReadableLogRecord[], answer: (result: ExportResult) => void): void {
    if (this.#isShutdown) {
      for (const _ of records) this.#ledger.drop('shutdown');
      answer({ code: FAILED, error: new Error('otel-remote-logger: the exporter is shut down') });
      return;
    }
    watchExit(this.#atExit);
    const exporting = new Export(this.#export(records), answer);
    const number = this.#begun++;
    this.#underWay.add(exporting);
    void exporting.settled.then(() => {
      this.#underWay.delete(exporting);
      this.#marks.settled(number, false);
      if (this.#underWay.size === 0 && this.#config.spool === undefined) forgetExit(this.#atExit);
    });
    deliverIfOver(this.#atExit);
  }

  async forceFlush(): Promise<void> {
    await this.#flushes.spend(flushTimeOf(this.#config.shutdownTimeoutMillis), (left) =>
      withDeadline(this.#settled(), left, this.#clock),
    );
    // A batch processor waits for these answers before its next batch, or its shutdown; also for that of an export which began
    // during the flush, as the processor may flush before it has called export().
    for (const exporting of this.#underWay) exporting.answer(NOT_YET);
  }

  async shutdown(): Promise<void> {
    this.#isShutdown = true;
    await this.#flushes.spend(this.#config.shutdownTimeoutMillis, (left) => this.#end(left));
    const closed = this.#close().then(() => this.#answered());
    await withDeadline(closed, CLOSE_TIMEOUT_MILLIS, this.#clock);
    forgetExit(this.#atExit);
  }

  stats(): DeliveryStats {
    return this.#ledger.stats();
  }

  /** Settles when all exports that have begun by now are settled. */
  #settled(): Promise<void> {
    // What is on disk is answered for before it is delivered.
    if (this.#config.spool === undefined) return this.#answered();
    return this.#answered().then(() => this.#delivery?.flush());
  }

  #answered(): Promise<void> {
    return this.#marks.add(this.#begun, this.#underWay.size).allSettled;
  }

  async #end(timeoutMillis: number): Promise<void> {
    await endWithin(this.#settled(), timeoutMillis, () => this.#delivery?.hurry(), this.#clock);
  }

  async #close(): Promise<void> {
    await this.#delivery?.close();
    this.#report.end();
  }

  #open(): Delivery {
    return new Delivery(this.#config, READING, this.#ledger, openSender, () => {}, this.#clock);
  }

  async #export(records: readonly ReadableLogRecord[]): Promise<ExportResult> {
    this.#ledger.accept(records.length);
    this.#delivery ??= this.#open();
    this.#encoder ??= new Encoder(this.#config, this.#delivery);
    const lost = await this.#encoder.deliver(records);
    if (lost === 0) return { code: SUCCESS };
    const message = `otel-remote-logger: ${lost} of ${records.length} records were given up`;
    return { code: FAILED, error: new Error(message) };
  }
}

/** One export. Only the first answer counts. */
class Export {
  /** Settles when all of its records are. */
  readonly settled: Promise<void>;
  #answer: ((result: ExportResult) => void) | undefined;

  constructor(result: Promise<ExportResult>, answer: (result: ExportResult) => void) {
    this.#answer = answer;
    this.settled = result.then((known) => this.answer(known));
  }

  answer(result: ExportResult): void {
    const tell = this.#answer;
    this.#answer = undefined;
    tell?.(result);
  }
}

const NOT_YET: ExportResult = {
  code: FAILED,
  error: new Error('otel-remote-logger: not delivered in the time of a flush; sending goes on'),
};
