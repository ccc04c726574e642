import type { Chunk } from '../queue/chunk.js';
import type { Payload } from '../transport/transport.js';
import type { Format } from '../types/options.js';
import { bodyOf, contentTypeOf, frameBytesOf } from './format.js';
import { idempotencyKey } from './idempotency-key.js';

/** What the payloads of a sender share. */
export interface PayloadSettings {
  readonly format: Format;
  readonly exportTimeoutMillis: number;
  /** A record that waits for longer is given up. */
  readonly maxAgeMillis: number;
}

/** Records of a chunk that are sent in one POST. */
export class RecordsPayload implements Payload {
  /** Whether its result is known: only the first one counts. */
  isOver = false;

  constructor(
    private readonly settings: PayloadSettings,
    readonly chunk: Chunk,
    readonly from: number,
    readonly to: number,
    /** The second half of a payload that was too much, which is sent when this first half is settled. */
    readonly next?: RecordsPayload | undefined,
  ) {}

  get size(): number {
    return this.to - this.from;
  }

  get body(): Buffer {
    return bodyOf(this.chunk.slice(this.from, this.to), this.settings.format);
  }

  get bodyBytes(): number {
    const separators = this.size - 1;
    return this.chunk.bytesOf(this.from, this.to) + separators + frameBytesOf(this.settings.format);
  }

  get contentType(): string {
    return contentTypeOf(this.settings.format);
  }

  get idempotencyKey(): string {
    return idempotencyKey(this.chunk.keyPrefix, this.chunk.keyPositionOf(this.from), this.size);
  }

  get isDivisible(): boolean {
    return this.size > 1;
  }

  get since(): number {
    return this.chunk.since;
  }

  get deadline(): number {
    return Math.min(this.chunk.since + this.settings.exportTimeoutMillis, this.expiresAt);
  }

  /** When its records are too old. */
  get expiresAt(): number {
    return this.chunk.appendedAt + this.settings.maxAgeMillis;
  }
}
