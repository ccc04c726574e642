import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { DeliveryConfig } from '../config/config.js';
import type { Delivery } from '../delivery/delivery.js';
import { encodeRecord } from '../record/encode-record.js';
import { CANT_BE_READ, toFlatDictWithin } from '../record/to-dict.js';
import { textOf } from '../runtime/foreign.js';
import { nextTurn } from '../runtime/timers.js';

/** Characters that are written before the event loop gets a turn: about a millisecond of work. */
const SLICE_CHARACTERS = 256 * 1024;
/** Fixed cost of a record, counted in characters. */
const RECORD_CHARACTERS = 576;

/** Appends the records of exports to a queue, one export at a time, so that its records lie side by side there. */
export class Encoder {
  /** Of an export that takes more than one turn. Most are encoded synchronously. */
  #encoding: Promise<void> | undefined;
  #isEncoding = false;

  constructor(
    private readonly config: DeliveryConfig,
    private readonly delivery: Delivery,
  ) {}

  /** Settles when all of an export are settled, or on disk, with how many were given up. Those that can't be sent are, each for itself. */
  async deliver(records: readonly ReadableLogRecord[]): Promise<number> {
    while (this.#encoding !== undefined) await this.#encoding;
    let refused = 0;
    const encoding = this.#encode(records, () => refused++);
    if (this.#isEncoding) {
      this.#encoding = encoding;
      await encoding;
      this.#encoding = undefined;
    }
    // At once: the next export must not have begun.
    const stretch = this.delivery.endStretch();
    this.delivery.write();
    // What outlives the process is answered for.
    return refused + (this.config.spool !== undefined && this.delivery.isKept ? 0 : await stretch);
  }

  /** Slice by slice: others get a turn between. */
  async #encode(records: readonly ReadableLogRecord[], onRefused: () => void): Promise<void> {
    this.#isEncoding = true;
    try {
      let slice = 0;
      for (const record of records) {
        const json = this.#append(record);
        if (json === undefined) onRefused();
        slice += (json?.length ?? 0) + RECORD_CHARACTERS;
        if (slice < SLICE_CHARACTERS) continue;
        slice = 0;
        this.delivery.appended();
        await nextTurn();
      }
    } finally {
      this.#isEncoding = false;
    }
    this.delivery.appended();
  }

  /** Appends a record and gives its text, or gives it up. */
  #append(record: ReadableLogRecord): string | undefined {
    const { config, delivery } = this;
    try {
      const dict = toFlatDictWithin(record, config, config.maxPayloadBytes, config.redact);
      const json = typeof dict === 'object' ? encodeRecord(dict) : undefined;
      const refusal = json === undefined ? dict : delivery.append(json);
      if (refusal === undefined) return json;
      if (refusal === 'too_large')
        delivery.account.refused(refusal, `above maxPayloadBytes, ${config.maxPayloadBytes}`);
      else if (refusal === 'queue_full') delivery.account.turnedAway();
      else delivery.account.refused('internal', CANT_BE_READ);
    } catch (error) {
      delivery.account.refused('internal', `no log record: ${textOf(error)}`);
    }
    return undefined;
  }
}
