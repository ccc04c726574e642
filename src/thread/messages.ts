import type { MessagePort } from 'node:worker_threads';
import type { DeliveryConfig } from '../config/config.js';
import type { KeyBase } from '../queue/layout.js';
import type { Level } from '../runtime/otel-api.js';
import type { HeaderFields } from '../types/options.js';
import type { Attempt, Refused } from '../types/send-result.js';

/** The settings that can be passed to another thread. */
type ThreadConfig = Pick<
  DeliveryConfig,
  | 'format'
  | 'maxPayloadBytes'
  | 'exportTimeoutMillis'
  | 'maxAgeMillis'
  | 'timeoutMillis'
  | 'concurrency'
  | 'maxConnectionAgeMillis'
  | 'retry'
  | 'compression'
  | 'proxies'
>;

/** What the thread is started with. */
export interface ThreadData {
  readonly config: ThreadConfig;
  readonly href: string;
  /** The headers of all POSTs. `undefined` where the application has a function: then the main thread is asked before each POST. */
  readonly headers: HeaderFields | undefined;
  readonly measures: boolean;
  readonly debugs: boolean;
  readonly port: MessagePort;
  /** Counts the messages of the thread, for code that waits without an event loop. */
  readonly posted: Int32Array;
}

/** Records of the queue, in the memory where they are. */
export interface SentChunk {
  /** The thread reports by this number how the records ended. */
  readonly id: number;
  /** What their idempotency keys are made of. */
  readonly key: KeyBase;
  readonly records: Uint8Array;
  /** Another number for each piece of the queue's memory. */
  readonly memory: number;
  /** Whether none of the records is settled that lie there. */
  readonly isWhole: boolean;
  /** Where each ends in `records`; the next begins a byte later. */
  readonly ends: Uint32Array;
  /** For how long the last of them is in memory. No point in time: each thread has a clock of its own. */
  readonly sinceMillis: number;
  /** How long ago it was appended. */
  readonly ageMillis: number;
}

/** To the thread. */
export type Order =
  | { readonly kind: 'send'; readonly chunk: SentChunk }
  | { readonly kind: 'headers'; readonly question: number; readonly headers: HeaderFields | string }
  | { readonly kind: 'hurry' }
  | { readonly kind: 'close' };

/** From the thread. */
export type Report =
  /** It has loaded, and takes orders. */
  | { readonly kind: 'up' }
  | {
      readonly kind: 'settled';
      /** Three numbers for each stretch of records: the id of the chunk, the first index, and the index after the last. */
      readonly delivered: readonly number[];
      readonly lost: readonly Lost[];
      /** All, where attempts are measured. Otherwise, of those in a row with the same outcome, the last one. */
      readonly attempts: readonly Attempt[];
    }
  | { readonly kind: 'headers'; readonly question: number }
  | { readonly kind: 'said'; readonly level: Level; readonly message: string }
  | { readonly kind: 'closed' };

/** A stretch of a chunk that was given up. */
export type Lost = readonly [id: number, from: number, to: number, result: Refused];
