import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { DeliveryConfig } from '../config/config.js';
import type { Delivery } from '../delivery/delivery.js';
import { filtered, Refusal } from '../record/before-send.js';
import { encodeRecord } from '../record/encode-record.js';
import type { Flattening, FlattenRefusal } from '../record/flatten.js';
import { CANT_BE_READ, toFlatDictWithin } from '../record/to-dict.js';
import { recordTrimmed, Trimming } from '../record/trimming.js';
import { textOf } from '../runtime/foreign.js';
import { nextTurn } from '../runtime/timers.js';
import type { FlatDict } from '../types/json.js';

/** Characters that are written before the event loop gets a turn: about a millisecond of work. */
const SLICE_CHARACTERS = 256 * 1024;
/** Fixed cost of a record, counted in characters. */
const RECORD_CHARACTERS = 576;

/** Appends the records of exports to a queue, one export at a time, so that its records lie side by side there. */
export class Encoder {
  /** Of an export that takes more than one turn. Most are encoded synchronously. */
  #encoding: Promise<void> | undefined;
  #isEncoding = false;
  readonly #trimming: Trimming<FlatDict>;

  constructor(
    private readonly config: DeliveryConfig,
    private readonly delivery: Delivery,
  ) {
    const as =
      (flattening: typeof recordTrimmed): Flattening =>
      (record, most, redaction) =>
        flattening(record as ReadableLogRecord, config, most, redaction);
    this.#trimming = new Trimming(config, as(toFlatDictWithin), as(recordTrimmed), false);
  }

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
        const characters = this.#append(record);
        if (characters === undefined) onRefused();
        slice += (characters ?? 0) + RECORD_CHARACTERS;
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

  /** Appends a record. Gives the length of its text, 0 where it is not to be sent, and `undefined` where it is lost. */
  #append(record: ReadableLogRecord): number | undefined {
    const { account } = this.delivery;
    try {
      const dict = this.#dictOf(record);
      if (typeof dict === 'string') return this.#giveUp(dict);
      if (dict instanceof Refusal) {
        account.turnedAway(dict.reason, () => this.#sampleOf(record), dict.detail);
        return dict.reason === 'filter_failed' ? undefined : 0;
      }
      const json = encodeRecord(dict);
      const refusal = this.delivery.append(json);
      if (refusal !== undefined) return this.#giveUp(refusal);
      if (this.#trimming.wasNeeded) account.trimmed(this.config.maxPayloadBytes);
      return json.length;
    } catch (error) {
      account.refused('internal', `no log record: ${textOf(error)}`);
      return undefined;
    }
  }

  /** A record as it is to be sent, or why it is not. */
  #dictOf(record: ReadableLogRecord): FlatDict | FlattenRefusal | Refusal {
    return filtered(this.config.beforeSend, this.#flatten(record), this.config.maxPayloadBytes);
  }

  #giveUp(refusal: FlattenRefusal | 'queue_full'): undefined {
    const { account } = this.delivery;
    if (refusal === 'queue_full') account.turnedAway(refusal);
    else if (refusal === 'too_large')
      account.refused(refusal, `above maxPayloadBytes, ${this.config.maxPayloadBytes}`);
    else account.refused('internal', CANT_BE_READ);
  }

  /** As `beforeSend` got it. */
  #sampleOf(record: ReadableLogRecord): FlatDict | undefined {
    const dict = this.#flatten(record);
    return typeof dict === 'string' ? undefined : dict;
  }

  #flatten(record: ReadableLogRecord): FlatDict | FlattenRefusal {
    return this.#trimming.flatten(record, this.config.maxPayloadBytes, this.config.redact);
  }
}
