import { DeliveryAccount } from '../account/delivery-account.js';
import type { Ledger } from '../account/ledger.js';
import type { DeliveryConfig } from '../config/config.js';
import { withDeadline } from '../lifecycle/deadline.js';
import type { Draining } from '../lifecycle/drain.js';
import type { Chunk } from '../queue/chunk.js';
import type { Appended } from '../queue/layout.js';
import type { Queue } from '../queue/queue.js';
import { type Outlet, Reader, type ReaderSettings } from '../queue/reader.js';
import type { Clock } from '../runtime/clock.js';
import { isDebugging, step } from '../runtime/debug.js';
import { textOf } from '../runtime/foreign.js';
import { recordBytesWithin } from '../sender/format.js';
import type { Wiring } from '../sender/wiring.js';
import type { SpoolListener } from '../spool/spool-settings.js';
import { configuredHeaders } from '../transport/http/request-headers.js';
import { EXPIRED, type Refused, type SettledResult, SHUT_DOWN } from '../types/send-result.js';
import { LateOutlet, type OpenHere } from './late-outlet.js';
import { openQueue, type QueueLimits } from './open-queue.js';
import { QueueAccount } from './queue-account.js';

export interface DeliverySettings extends ReaderSettings, QueueLimits {}

/** Records from the moment they are appended to the queue until each is delivered or given up, with the account of it. */
export class Delivery implements Outlet {
  readonly #queue: Queue;
  readonly #reader: Reader;
  readonly account: DeliveryAccount;
  readonly #records: QueueAccount;
  readonly #outlet: LateOutlet;
  readonly #mostRecordBytes: number;
  #isClosed = false;

  constructor(
    private readonly config: DeliveryConfig,
    settings: DeliverySettings,
    ledger: Ledger,
    openHere: OpenHere,
    /** Called when loading fails. The next record has it tried again. */
    private readonly onBroken: (error: unknown) => void,
    private readonly clock: Clock,
  ) {
    const { queue, deadLetters } = openQueue(config, settings, this.#spoolListener(), clock);
    this.#queue = queue;
    if (config.spool !== undefined) ledger.onDisk = () => this.#queue.onDisk;
    this.#reader = new Reader(this.#queue, settings, clock);
    this.#mostRecordBytes = recordBytesWithin(config.maxPayloadBytes, config.format);
    this.account = new DeliveryAccount(ledger, config, clock);
    this.#records = new QueueAccount(this.#queue, this.account, deadLetters);
    const wiring: Wiring = {
      config,
      configured: configuredHeaders(config),
      attempted: (attempt) => this.account.attempted(attempt),
      measures: this.account.measures,
      onSettled: (chunk, from, to, result) => this.#settled(chunk, from, to, result),
      onRoom: () => this.#reader.readSome(),
      clock,
    };
    this.#outlet = new LateOutlet(wiring, openHere, {
      onOpen: () => this.#reader.direct(this),
      onGone: () => this.#readAgain(),
      onBroken: (error) => this.#broken(error),
    });
    this.#queue.start();
  }

  /** Takes a record, or says why not. Where a copy is not taken, its text may be. */
  append(record: Appended): 'too_large' | 'queue_full' | undefined {
    if (this.#queue.append(record, this.#mostRecordBytes) !== -1) return undefined;
    const isText = typeof record === 'string';
    return isText && Buffer.byteLength(record) > this.#mostRecordBytes ? 'too_large' : 'queue_full';
  }

  /** To be called when a record was appended and counted. */
  appended(): void {
    if (this.#isClosed) {
      this.#giveUpRest(SHUT_DOWN);
      return;
    }
    this.#outlet.open();
    this.#reader.appended();
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
    this.#outlet.hurry();
  }

  get hasRoom(): boolean {
    return this.#queue.isReadable && this.#outlet.hasRoom;
  }

  take(chunk: Chunk): void {
    if (isDebugging) step(`${chunk.length} records are handed over to be sent`);
    this.#records.read(chunk);
    this.#outlet.take(chunk);
  }

  /** For the end of the process, when the event loop has stopped: only another thread goes on sending. */
  drain(): Draining | undefined {
    const { exitTimeoutMillis } = this.config;
    this.#queue.write();
    if (this.isKept) return undefined;
    if (!this.#outlet.isElsewhere || exitTimeoutMillis === 0) return undefined;
    this.hurry();
    return { timeoutMillis: exitTimeoutMillis, advance: () => this.#advance() };
  }

  /** Gives up what is not settled, and lets go of all resources. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#outlet.close();
    this.#giveUpRest(SHUT_DOWN);
    this.#queue.close();
    this.account.end();
  }

  /** Whether all that waits outlives the process. */
  get isKept(): boolean {
    return this.#queue.unsettled === this.#queue.onDisk;
  }

  /** Keeps what can outlive the process at once, and not at the end of the turn. */
  write(): void {
    this.#queue.write();
  }

  /** The process may end now. */
  leave(): void {
    this.#queue.leave();
  }

  /** Tries to deliver what outlives the process all the same, until that fails. */
  async tryAll(): Promise<void> {
    const failed = this.account.nextFailure();
    this.#outlet.hurry();
    await withDeadline(Promise.race([this.flush(), failed]), this.config.exitTimeoutMillis, this.clock);
  }

  #spoolListener(): SpoolListener {
    return {
      tookOver: (count) => this.account.tookOver(count),
      damaged: (count, path) => this.account.damaged(count, path),
      expired: (chunk) => this.#records.gaveUp(chunk, EXPIRED),
      readable: () => {
        if (this.#isClosed) return;
        this.#outlet.open();
        this.#reader.readAll();
      },
    };
  }

  #advance(): boolean {
    this.#reader.readAllNow();
    const goesOn = this.#outlet.advance();
    return goesOn && this.#queue.unsettled > 0;
  }

  #broken(error: unknown): void {
    this.onBroken(error);
    this.#giveUpRest(
      this.#isClosed ? SHUT_DOWN : { outcome: 'refused', reason: 'internal', cause: textOf(error) },
    );
  }

  /** Reads again, without a delay, what was with an outlet that is gone. */
  #readAgain(): void {
    this.#queue.rewind();
    this.#reader.readAll();
  }

  /** What outlives the process is none of it. */
  #giveUpRest(why: Refused): void {
    this.#queue.giveUp((chunk) => {
      this.#records.read(chunk);
      this.#settled(chunk, 0, chunk.length, why);
    });
    this.#reader.readSome(); // nothing is unread, which ends the reader's delay
  }

  #settled(chunk: Chunk, from: number, to: number, result: SettledResult): void {
    const isKept =
      this.#isClosed &&
      result.outcome === 'refused' &&
      result.reason === 'shutdown' &&
      this.#queue.keeps(chunk, to);
    if (!isKept) this.#records.settled(chunk, from, to, result);
  }
}
