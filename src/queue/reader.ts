import { EndOfTurn } from '../lifecycle/end-of-turn.js';
import type { Clock, Timer } from '../runtime/clock.js';
import type { Chunk } from './chunk.js';
import type { Queue } from './queue.js';

/** Takes the records that are read. */
export interface Outlet {
  /** Whether it takes another chunk now. */
  readonly hasRoom: boolean;
  take(chunk: Chunk): void;
}

export interface ReaderSettings {
  /** Most records of a chunk: a batch. */
  readonly maxExportBatchSize: number;
  /** So long after the last read, a batch is read that is not full; 0 for at once. */
  readonly scheduledDelayMillis: number;
}

/** So many records are read in one turn of the event loop, with what the SDK does with them: about a millisecond. */
const MOST_PER_TURN = 1024;

/**
 * Reads batches from the queue for as long as there is room for them. A batch that is not full is read when nothing was read for the delay: so the
 * first record after a pause does not wait, and those that follow it go together. The batch processor's own timer is a global one, which a test may have faked.
 */
export class Reader {
  readonly #queue: Queue;
  readonly #settings: ReaderSettings;
  readonly #clock: Pick<Clock, 'now' | 'setPause'>;
  /** `undefined` while there is none. */
  #outlet: Outlet | undefined;
  /** How many of the next records are read without a delay. */
  #due = 0;
  /** When the last chunk was read. */
  #readAt = Number.NEGATIVE_INFINITY;
  #delay: Timer | undefined;
  readonly #endOfTurn = new EndOfTurn(() => this.readSome());
  #isReading = false;

  constructor(queue: Queue, settings: ReaderSettings, clock: Pick<Clock, 'now' | 'setPause'>) {
    this.#queue = queue;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** To be called when a record was appended. Its immediate also keeps a process that is about to end. */
  appended(): void {
    this.#endOfTurn.ask();
  }

  /** From now on, records go there: at the end of the turn, as a thread is there within the first call to `log()`. */
  direct(outlet: Outlet): void {
    this.#outlet = outlet;
    this.#endOfTurn.ask();
  }

  /** Reads all that is unread now, without a delay. */
  readAll(): void {
    this.#due = this.#queue.unread;
    this.readSome();
  }

  /** The same at the end of the process, which may come within `readSome`: a callback of the application can call process.exit(), which never returns. */
  readAllNow(): void {
    this.#isReading = false;
    this.readAll();
  }

  /** Reads while the outlet has room. To be called when it may have more. A call from within the loop does nothing, as the loop goes on by itself. */
  readSome(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      for (let count = 0; count < MOST_PER_TURN; ) {
        const chunk = this.#next();
        if (chunk === undefined) return;
        count += chunk.length;
        this.#outlet?.take(chunk);
      }
      this.#endOfTurn.ask();
    } finally {
      this.#isReading = false;
    }
  }

  /** The next chunk, if it is due and there is room for it. */
  #next(): Chunk | undefined {
    if (this.#queue.unread === 0) {
      this.#due = 0;
      this.#stopDelay();
      return undefined;
    }
    if (!this.#outlet?.hasRoom) return undefined;
    if (this.#due === 0) this.#due = this.#countDue();
    if (this.#due === 0) {
      this.#startDelay();
      return undefined;
    }
    this.#stopDelay();
    const chunk = this.#queue.read(this.#settings.maxExportBatchSize);
    this.#readAt = this.#clock.now();
    this.#due = Math.max(0, this.#due - (chunk?.length ?? this.#due));
    return chunk;
  }

  /** A full batch is due as a whole, in however many pieces it lies in the queue; after the delay, all that is there. */
  #countDue(): number {
    const { unread } = this.#queue;
    const { maxExportBatchSize } = this.#settings;
    if (this.#delayLeft <= 0) return unread;
    return unread < maxExportBatchSize ? 0 : maxExportBatchSize;
  }

  get #delayLeft(): number {
    return this.#readAt + this.#settings.scheduledDelayMillis - this.#clock.now();
  }

  #startDelay(): void {
    this.#delay ??= this.#clock.setPause(() => {
      this.#delay = undefined;
      this.readAll();
    }, this.#delayLeft);
  }

  #stopDelay(): void {
    this.#delay?.cancel();
    this.#delay = undefined;
  }
}
