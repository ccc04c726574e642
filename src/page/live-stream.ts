import type { ServerResponse } from 'node:http';
import type { RecordStore, StoredRecord } from '../receiver/record-store.js';
import type { Clock, Timer } from '../runtime/clock.js';
import { Batch } from './batch.js';
import { LastRecords } from './last-records.js';

/** A few times a second: at once for the eye, and few enough to draw each. */
const FLUSH_MILLIS = 250;
/** Proxies and pages take a connection that says nothing for broken. */
const BEAT_MILLIS = 10_000;
/** What a page gets first. */
const FIRST_RECORDS = 500;
const FIRST_BYTES = 1024 * 1024;
/** What may wait for a client that reads slowly, before batches are left out for it. */
const MOST_WAITING_BYTES = 1024 * 1024;

interface Client {
  readonly response: ServerResponse;
  /** How many records were left out for it, and not told yet. */
  skipped: number;
}

/**
 * Sends what is stored to all open pages, by server-sent events. Each batch is made once, whoever gets it. A stream ends with its
 * connection.
 */
export class LiveStream {
  readonly #store: RecordStore;
  readonly #clock: Clock;
  readonly #clients = new Set<Client>();
  #batch = new Batch();
  #flush: Timer | undefined;
  #beat: Timer | undefined;
  #unsubscribe: (() => void) | undefined;
  /** The last records, for those who come before the next batch. */
  #first: Promise<LastRecords> | undefined;

  constructor(store: RecordStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** `after` is the id of the last record that the page has, if it has been here before. */
  async add(response: ServerResponse, after: string | undefined): Promise<void> {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // For nginx, which would keep it back otherwise.
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    const client = { response, skipped: 0 };
    // Before the last records are read: what is stored meanwhile comes in a batch, and a page drops what comes twice.
    this.#clients.add(client);
    response.once('close', () => this.#remove(client));
    this.#begin();
    const batch = (await this.#lastRecords()).after(after);
    if (!this.#clients.has(client)) return;
    response.write(`event: first\n${batch.head(this.#clock.wallNow())}`);
    response.write(batch.rest);
  }

  /** They are read once for all who come before the next batch, and again where that fails. */
  #lastRecords(): Promise<LastRecords> {
    if (this.#first !== undefined) return this.#first;
    const reading = this.#store.last(FIRST_RECORDS, FIRST_BYTES).then((records) => new LastRecords(records));
    this.#first = reading;
    reading.catch(() => {
      if (this.#first === reading) this.#first = undefined;
    });
    return reading;
  }

  #begin(): void {
    if (this.#unsubscribe !== undefined) return;
    this.#unsubscribe = this.#store.onStored((records) => this.#take(records));
    this.#beats();
  }

  #remove(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#flush?.cancel();
    this.#flush = undefined;
    this.#beat?.cancel();
    this.#batch = new Batch();
    this.#first = undefined;
  }

  #take(records: readonly StoredRecord[]): void {
    for (const record of records) this.#batch.add(record);
    this.#flush ??= this.#clock.setPause(() => this.#send(), FLUSH_MILLIS);
  }

  #send(): void {
    this.#flush = undefined;
    this.#first = undefined;
    const batch = this.#batch;
    this.#batch = new Batch();
    const bytes = Buffer.concat([Buffer.from(batch.head(this.#clock.wallNow())), batch.rest]);
    for (const client of this.#clients) {
      if (client.response.writableLength > MOST_WAITING_BYTES) client.skipped += batch.count;
      else {
        if (client.skipped > 0) client.response.write(skippedText(client.skipped));
        client.skipped = 0;
        client.response.write(bytes);
      }
    }
  }

  #beats(): void {
    this.#beat = this.#clock.setPause(() => {
      const text = `event: beat\ndata: {"now":${this.#clock.wallNow()}}\n\n`;
      for (const { response } of this.#clients)
        if (response.writableLength <= MOST_WAITING_BYTES) response.write(text);
      this.#beats();
    }, BEAT_MILLIS);
  }
}

const skippedText = (count: number): string => `event: skipped\ndata: {"skipped":${count}}\n\n`;
