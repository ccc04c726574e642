import type { MessagePort } from 'node:worker_threads';
import { keyAfter } from '../idempotency-key.js';
import type { ExportMetrics } from '../metrics.js';
import type { HeaderFields } from '../options.js';
import type { Level } from '../otel-api.js';
import type { TransportConfig } from './create-transport.js';
import { headOf, type Payload, type PayloadHead, type Payloads, type SendResult } from './transport.js';

/** What the thread is started with. */
export interface ThreadData {
  readonly config: Omit<TransportConfig, 'endpoint' | 'dispatcher'>;
  readonly href: string;
  /** Those of all POSTs; without them, they are asked for before each one. */
  readonly headers: HeaderFields | undefined;
  readonly measures: boolean;
  readonly debugs: boolean;
  readonly port: MessagePort;
  /** Counts what the thread has posted, for one who waits without an event loop. */
  readonly posted: Int32Array;
}

/** To the thread. */
export type Order =
  | { readonly kind: 'send'; readonly all: readonly PackedPayloads[] }
  | { readonly kind: 'headers'; readonly question: number; readonly headers: HeaderFields | string }
  | { readonly kind: 'hurry' }
  | { readonly kind: 'close' };

/** From the thread. */
export type Report =
  | {
      readonly kind: 'settled';
      /** Ids and indexes in turn. */
      readonly delivered: readonly number[];
      readonly others: readonly Other[];
      readonly attempts: readonly Parameters<ExportMetrics['attempted']>[];
      /** The last attempt that failed, if none got through after it. */
      readonly trouble: SendResult | undefined;
    }
  | { readonly kind: 'headers'; readonly question: number }
  | { readonly kind: 'said'; readonly level: Level; readonly message: string }
  | { readonly kind: 'closed' };

/** Of one that was not delivered. */
export type Other = readonly [id: number, index: number, result: SendResult];

/** Payloads with the memory of their bodies, which is handed over and not copied. `since` and `deadline` are in milliseconds from now: each thread has a clock of its own. */
export interface PackedPayloads extends PayloadHead {
  /** By which it is reported how they ended. */
  readonly id: number;
  readonly bodies: ArrayBuffer;
  /** Where each body ends. */
  readonly ends: Uint32Array;
}

export function packPayloads(id: number, payloads: Payloads, now: number): PackedPayloads {
  const { bytes, ends, since, deadline } = payloads;
  const bodies = new ArrayBuffer(bytes.length);
  new Uint8Array(bodies).set(bytes); // a copy: what is lost with the thread is sent again
  const times = { since: since - now, deadline: deadline - now };
  return { id, bodies, ends, ...headOf(payloads), ...times };
}

/** The payloads again, on a clock that says `now`. */
export function* unpackPayloads(packed: PackedPayloads, now: number): Generator<Payload> {
  const { bodies, ends, contentType, idempotencyKey, isDivisible } = packed;
  const [since, deadline] = [packed.since + now, packed.deadline + now];
  let start = 0;
  for (const [index, end] of ends.entries()) {
    yield {
      body: Buffer.from(bodies, start, end - start),
      contentType,
      idempotencyKey: keyAfter(idempotencyKey, index),
      isDivisible,
      since,
      deadline,
    };
    start = end + 1;
  }
}
