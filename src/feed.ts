import type { ExportResult } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { Admitted } from './admitted.js';
import type { Clock, Timer } from './clock.js';
import type { DeliveryConfig } from './config.js';
import type { Delivery } from './delivery.js';
import { encodeRecord } from './encode.js';
import { isEndOverdue } from './exit.js';
import { textOf } from './foreign.js';
import { ENCODING_CHARACTERS, HandOver } from './hand-over.js';
import type { FlatDict } from './json.js';
import { Line } from './line.js';
import { tell } from './otel-api.js';
import { addMetadata, CANT_BE_READ } from './record/to-dict.js';
import { nextTurn, setImmediate, setImmediateUnheld } from './timers.js';

/** A record in the hands of the batch processor, or of the encoding after it. */
interface InHand {
  readonly record: ReadableLogRecord;
  readonly size: number;
}

type FeedSettings = Pick<DeliveryConfig, 'format' | 'maxPayloadBytes' | 'metadata' | 'resource'> & {
  readonly maxExportBatchSize: number;
  readonly scheduledDelayMillis: number;
};

/** What the feed needs of the batch processor, and of the provider before it. */
export interface Batches {
  /** Makes a log record and takes it through the batch processor. */
  emit(admitted: Admitted): void;
  /** Makes the batch processor export what it has. Never rejects. */
  flush(): Promise<void>;
}

/** So many records are emitted in one turn of the event loop, with the batch processor's work on them: about a millisecond. */
const MOST_PER_TURN = 1024;

const tellFault = (error: unknown): void => tell('error', `encoding stopped: ${textOf(error)}`);

/** The codes of `ExportResultCode`. */
const SUCCESS: ExportResult = { code: 0 };

/**
 * Feeds the batch processor no more than a batch at a time, as its cost grows with its queue, and takes each batch from it
 * again: encodes it, slice by slice, and hands it to delivery. It is the batch processor's exporter, and answers at
 * once: the ledger knows how records end, and the processor would hold the process with a timer for as long as an export lasts.
 * A batch that does not fill is exported when the feed says so: the processor's own timer is a global one, which a test may have faked.
 */
export class Feed implements LogRecordExporter {
  readonly #waiting = new Line<Admitted>();
  /** In the order in which they were emitted, which is the one in which they are exported. */
  readonly #inHand = new Line<InHand>();
  readonly #handOver: HandOver;
  #encoding: Promise<void> = Promise.resolve();
  #isScheduled = false;
  /** How many records may still be emitted in this turn. */
  #left = 0;
  #sizeOfNext = 0;
  /** Whether the next one has become a log record, and what was thrown last, if it has not. */
  #isMade = false;
  #fault: unknown;
  #pushed = 0;
  /** How many have come back from the batch processor. */
  #taken = 0;
  /** Until the batch processor must export what it has. */
  #delay: Timer | undefined;

  constructor(
    private readonly settings: FeedSettings,
    private readonly delivery: Delivery,
    private readonly batches: Batches,
    private readonly clock: Clock,
  ) {
    this.#handOver = new HandOver(settings, (records, charged) => void delivery.deliver(records, charged));
  }

  push(admitted: Admitted): void {
    this.#waiting.push(admitted);
    this.#pushed++;
    this.#schedule();
  }

  /** To be called when a log record has been made, before the batch processor gets it. */
  made(record: ReadableLogRecord): void {
    this.#isMade = true;
    this.#inHand.push({ record, size: this.#sizeOfNext });
    this.#delay ??= this.clock.setPause(() => {
      this.#delay = undefined;
      void this.batches.flush();
    }, this.settings.scheduledDelayMillis);
  }

  export(records: readonly ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    this.#delay?.cancel();
    this.#delay = undefined;
    this.#encoding = this.#encoding.then(() => this.#encode(records.length)).catch(tellFault);
    resultCallback(SUCCESS);
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}

  /** Settles when all that was pushed before is handed over. */
  async flush(): Promise<void> {
    const end = this.#pushed;
    do {
      const taken = this.#taken;
      this.#emitSome(MOST_PER_TURN);
      await this.batches.flush();
      await this.#encoding;
      // Nothing has come back from the batch processor, so it has nothing more: the records are still in hand.
      if (this.#taken === taken && taken < end) this.#takeBack();
    } while (this.#taken < end);
  }

  /** Hands over everything at once, past the batch processor: at the end of the process, nothing else runs any more. */
  handOverNow(): void {
    for (const admitted of this.#waiting.clear()) this.#emitOne(admitted);
    this.#takeBack();
  }

  #takeBack(): void {
    for (const inHand of this.#inHand.clear()) this.#encodeOne(inHand);
    this.#handOver.all();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    const schedule = isEndOverdue() ? setImmediateUnheld : setImmediate;
    schedule(() => {
      this.#isScheduled = false;
      this.#emitSome(MOST_PER_TURN);
    });
  }

  #emitSome(most: number): void {
    this.#left = most;
    while (this.#left > 0 && this.#inHand.length < this.settings.maxExportBatchSize) {
      const admitted = this.#waiting.shift();
      if (admitted === undefined) return;
      this.#emitOne(admitted);
      this.#left--;
    }
  }

  /** Its context is the application's, and can throw where the SDK reads the trace in it: then the record goes without. */
  #emitOne(admitted: Admitted): void {
    if (this.#isMadeOf(admitted)) return;
    if (admitted.context !== undefined && this.#isMadeOf({ ...admitted, context: undefined })) return;
    this.#taken++;
    this.delivery.refuse('internal', admitted.size, `no log record: ${textOf(this.#fault)}`);
  }

  #isMadeOf(admitted: Admitted): boolean {
    this.#sizeOfNext = admitted.size;
    this.#isMade = false;
    try {
      this.batches.emit(admitted);
    } catch (error) {
      this.#fault = error;
    }
    return this.#isMade;
  }

  async #encode(count: number): Promise<void> {
    for (let done = 0; done < count; done++) {
      const inHand = this.#inHand.shift();
      if (inHand === undefined) break;
      if (this.#encodeOne(inHand)) await nextTurn();
    }
    this.#handOver.all();
    this.#emitSome(this.#left);
    this.#schedule();
  }

  /** Says whether it is time to let others have a turn. */
  #encodeOne({ record, size }: InHand): boolean {
    this.#taken++;
    try {
      // The body is the one that was admitted: an SDK keeps it by reference.
      const body = record.body as FlatDict | string;
      if (typeof body === 'string') return this.#handOver.add(body, size);
      const dict = addMetadata({ ...body }, record, this.settings);
      if (typeof dict === 'object') return this.#handOver.add(encodeRecord(dict), size, ENCODING_CHARACTERS);
      this.delivery.refuse(dict, size, CANT_BE_READ);
    } catch (error) {
      this.delivery.refuse('internal', size, textOf(error));
    }
    return false;
  }
}
