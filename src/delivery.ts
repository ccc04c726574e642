import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.js';
import type { DeliveryConfig } from './config.js';
import { bodyBytes, contentTypeOf, type EncodedRecord, encodeBody, pack } from './encode.js';
import type { FlatDict } from './json.js';
import type { Ledger } from './ledger.js';
import { Line } from './line.js';
import { createExportMetrics, type ExportMetrics } from './metrics.js';
import { openTransport } from './transport/open-transport.js';
import type { FailReason, Payload, SendResult, Transport } from './transport/transport.js';

export type DeliverySettings = Pick<
  DeliveryConfig,
  'format' | 'maxPayloadBytes' | 'concurrency' | 'exportTimeoutMillis'
>;

/** Records that were handed over together: when, until when, and what is left of them. */
interface Batch {
  readonly since: number;
  readonly deadline: number;
  pending: number;
  failed: number;
  readonly onSettled: (failed: number) => void;
}

/** What goes in one payload, and what is sent when that is settled: the second half of what was too much in one. */
interface Group {
  readonly records: readonly EncodedRecord[];
  readonly batch: Batch;
  readonly next: Group | undefined;
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
  readonly #waiting = new Line<Group>();
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

  /** Settles, when every one of the records is settled, with how many were given up. Never rejects. */
  deliver(records: readonly EncodedRecord[]): Promise<number> {
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

  #enqueue(records: readonly EncodedRecord[], onSettled: (failed: number) => void): void {
    const since = this.clock.now();
    const deadline = since + this.settings.exportTimeoutMillis;
    const batch = { since, deadline, pending: records.length, failed: 0, onSettled };
    for (const group of pack(records, this.settings.format, this.settings.maxPayloadBytes)) {
      this.#waiting.push({ records: group, batch, next: undefined });
    }
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
    if (this.#held === this.#mostHeld) return undefined;
    const group = this.#waiting.shift();
    if (group !== undefined) this.#held++;
    return group;
  }

  #send(group: Group): void {
    const fault = this.#faultOf(group);
    if (fault !== undefined) {
      this.#fail(group, fault);
      return;
    }
    const { records, batch } = group;
    const { format } = this.settings;
    const payload: Payload = {
      body: encodeBody(records, format),
      contentType: contentTypeOf(format),
      idempotencyKey: randomUUID(),
      isDivisible: records.length > 1,
      since: batch.since,
      deadline: batch.deadline,
    };
    try {
      this.transport.send(payload, (result) => this.#settle(group, result));
    } catch (error) {
      this.#fail(group, refused('internal', String(error)));
    }
  }

  /** Why a group is not sent at all. */
  #faultOf({ records, batch }: Group): Refused | undefined {
    if (this.clock.now() >= batch.deadline) return refused('timeout', 'no time was left to send it');
    const { format, maxPayloadBytes } = this.settings;
    const [first] = records;
    // Packing keeps all others within the limit.
    if (records.length > 1 || first === undefined || bodyBytes(first.bytes, format) <= maxPayloadBytes)
      return undefined;
    return refused('too_large', `above maxPayloadBytes, ${maxPayloadBytes}`);
  }

  #settle(group: Group, result: SendResult): void {
    const { records, batch, next } = group;
    if (result.outcome === 'delivered') {
      this.ledger.deliver(records.length, queuedBytes(records));
      this.metrics?.finished(records.length);
      this.#finish(group);
    } else if (records.length > 1 && (result.outcome === 'retry' || isAboutContent(result.reason))) {
      // One record may spoil it for all: halves find it in few steps.
      const middle = records.length >> 1;
      const first = { records: records.slice(0, middle), batch };
      const second = { records: records.slice(middle), batch, next };
      if (result.outcome === 'refused') {
        this.#send({ ...first, next: second }); // which keeps the order
      } else {
        // The half that goes on failing takes long, and must not hold up the other one.
        this.#held++;
        this.#send({ ...first, next: undefined });
        this.#send(second);
      }
    } else {
      this.#fail(group, result.outcome === 'retry' ? refused('retries_exhausted', result.cause) : result);
    }
  }

  #fail(group: Group, { reason, cause }: Refused): void {
    const { records, batch } = group;
    batch.failed += records.length;
    this.ledger.fail(reason, records.length, queuedBytes(records), cause, () => sampleOf(records));
    this.metrics?.finished(records.length, reason);
    this.#finish(group);
  }

  #finish({ records, batch, next }: Group): void {
    batch.pending -= records.length;
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

/** A number that JavaScript can't hold comes back rounded here; it was sent whole. */
const sampleOf = ([first]: readonly EncodedRecord[]): FlatDict | undefined => first && JSON.parse(first.json);

const queuedBytes = (group: readonly EncodedRecord[]): number =>
  group.reduce((bytes, record) => bytes + record.queuedBytes, 0);
