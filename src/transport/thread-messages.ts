import type { MessagePort } from 'node:worker_threads';
import type { ExportMetrics } from '../metrics.js';
import type { HeaderFields } from '../options.js';
import type { TransportConfig } from './create-transport.js';
import type { Payload, SendResult } from './transport.js';

/** What the thread is started with. */
export interface ThreadData {
  readonly config: Omit<TransportConfig, 'endpoint' | 'dispatcher'>;
  readonly href: string;
  /** Those of all POSTs; without them, they are asked for before each one. */
  readonly headers: HeaderFields | undefined;
  readonly measures: boolean;
  readonly port: MessagePort;
  /** Counts what the thread has posted, for one who waits without an event loop. */
  readonly posted: Int32Array;
}

/** To the thread. */
export type Order =
  | { readonly kind: 'send'; readonly payloads: PackedPayloads }
  | { readonly kind: 'headers'; readonly question: number; readonly headers: HeaderFields | string }
  | { readonly kind: 'close' };

/** From the thread. */
export type Report =
  | {
      readonly kind: 'settled';
      readonly delivered: readonly number[];
      readonly others: readonly (readonly [id: number, result: SendResult])[];
      readonly attempts: readonly Parameters<ExportMetrics['attempted']>[];
    }
  | { readonly kind: 'headers'; readonly question: number }
  | { readonly kind: 'said'; readonly level: Level; readonly message: string }
  | { readonly kind: 'closed' };

export type Level = 'error' | 'warn' | 'info' | 'debug';

/** Payloads with consecutive ids, their bodies one after the other in one piece of memory, which is handed over and not copied. */
export interface PackedPayloads {
  readonly firstId: number;
  readonly contentType: string;
  readonly bodies: ArrayBuffer;
  readonly lengths: Uint32Array;
  readonly idempotencyKeys: readonly string[];
  /** 1 for one with several records. */
  readonly divisible: Uint8Array;
  /** `since` and `deadline` in turn, in milliseconds since 1970. */
  readonly times: Float64Array;
}

/** Payloads of one content type, with text as body. */
export function packPayloads(
  firstId: number,
  payloads: readonly Payload[],
  timeOrigin: number,
): PackedPayloads {
  const texts = payloads.map(({ body }) => String(body));
  const lengths = Uint32Array.from(texts, (text) => Buffer.byteLength(text));
  const bodies = Buffer.allocUnsafeSlow(lengths.reduce((sum, length) => sum + length, 0));
  bodies.write(texts.join(''));
  return {
    firstId,
    contentType: payloads[0]?.contentType ?? '',
    bodies: bodies.buffer,
    lengths,
    idempotencyKeys: payloads.map(({ idempotencyKey }) => idempotencyKey),
    divisible: Uint8Array.from(payloads, ({ isDivisible }) => Number(isDivisible)),
    times: Float64Array.from(
      payloads.flatMap(({ since, deadline }) => [since + timeOrigin, deadline + timeOrigin]),
    ),
  };
}

/** The payloads again, on a clock that began at `timeOrigin`. */
export function* unpackPayloads(
  packed: PackedPayloads,
  timeOrigin: number,
): Generator<[id: number, Payload]> {
  let offset = 0;
  for (const [index, length] of packed.lengths.entries()) {
    yield [
      packed.firstId + index,
      {
        body: new Uint8Array(packed.bodies, offset, length),
        contentType: packed.contentType,
        idempotencyKey: packed.idempotencyKeys[index] ?? '',
        isDivisible: packed.divisible[index] === 1,
        since: (packed.times[2 * index] ?? 0) - timeOrigin,
        deadline: (packed.times[2 * index + 1] ?? 0) - timeOrigin,
      },
    ];
    offset += length;
  }
}
