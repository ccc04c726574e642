import { joinEndpoint } from '../account/endpoint-health.js';
import type { Ledger } from '../account/ledger.js';
import { createExportMetrics, type ExportMetrics } from '../account/metrics.js';
import type { DeliveryConfig } from '../config/config.js';
import type { Draining } from '../lifecycle/drain.js';
import type { Chunk } from '../queue/chunk.js';
import { MemoryQueue, SEGMENT_BYTES } from '../queue/memory-queue.js';
import type { Queue } from '../queue/queue.js';
import { type Outlet, Reader, type ReaderSettings } from '../queue/reader.js';
import type { Clock } from '../runtime/clock.js';
import { isDebugging, step } from '../runtime/debug.js';
import { textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { warnOfSettings } from '../runtime/warnings.js';
import { parseRecord, recordBytesWithin, separatorOf } from '../sender/format.js';
import { newKeyPrefix } from '../sender/idempotency-key.js';
import type { SettledResult } from '../sender/sender.js';
import type { DeliveryOutlet, Wiring } from '../sender/wiring.js';
import { startThread } from '../thread/thread.js';
import { configuredHeaders } from '../transport/http/request-headers.js';
import { type FailReason, type Refused, SHUT_DOWN } from '../types/send-result.js';

export interface DeliverySettings extends ReaderSettings {
  readonly maxQueueBytes: number;
}

/** Loads what sends in this thread. */
export type OpenHere = (wiring: Wiring, isWanted: () => boolean) => Promise<DeliveryOutlet>;

/** So many records are given up at a time. */
const MANY = 1024;

/** What goes out in one body has to lie side by side: two bodies of the greatest size, within these bounds. */
const MOST_SEGMENT_BYTES = 64 * 1024 * 1024;
const segmentBytesOf = (maxPayloadBytes: number): number =>
  Math.min(Math.max(2 * maxPayloadBytes, SEGMENT_BYTES), MOST_SEGMENT_BYTES);

/** Records from the moment they are appended to the queue until each is delivered or given up, with the account of it. */
export class Delivery implements Outlet {
  readonly #queue: Queue;
  readonly #reader: Reader;
  readonly #wiring: Wiring;
  readonly #metrics: ExportMetrics | undefined;
  readonly #mostRecordBytes: number;
  readonly #leave: () => void;
  /** `undefined` while it loads. */
  #outlet: DeliveryOutlet | undefined;
  #opening: Promise<void> | undefined;
  /** All before it have been counted as handed over. */
  #countedUpTo = 0;
  #isClosed = false;

  constructor(
    private readonly config: DeliveryConfig,
    settings: DeliverySettings,
    private readonly ledger: Ledger,
    private readonly openHere: OpenHere,
    /** Called when loading fails. The next record has it tried again. */
    private readonly onBroken: (error: unknown) => void,
    clock: Clock,
  ) {
    const { format, thread } = config;
    this.#queue = new MemoryQueue(
      {
        separator: separatorOf(format),
        keyPrefix: newKeyPrefix(),
        maxBytes: settings.maxQueueBytes,
        ...(format !== 'object' && {
          segmentBytes: segmentBytesOf(config.maxPayloadBytes),
          chunkBytes: recordBytesWithin(config.maxPayloadBytes, format),
        }),
        isShared: thread,
      },
      clock,
    );
    this.#reader = new Reader(this.#queue, settings, clock);
    this.#metrics = createExportMetrics(config.meterProvider, config.endpoint);
    this.#mostRecordBytes = recordBytesWithin(config.maxPayloadBytes, format);
    const { health, leave } = joinEndpoint(config.endpoint.url, clock, () => ledger.pending);
    ledger.failingSince = () => health.failingSince;
    const unwatch = this.#metrics?.watch(() => health.failingSeconds);
    this.#leave = () => {
      unwatch?.();
      leave();
      ledger.failingSince = () => undefined; // nothing is tried any more
    };
    this.#wiring = {
      config,
      configured: configuredHeaders(config),
      metrics: this.#metrics,
      heard: (result) => health.heard(result),
      onSettled: (chunk, from, to, result) => this.#settled(chunk, from, to, result),
      onRoom: () => this.#reader.readSome(),
      clock,
    };
  }

  /** Takes a record, as JSON text, or says why not. */
  append(record: string): 'too_large' | 'queue_full' | undefined {
    if (this.#queue.append(record, this.#mostRecordBytes) === -1)
      return Buffer.byteLength(record) > this.#mostRecordBytes ? 'too_large' : 'queue_full';
    return undefined;
  }

  /** To be called when a record was appended and counted. */
  appended(): void {
    if (this.#isClosed) {
      this.#giveUpRest(SHUT_DOWN);
      return;
    }
    if (this.#outlet === undefined) this.#open();
    this.#reader.appended();
  }

  /** Counts a record that can't be encoded as failed. */
  refuse(reason: FailReason, cause: string): void {
    this.#metrics?.started(1);
    this.ledger.fail(reason, 1, cause);
    this.#metrics?.finished(1, reason);
  }

  /** Settles, with how many were lost, when all that was appended since the last call is settled. */
  endStretch(): Promise<number> {
    return this.#queue.mark().settled;
  }

  /** Settles when everything that was appended before is settled. */
  async flush(): Promise<void> {
    this.#reader.readAll();
    await this.#queue.mark().allSettled;
  }

  /** An end is near: sends at once what waits for its batch, or for another try. */
  hurry(): void {
    this.#reader.readAll();
    this.#outlet?.hurry();
  }

  get hasRoom(): boolean {
    return this.#outlet?.hasRoom ?? false;
  }

  take(chunk: Chunk): void {
    if (isDebugging) step(`${chunk.length} records are handed over to be sent`);
    this.#countRead(chunk);
    this.#outlet?.take(chunk);
  }

  /** For the end of the process, which has no event loop: only another thread goes on then. */
  drain(): Draining | undefined {
    const { exitTimeoutMillis } = this.config;
    if (this.#outlet?.advance === undefined || exitTimeoutMillis === 0) return undefined;
    this.hurry();
    return { timeoutMillis: exitTimeoutMillis, advance: () => this.#advance() };
  }

  /** Gives up what is not settled, and lets go of all resources. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#opening;
    await this.#outlet?.close();
    this.#giveUpRest(SHUT_DOWN);
    this.#leave();
  }

  #advance(): boolean {
    this.#reader.readAllNow();
    const goesOn = this.#outlet?.advance?.() ?? false;
    return goesOn && this.#queue.unsettled > 0;
  }

  #open(): void {
    if (this.#opening !== undefined) return;
    if (this.config.thread) this.#openThread();
    else this.#openHere();
  }

  #openThread(): void {
    try {
      this.#use(startThread(this.#wiring, (cause) => this.#threadEnded(cause)));
    } catch (error) {
      warnOfSettings(
        `the background thread could not be started (${textOf(error)}); sending from the main thread`,
      );
      this.#openHere();
    }
  }

  #openHere(): void {
    this.#opening = this.openHere(this.#wiring, () => !this.#isClosed).then(
      (outlet) => this.#use(outlet),
      (error) => {
        this.#opening = undefined;
        this.onBroken(error);
        this.#giveUpRest(
          this.#isClosed ? SHUT_DOWN : { outcome: 'refused', reason: 'internal', cause: textOf(error) },
        );
      },
    );
  }

  #use(outlet: DeliveryOutlet): void {
    this.#outlet = outlet;
    this.#reader.direct(this);
  }

  /** What was on its way is sent from here: perhaps twice, but not lost. */
  #threadEnded(cause: string): void {
    this.#outlet = undefined;
    if (this.#isClosed) return;
    logToDiag('warn', `the background thread has ended (${cause}); sending from the main thread`);
    this.#queue.rewind();
    this.#reader.readAll(); // what was on its way waits for no batch
    this.#openHere();
  }

  #giveUpRest(why: Refused): void {
    this.#queue.rewind();
    for (let chunk = this.#queue.read(MANY); chunk !== undefined; chunk = this.#queue.read(MANY)) {
      this.#countRead(chunk);
      this.#settled(chunk, 0, chunk.length, why);
    }
    this.#reader.readSome(); // which waits for nothing any more
  }

  #settled(chunk: Chunk, from: number, to: number, result: SettledResult): void {
    const isLost = result.outcome === 'refused';
    const first = isLost ? chunk.slice(from, from + 1) : undefined;
    const count = this.#queue.settle(chunk, from, to, isLost);
    if (count === 0) return; // it has been said before
    if (!isLost) {
      this.ledger.deliver(count);
      this.#metrics?.finished(count);
      return;
    }
    const { reason, cause, detail } = result;
    this.ledger.fail(reason, count, cause, () => first && parseRecord(first), detail);
    this.#metrics?.finished(count, reason);
  }

  /** Records that are read again count once. */
  #countRead(chunk: Chunk): void {
    const end = chunk.positionOf(chunk.length);
    const count = end - Math.max(chunk.positionOf(0), this.#countedUpTo);
    if (count <= 0) return;
    this.#countedUpTo = end;
    this.#metrics?.started(count);
  }
}
