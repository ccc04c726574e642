import type { DeliveryConfig } from './config.js';

/** Characters that are written before the event loop gets a turn: about a millisecond of work. */
const SLICE_CHARACTERS = 256 * 1024;
/** What a record takes beside its own characters, in the time of so many. */
const RECORD_CHARACTERS = 64;
/** The same for the work of making text of it. */
export const ENCODING_CHARACTERS = 512;

/** Gathers records that are written one after the other, and hands over to delivery together what goes into one payload. */
export class HandOver {
  /** As JSON text. */
  #records: string[] = [];
  #charged = 0;
  #characters = 0;
  #slice = 0;
  readonly #enough: number;

  constructor(
    { format, maxPayloadBytes }: Pick<DeliveryConfig, 'format' | 'maxPayloadBytes'>,
    /** Gets the records and what the queue was charged for them. */
    private readonly deliver: (records: readonly string[], charged: number) => void,
  ) {
    this.#enough = format === 'object' ? 0 : maxPayloadBytes;
  }

  /**
   * `charged` is what the queue was charged for the record, `work` what was done for it just now, as a number of characters.
   * Says whether it is time to let others have a turn.
   */
  add(json: string, charged: number, work = 0): boolean {
    this.#records.push(json);
    this.#charged += charged;
    this.#characters += json.length;
    this.#slice += json.length + RECORD_CHARACTERS + work;
    if (this.#slice < SLICE_CHARACTERS) return false;
    this.#slice = 0;
    if (this.#characters >= this.#enough) this.all();
    return true;
  }

  /** Hands over what there is. */
  all(): void {
    const [records, charged] = [this.#records, this.#charged];
    this.#records = [];
    this.#charged = 0;
    this.#characters = 0;
    if (records.length > 0) this.deliver(records, charged);
  }
}
