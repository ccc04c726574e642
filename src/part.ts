import { contentTypeOf, type EncodedRecords, encodeBody } from './encode.js';
import { keyAfter, nextIdempotencyKey } from './idempotency-key.js';
import type { Format } from './options.js';
import type { Payload, Payloads } from './transport/transport.js';

/** Records that were handed over together: when, until when, and what is left of them. */
export interface Batch {
  readonly since: number;
  readonly deadline: number;
  pending: number;
  failed: number;
  /** With how many were given up. */
  readonly settled: Promise<number>;
  readonly onSettled: (failed: number) => void;
}

/** Records of a batch that were encoded together. */
export class Part implements Payloads {
  readonly batch: Batch;
  readonly records: EncodedRecords;
  readonly format: Format;
  readonly isDivisible = false;
  /** The first that is not on its way. */
  next = 0;
  #idempotencyKey: string | undefined;

  constructor(batch: Batch, records: EncodedRecords, format: Format) {
    this.batch = batch;
    this.records = records;
    this.format = format;
  }

  get length(): number {
    return this.records.length;
  }

  at(index: number): Group {
    return new Group(this, index, index + 1);
  }

  get bytes(): Buffer {
    return this.records.bytes;
  }

  get ends(): Uint32Array {
    return this.records.ends;
  }

  get contentType(): string {
    return contentTypeOf(this.format);
  }

  get idempotencyKey(): string {
    this.#idempotencyKey ??= nextIdempotencyKey(this.length);
    return this.#idempotencyKey;
  }

  get since(): number {
    return this.batch.since;
  }

  get deadline(): number {
    return this.batch.deadline;
  }
}

/** One payload's records. Of many that wait few are on their way, so it is made late. */
export class Group implements Payload {
  readonly part: Part;
  readonly from: number;
  readonly to: number;
  /** What is sent when this is settled: the second half of what was too much in one. */
  readonly next: Group | undefined;
  /** Whether it was said how it ended: only the first word counts. */
  isOver = false;
  #idempotencyKey: string | undefined;

  constructor(part: Part, from: number, to: number, next?: Group) {
    this.part = part;
    this.from = from;
    this.to = to;
    this.next = next;
  }

  get size(): number {
    return this.to - this.from;
  }

  get bytes(): number {
    return this.part.records.bytesOf(this.from, this.to);
  }

  get body(): Buffer {
    return encodeBody(this.part.records, this.from, this.to, this.part.format);
  }

  get contentType(): string {
    return this.part.contentType;
  }

  get idempotencyKey(): string {
    if (this.part.format === 'object') return keyAfter(this.part.idempotencyKey, this.from);
    this.#idempotencyKey ??= nextIdempotencyKey();
    return this.#idempotencyKey;
  }

  get isDivisible(): boolean {
    return this.size > 1;
  }

  get since(): number {
    return this.part.since;
  }

  get deadline(): number {
    return this.part.deadline;
  }
}
