import { readWritten, type WrittenRecord } from './collector.js';
import type { Receiver } from './receiver.js';

/** The log records that came to a receiver as OTLP JSON. Those that say who they are have an attribute `id`. */
export class Arrivals {
  readonly records: WrittenRecord[] = [];
  readonly #ids = new Set<unknown>();
  #requests = 0;

  constructor(readonly receiver: Receiver) {}

  get ids(): ReadonlySet<unknown> {
    this.#read();
    return this.#ids;
  }

  get duplicates(): number {
    return this.records.length - this.ids.size;
  }

  /** Settles when so many different records are there. */
  async different(count: number): Promise<void> {
    while (this.ids.size < count) await this.receiver.received(this.#requests + 1);
  }

  #read(): void {
    for (const { body } of this.receiver.requests.slice(this.#requests)) {
      const records = readWritten(`${body}\n`);
      this.records.push(...records);
      for (const { attributes } of records) this.#ids.add(attributes['id']);
      this.#requests++;
    }
  }
}
