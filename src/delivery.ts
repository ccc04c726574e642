import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.js';
import type { DeliveryConfig } from './config.js';
import { contentTypeOf, encodeBody, endOfBody, fieldsOf, textFits } from './encode.js';
import type { Ledger } from './ledger.js';
import { Line } from './line.js';
import { createExportMetrics, type ExportMetrics } from './metrics.js';
import type { Format } from './options.js';
import { openTransport } from './transport/open-transport.js';
import type { FailReason, Payload, SendResult, Transport } from './transport/transport.js';

export type DeliverySettings = Pick<
  DeliveryConfig,
  'format' | 'maxPayloadBytes' | 'concurrency' | 'exportTimeoutMillis'
>;

/** Records that were handed over together, as JSON text: when, until when, and what is left of them. */
interface Batch {
  readonly records: readonly string[];
  readonly format: Format;
  readonly since: number;
  readonly deadline: number;
  /** Where the next payload begins. */
  next: number;
  pending: number;
  failed: number;
  readonly onSettled: (failed: number) => void;
}

/** One payload's records: those of a batch from a place up to another. Of many that wait, few are on their way, so it is made late. */
class Group implements Payload {
  readonly batch: Batch;
  readonly from: number;
  readonly to: number;
  /** What is sent when this is settled: the second half of what was too much in one. */
  readonly next: Group | undefined;
  #idempotencyKey: string | undefined;

  constructor(batch: Batch, from: number, to: number, next?: Group) {
    this.batch = batch;
    this.from = from;
    this.to = to;
    this.next = next;
  }

  get size(): number {
    return this.to - this.from;
  }

  get first(): string {
    return this.batch.records[this.from] ?? '';
  }

  /** What the queue is charged for it. */
  get characters(): number {
    let characters = 0;
    for (let index = this.from; index < this.to; index++)
      characters += this.batch.records[index]?.length ?? 0;
    return characters;
  }

  get body(): string {
    return encodeBody(this.batch.records, this.from, this.to, this.batch.format);
  }

  get contentType(): string {
    return contentTypeOf(this.batch.format);
  }

  get idempotencyKey(): string {
    this.#idempotencyKey ??= randomUUID();
    return this.#idempotencyKey;
  }

  get isDivisible(): boolean {
    return this.size > 1;
  }

  get since(): number {
    return this.batch.since;
  }

  get deadline(): number {
    return this.batch.deadline;
  }
}

/**
 * How many payloads may be between here and their end, for each that can be sent at a time. The others are held up by
 * failures: a few that the endpoint always fails must not keep the rest from being tried.
 */
const HELD_PER_SLOT = 100;

/** Delivery as the settings want it, measured, through the whole transport, which loads from now on. */
export function createDelivery(config: DeliveryConfig, ledger: Ledger, clock: Clock): Delivery {
  const metrics = createExportMetrics(config.meterProvider, config.endpoint);
  return new Delivery(config, ledger, openTransport(config, metrics, clock), metrics, clock);
}

/** Takes records until each is delivered or given up, and says so in the ledger. */
export class Delivery {
  /** Those of which not all is on its way. */
  readonly #waiting = new Line<Batch>();
  readonly #mostHeld: number;
  #held = 0;
  #isPumping = false;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly settings: DeliverySettings,
    private readonly ledger: Ledger,
    private readonly transport: Transport,
    private readonly metrics: ExportMetrics | undefined,
    private readonly clock: Clock,
  ) {
    this.#mostHeld = settings.concurrency * HELD_PER_SLOT;
  }

  /** Takes records as JSON text. Settles, when every one of them is settled, with how many were given up. Never rejects. */
  deliver(records: readonly string[]): Promise<number> {
    if (records.length === 0) return Promise.resolve(0);
    this.metrics?.started(records.length);
    const settled = new Promise<number>((resolve) => this.#enqueue(records, resolve));
    this.#underWay.add(settled);
    return settled.finally(() => this.#underWay.delete(settled));
  }

  /** Settles when everything that was handed over before is settled. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Blocks until everything that was handed over is settled, for so long at the most; if the transport can. */
  drain(timeoutMillis: number): void {
    this.transport.drain?.(timeoutMillis);
  }

  /** Gives up what is under way and what still comes. */
  async close(): Promise<void> {
    await this.transport.close();
  }

  #enqueue(records: readonly string[], onSettled: (failed: number) => void): void {
    const { format, exportTimeoutMillis } = this.settings;
    const since = this.clock.now();
    const deadline = since + exportTimeoutMillis;
    const pending = records.length;
    this.#waiting.push({ records, format, since, deadline, next: 0, pending, failed: 0, onSettled });
    this.#pump();
  }

  /** Sends as many groups as may be under way. What a group that is settled at once makes room for goes round the loop. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    for (let group = this.#take(); group !== undefined; group = this.#take()) this.#send(group);
    this.#isPumping = false;
  }

  #take(): Group | undefined {
    const batch = this.#waiting.first;
    if (batch === undefined || this.#held === this.#mostHeld) return undefined;
    this.#held++;
    const { records, format, next } = batch;
    batch.next = endOfBody(records, next, format, this.settings.maxPayloadBytes);
    if (batch.next === records.length) this.#waiting.shift();
    return new Group(batch, next, batch.next);
  }

  #send(group: Group): void {
    const fault = this.#faultOf(group);
    if (fault !== undefined) {
      this.#fail(group, fault);
      return;
    }
    try {
      this.transport.send(group, (result) => this.#settle(group, result));
    } catch (error) {
      this.#fail(group, refused('internal', String(error)));
    }
  }

  /** Why a group is not sent at all. */
  #faultOf({ size, first, deadline }: Group): Refused | undefined {
    if (this.clock.now() >= deadline) return refused('timeout', 'no time was left to send it');
    const { format, maxPayloadBytes } = this.settings;
    // Several are in one body only if they fit.
    if (size > 1 || textFits(first, format, maxPayloadBytes)) return undefined;
    return refused('too_large', `above maxPayloadBytes, ${maxPayloadBytes}`);
  }

  #settle(group: Group, result: SendResult): void {
    const { batch, from, to, next, size } = group;
    if (result.outcome === 'delivered') {
      this.ledger.deliver(size, group.characters);
      this.metrics?.finished(size);
      this.#finish(group);
    } else if (size > 1 && (result.outcome === 'retry' || isAboutContent(result.reason))) {
      // One record may spoil it for all: halves find it in few steps.
      const middle = from + (size >> 1);
      const second = new Group(batch, middle, to, next);
      if (result.outcome === 'refused') {
        this.#send(new Group(batch, from, middle, second)); // which keeps the order
      } else {
        // The half that goes on failing takes long, and must not hold up the other one.
        this.#held++;
        this.#send(new Group(batch, from, middle));
        this.#send(second);
      }
    } else {
      this.#fail(group, result.outcome === 'retry' ? refused('retries_exhausted', result.cause) : result);
    }
  }

  #fail(group: Group, { reason, cause }: Refused): void {
    const { batch, size, characters, first } = group;
    batch.failed += size;
    this.ledger.fail(reason, size, characters, cause, () => fieldsOf(first));
    this.metrics?.finished(size, reason);
    this.#finish(group);
  }

  #finish({ batch, next, size }: Group): void {
    batch.pending -= size;
    if (batch.pending === 0) batch.onSettled(batch.failed);
    if (next !== undefined) {
      this.#send(next);
      return;
    }
    this.#held--;
    this.#pump();
  }
}

type Refused = Extract<SendResult, { readonly outcome: 'refused' }>;

const refused = (reason: FailReason, cause: string): Refused => ({ outcome: 'refused', reason, cause });

const isAboutContent = (reason: FailReason): boolean => reason === 'too_large' || reason === 'rejected';
