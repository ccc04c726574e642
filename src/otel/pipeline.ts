import { type HrTime, ROOT_CONTEXT } from '@opentelemetry/api';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { type Chunk, Entry } from '../queue/chunk.js';
import { MAX_TIMER_MILLIS } from '../runtime/clock.js';
import { Fifo } from '../runtime/fifo.js';
import { oneAtATime } from '../runtime/one-at-a-time.js';
import type { Sender } from '../sender/sender.js';
import type { DeliveryOutlet } from '../sender/wiring.js';
import { exporterBehindQueue } from './behind-queue.js';

/** More than there ever is in the batch processor: about 1024 records and one batch. */
const MOST_IN_PROCESSOR = 2 ** 30;

/** So many records may be with the batch processor: what it does with them takes about a millisecond. */
const MOST_IN_HAND = 1024;

/** The time of a log record whose text is written already. */
const NO_TIME: HrTime = [0, 0];

/** A chunk whose records are with the batch processor, from `next` on. */
interface InHand {
  readonly chunk: Chunk;
  next: number;
}

/**
 * The way of records from the queue to the sender, as OpenTelemetry has it: a LoggerProvider makes log records, a
 * BatchLogRecordProcessor gathers them, the RemoteLogRecordExporter hands them over. What the SDK asks of us for that:
 *
 * | what it does | what is done |
 * |---|---|
 * | the batch processor drops what passes its queue, in silence | that is larger than what is ever read |
 * | its cost grows with its queue (`splice`) | no more than about a millisecond's work of records and one batch are let in |
 * | it holds the process with a timer for as long as an export lasts | the exporter answers at once: the queue knows how records end |
 * | its own timer is a global one, which a test may have faked, and does not hold the process | each chunk is a batch, which is flushed when all of it is in |
 * | a second forceFlush() while one runs returns at once | one runs at a time |
 * | a log record's attributes lose values | the entry is the body, which is kept by reference |
 * | it, or a provider's setting, may lose a record | what has not come out when a flush ends is sent past it |
 */
export class Pipeline implements DeliveryOutlet {
  readonly #sender: Sender;
  readonly #provider: LoggerProvider;
  readonly #flush: () => Promise<void>;
  readonly #emit: (entry: Entry) => void;
  /** In the order in which the batch processor exports them. */
  readonly #inHand = new Fifo<InHand>();
  #recordsInHand = 0;

  constructor(sender: Sender) {
    this.#sender = sender;
    const processor = new BatchLogRecordProcessor({
      exporter: exporterBehindQueue((chunk, to) => this.#cameOut(chunk, to)),
      scheduledDelayMillis: MAX_TIMER_MILLIS,
      maxExportBatchSize: MOST_IN_PROCESSOR,
      maxQueueSize: MOST_IN_PROCESSOR,
    });
    this.#provider = new LoggerProvider({ processors: [processor] });
    this.#flush = oneAtATime(() => this.#provider.forceFlush());
    const logger = this.#provider.getLogger('otel-remote-logger');
    this.#emit = (entry) => {
      // The body is no AnyValue, but only our exporter reads it.
      const body = entry as never;
      logger.emit({ body, timestamp: NO_TIME, observedTimestamp: NO_TIME, context: ROOT_CONTEXT });
    };
  }

  get hasRoom(): boolean {
    return this.#recordsInHand < MOST_IN_HAND && this.#sender.hasRoom;
  }

  take(chunk: Chunk): void {
    this.#inHand.push({ chunk, next: 0 });
    this.#recordsInHand += chunk.length;
    for (let index = 0; index < chunk.length; index++) this.#emitOne(new Entry(chunk, index));
    void this.#flush().then(() => this.#cameOut(chunk, chunk.length));
  }

  hurry(): void {
    this.#sender.hurry();
  }

  async close(): Promise<void> {
    await this.#sender.close();
    await this.#provider.shutdown();
  }

  #emitOne(entry: Entry): void {
    try {
      this.#emit(entry);
    } catch {
      // #cameOut sends it after the flush.
    }
  }

  /** Records are exported in order. So earlier ones that were not exported were lost by the SDK, and are sent now. */
  #cameOut(chunk: Chunk, to: number): void {
    if (!this.#isInHand(chunk)) return;
    for (let first = this.#inHand.first; first !== undefined; first = this.#inHand.first) {
      const isIt = first.chunk === chunk;
      this.#handOn(first, isIt ? to : first.chunk.length);
      if (isIt) return;
    }
  }

  #isInHand(chunk: Chunk): boolean {
    if (this.#inHand.first?.chunk === chunk) return true;
    for (const inHand of this.#inHand) if (inHand.chunk === chunk) return true;
    return false;
  }

  #handOn(inHand: InHand, to: number): void {
    const { chunk, next: from } = inHand;
    inHand.next = Math.max(from, to);
    if (inHand.next === chunk.length) this.#inHand.shift();
    this.#recordsInHand -= inHand.next - from;
    this.#sender.send(chunk, from, inHand.next);
  }
}
