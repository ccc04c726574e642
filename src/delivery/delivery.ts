import { DeliveryAccount } from '../account/delivery-account.js';
import type { Ledger } from '../account/ledger.js';
import type { DeliveryConfig } from '../config/config.js';
import type { Draining } from '../lifecycle/drain.js';
import type { Chunk } from '../queue/chunk.js';
import type { Queue } from '../queue/queue.js';
import { type Outlet, Reader, type ReaderSettings } from '../queue/reader.js';
import type { Clock } from '../runtime/clock.js';
import { isDebugging, step } from '../runtime/debug.js';
import { textOf } from '../runtime/foreign.js';
import { parseRecord, recordBytesWithin } from '../sender/format.js';
import type { Wiring } from '../sender/wiring.js';
import { configuredHeaders } from '../transport/http/request-headers.js';
import { type FailReason, type Refused, type SettledResult, SHUT_DOWN } from '../types/send-result.js';
import { LateOutlet, type OpenHere } from './late-outlet.js';
import { openQueue } from './open-queue.js';

export interface DeliverySettings extends ReaderSettings {
  readonly maxQueueBytes: number;
}

/** So many records are given up at a time. */
const MANY = 1024;

/** Records from the moment they are appended to the queue until each is delivered or given up, with the account of it. */
export class Delivery implements Outlet {
  readonly #queue: Queue;
  readonly #reader: Reader;
  readonly #account: DeliveryAccount;
  readonly #outlet: LateOutlet;
  readonly #mostRecordBytes: number;
  /** Up to this position, records have been counted as handed over. */
  #countedUpTo = 0;
  #isClosed = false;

  constructor(
    private readonly config: DeliveryConfig,
    settings: DeliverySettings,
    ledger: Ledger,
    openHere: OpenHere,
    /** Called when loading fails. The next record has it tried again. */
    private readonly onBroken: (error: unknown) => void,
    clock: Clock,
  ) {
    this.#queue = openQueue(config, settings.maxQueueBytes, clock);
    this.#reader = new Reader(this.#queue, settings, clock);
    this.#mostRecordBytes = recordBytesWithin(config.maxPayloadBytes, config.format);
    this.#account = new DeliveryAccount(ledger, config, clock);
    const wiring: Wiring = {
      config,
      configured: configuredHeaders(config),
      attempted: (attempt) => this.#account.attempted(attempt),
      measures: this.#account.measures,
      onSettled: (chunk, from, to, result) => this.#settled(chunk, from, to, result),
      onRoom: () => this.#reader.readSome(),
      clock,
    };
    this.#outlet = new LateOutlet(wiring, openHere, {
      onOpen: () => this.#reader.direct(this),
      onGone: () => this.#readAgain(),
      onBroken: (error) => this.#broken(error),
    });
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
    this.#outlet.open();
    this.#reader.appended();
  }

  /** Counts a record that can't be encoded as failed. */
  refuse(reason: FailReason, cause: string): void {
    this.#account.refused(reason, cause);
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
    return this.#outlet.hasRoom;
  }

  take(chunk: Chunk): void {
    if (isDebugging) step(`${chunk.length} records are handed over to be sent`);
    this.#countRead(chunk);
    this.#outlet.take(chunk);
  }

  /** For the end of the process, when the event loop has stopped: only another thread goes on sending. */
  drain(): Draining | undefined {
    const { exitTimeoutMillis } = this.config;
    if (!this.#outlet.isElsewhere || exitTimeoutMillis === 0) return undefined;
    this.hurry();
    return { timeoutMillis: exitTimeoutMillis, advance: () => this.#advance() };
  }

  /** Gives up what is not settled, and lets go of all resources. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#outlet.close();
    this.#giveUpRest(SHUT_DOWN);
    this.#account.end();
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

  #giveUpRest(why: Refused): void {
    this.#queue.rewind();
    for (let chunk = this.#queue.read(MANY); chunk !== undefined; chunk = this.#queue.read(MANY)) {
      this.#countRead(chunk);
      this.#settled(chunk, 0, chunk.length, why);
    }
    this.#reader.readSome(); // nothing is unread, which ends the reader's delay
  }

  #settled(chunk: Chunk, from: number, to: number, result: SettledResult): void {
    if (result.outcome === 'delivered') {
      const count = this.#queue.settle(chunk, from, to, false);
      if (count > 0) this.#account.delivered(count);
      return;
    }
    // Read before the record is settled: after that, the queue may free its memory.
    const first = chunk.slice(from, from + 1);
    const count = this.#queue.settle(chunk, from, to, true);
    if (count > 0) this.#account.failed(count, result, () => parseRecord(first));
  }

  /** Records that are read a second time are not counted again. */
  #countRead(chunk: Chunk): void {
    const end = chunk.positionOf(chunk.length);
    const count = end - Math.max(chunk.positionOf(0), this.#countedUpTo);
    if (count <= 0) return;
    this.#countedUpTo = end;
    this.#account.started(count);
  }
}
