import type { DeliveryConfig } from '../config/config.js';
import type { Chunk } from '../queue/chunk.js';
import type { Outlet } from '../queue/reader.js';
import type { Clock } from '../runtime/clock.js';
import { textOf } from '../runtime/foreign.js';
import type { Transport } from '../transport/transport.js';
import {
  EXPIRED,
  type FailReason,
  type Refused,
  type SendResult,
  type SettledResult,
} from '../types/send-result.js';
import { recordBytesWithin } from './format.js';
import { type PayloadSettings, RecordsPayload } from './records-payload.js';

type GivenUp = Exclude<SendResult, { readonly outcome: 'delivered' }>;

export type SenderSettings = PayloadSettings & Pick<DeliveryConfig, 'maxPayloadBytes' | 'concurrency'>;

/** Is told how records of a chunk ended, from one index up to another. */
export type Settled = (chunk: Chunk, from: number, to: number, result: SettledResult) => void;

/**
 * How many payloads may be under way for each that can be sent at a time. Most of them wait for another try: a few payloads that
 * fail each time must not keep the rest from being tried.
 */
const HELD_PER_SLOT = 100;

/** Once so many payloads are under way, nothing more is read. */
export const mostHeld = (concurrency: number): number => concurrency * HELD_PER_SLOT;

/** Makes payloads of chunks and sends them. A payload that can't be taken as a whole is sent again in halves. */
export class Sender implements Outlet {
  readonly #most: number;
  #held = 0;

  constructor(
    private readonly settings: SenderSettings,
    private readonly transport: Transport,
    private readonly onSettled: Settled,
    /** Called when there is room again. */
    private readonly onRoom: () => void,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    this.#most = mostHeld(settings.concurrency);
  }

  get hasRoom(): boolean {
    return this.#held < this.#most;
  }

  take(chunk: Chunk): void {
    this.send(chunk, 0, chunk.length);
  }

  /** Sends the records of a chunk from one index up to another. */
  send(chunk: Chunk, from: number, to: number): void {
    for (let start = from; start < to; ) {
      const end = this.#endOfPayload(chunk, start, to);
      this.#held++;
      this.#start(new RecordsPayload(this.settings, chunk, start, end));
      start = end;
    }
  }

  /** An end is near: tries at once what waits for another try. */
  hurry(): void {
    this.transport.hurry?.();
  }

  /** Gives up what is under way and what still comes. */
  close(): Promise<void> {
    return this.transport.close();
  }

  /** Up to which record a payload goes that begins at `start`: as many as fit into a body, at least one. */
  #endOfPayload(chunk: Chunk, start: number, to: number): number {
    const { format, maxPayloadBytes } = this.settings;
    if (format === 'object') return start + 1;
    return chunk.endWithin(start, to, recordBytesWithin(maxPayloadBytes, format));
  }

  #start(payload: RecordsPayload): void {
    const fault = this.#faultOf(payload);
    if (fault !== undefined) {
      this.#end(payload, fault);
      return;
    }
    try {
      this.transport.send(payload, (result) => this.#settle(payload, result));
    } catch (error) {
      this.#settle(payload, refused('internal', textOf(error)));
    }
  }

  /** Why a payload is not sent at all. */
  #faultOf({ chunk, from, to, size, deadline, expiresAt }: RecordsPayload): Refused | undefined {
    const now = this.clock.now();
    if (now >= expiresAt) return EXPIRED;
    if (now >= deadline) return refused('timeout', 'no time was left to send it');
    const { format, maxPayloadBytes } = this.settings;
    // Several records are put in one body only if they fit.
    if (size > 1 || chunk.bytesOf(from, to) <= recordBytesWithin(maxPayloadBytes, format)) return undefined;
    return refused('too_large', `above maxPayloadBytes, ${maxPayloadBytes}`);
  }

  #settle(payload: RecordsPayload, result: SendResult): void {
    if (payload.isOver) return; // only the first result counts
    payload.isOver = true;
    const { size } = payload;
    if (result.outcome === 'split' && size > 1) this.#halve(payload, false);
    else if (result.outcome === 'refused' && size > 1 && isAboutContent(result.reason))
      this.#halve(payload, true);
    else if (result.outcome === 'delivered') this.#end(payload, result);
    else this.#end(payload, this.#givenUp(payload, result));
  }

  #givenUp({ expiresAt }: RecordsPayload, result: GivenUp): Refused {
    const { outcome, cause, detail } = result;
    const why = outcome === 'refused' ? result : refused('retries_exhausted', cause, detail);
    const wouldBeTriedAgain = why.reason === 'retries_exhausted' || why.reason === 'refused';
    return wouldBeTriedAgain && this.clock.now() >= expiresAt ? { ...why, reason: 'expired' } : why;
  }

  /** One record may be the cause: halving finds it in few steps. */
  #halve({ chunk, from, to, next, size }: RecordsPayload, inOrder: boolean): void {
    const middle = from + (size >> 1);
    const second = new RecordsPayload(this.settings, chunk, middle, to, next);
    if (inOrder) {
      this.#start(new RecordsPayload(this.settings, chunk, from, middle, second));
      return;
    }
    // A failing half takes long, so both are sent at once.
    this.#held++;
    this.#start(new RecordsPayload(this.settings, chunk, from, middle));
    this.#start(second);
  }

  #end({ chunk, from, to, next }: RecordsPayload, result: SettledResult): void {
    if (next === undefined) this.#held--;
    try {
      this.onSettled(chunk, from, to, result);
    } finally {
      if (next === undefined) this.onRoom();
      else this.#start(next);
    }
  }
}

const refused = (reason: FailReason, cause: string, detail?: string): Refused => ({
  outcome: 'refused',
  reason,
  cause,
  detail,
});

const isAboutContent = (reason: FailReason): boolean => reason === 'too_large' || reason === 'rejected';
