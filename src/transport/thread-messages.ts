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

/** Payloads, their bodies one after the other in one piece of memory, which is handed over and not copied. */
export interface PackedPayloads {
  readonly ids: Uint32Array;
  readonly contentType: string;
  readonly bodies: ArrayBuffer;
  readonly lengths: Uint32Array;
  /** With commas between: one text crosses for less than many. */
  readonly idempotencyKeys: string;
  /** 1 for one with several records. */
  readonly divisible: Uint8Array;
  /** `since` and `deadline` in turn, in milliseconds since 1970. */
  readonly times: Float64Array;
}

/** Payloads of one content type, with the ids by which their ends are reported, and their bodies. */
export function packPayloads(
  ids: readonly number[],
  payloads: readonly Payload[],
  bodies: readonly Uint8Array[],
  timeOrigin: number,
): PackedPayloads {
  const count = payloads.length;
  const packed = {
    ids: Uint32Array.from(ids),
    contentType: payloads[0]?.contentType ?? '',
    bodies: new ArrayBuffer(bodies.reduce((sum, body) => sum + body.length, 0)),
    lengths: new Uint32Array(count),
    idempotencyKeys: payloads.map(({ idempotencyKey }) => idempotencyKey).join(),
    divisible: new Uint8Array(count),
    times: new Float64Array(2 * count),
  };
  const all = new Uint8Array(packed.bodies);
  let offset = 0;
  for (const [index, body] of bodies.entries()) {
    all.set(body, offset);
    offset += body.length;
    packed.lengths[index] = body.length;
  }
  for (const [index, { isDivisible, since, deadline }] of payloads.entries()) {
    packed.divisible[index] = Number(isDivisible);
    packed.times[2 * index] = since + timeOrigin;
    packed.times[2 * index + 1] = deadline + timeOrigin;
  }
  return packed;
}

/** The payloads again, on a clock that began at `timeOrigin`. */
export function* unpackPayloads(
  packed: PackedPayloads,
  timeOrigin: number,
): Generator<[id: number, Payload]> {
  const idempotencyKeys = packed.idempotencyKeys.split(',');
  let offset = 0;
  for (const [index, length] of packed.lengths.entries()) {
    yield [
      packed.ids[index] ?? 0,
      {
        body: new Uint8Array(packed.bodies, offset, length),
        contentType: packed.contentType,
        idempotencyKey: idempotencyKeys[index] ?? '',
        isDivisible: packed.divisible[index] === 1,
        since: (packed.times[2 * index] ?? 0) - timeOrigin,
        deadline: (packed.times[2 * index + 1] ?? 0) - timeOrigin,
      },
    ];
    offset += length;
  }
}
