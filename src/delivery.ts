import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.js';
import type { DeliveryConfig } from './config.js';
import { bodyBytes, contentTypeOf, type EncodedRecord, encodeBody, pack } from './encode.js';
import { asOwnWork } from './feedback.js';
import type { FlatDict } from './json.js';
import type { Ledger } from './ledger.js';
import { createExportMetrics, type ExportMetrics } from './metrics.js';
import { Slots } from './slots.js';
import { createTransport } from './transport/create-transport.js';
import type { FailReason, SendResult, Transport } from './transport/transport.js';

export type DeliverySettings = Pick<
  DeliveryConfig,
  'format' | 'maxPayloadBytes' | 'concurrency' | 'exportTimeoutMillis'
>;

/** When a batch was handed over, and when it must be settled at the latest. */
interface Batch {
  readonly since: number;
  readonly deadline: number;
}

/**
 * How many payloads may be between here and their end, for each that can be sent at a time. The others are held up by
 * failures: a few that the endpoint always fails must not keep the rest from being tried.
 */
const HELD_PER_SLOT = 100;

/** Delivery as the settings want it, measured, through the whole transport. */
export function createDelivery(config: DeliveryConfig, ledger: Ledger, clock: Clock): Delivery {
  const metrics = createExportMetrics(config.meterProvider, config.endpoint);
  return new Delivery(config, ledger, createTransport(config, metrics, clock), metrics, clock);
}

/** Takes records until each is delivered or given up, and says so in the ledger. */
export class Delivery {
  readonly #slots: Slots;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(
    private readonly settings: DeliverySettings,
    private readonly ledger: Ledger,
    private readonly transport: Transport,
    private readonly metrics: ExportMetrics | undefined,
    private readonly clock: Clock,
  ) {
    this.#slots = new Slots(settings.concurrency * HELD_PER_SLOT);
  }

  /** Settles, when every one of the records is settled, with how many were given up. Never rejects. */
  deliver(records: readonly EncodedRecord[]): Promise<number> {
    const since = this.clock.now();
    const batch = { since, deadline: since + this.settings.exportTimeoutMillis };
    const groups = pack(records, this.settings.format, this.settings.maxPayloadBytes);
    this.metrics?.started(records.length);
    const all = asOwnWork(() =>
      Promise.all(groups.map((group) => this.#slots.run(() => this.#settle(group, batch)))),
    );
    this.#underWay.add(all);
    return all.then((failed) => {
      this.#underWay.delete(all);
      return failed.reduce((sum, count) => sum + count, 0);
    });
  }

  /** Settles when everything that was handed over before is settled. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** Gives up what is under way and what still comes. */
  async close(): Promise<void> {
    await this.transport.close();
  }

  /** Sends a group until each of its records is settled; says how many were given up. */
  async #settle(group: readonly EncodedRecord[], batch: Batch): Promise<number> {
    const result = await this.#send(group, batch);
    if (result.outcome === 'delivered') {
      this.ledger.deliver(group.length, queuedBytes(group));
      this.metrics?.finished(group.length);
      return 0;
    }
    if (group.length > 1 && isAboutContent(result.reason)) {
      // One record may spoil it for all. Halves keep the order, and find it in few steps.
      const middle = group.length >> 1;
      const failed = await this.#settle(group.slice(0, middle), batch);
      return failed + (await this.#settle(group.slice(middle), batch));
    }
    this.ledger.fail(result.reason, group.length, queuedBytes(group), result.cause, () => sampleOf(group));
    this.metrics?.finished(group.length, result.reason);
    return group.length;
  }

  async #send(group: readonly EncodedRecord[], batch: Batch): Promise<Settled> {
    if (this.clock.now() >= batch.deadline) return refused('timeout', 'no time was left to send it');
    const { format, maxPayloadBytes } = this.settings;
    try {
      // Packing keeps all others within the limit.
      const [first] = group;
      if (group.length === 1 && first !== undefined && bodyBytes(first.bytes, format) > maxPayloadBytes) {
        return refused('too_large', `above maxPayloadBytes, ${maxPayloadBytes}`);
      }
      const body = encodeBody(group, format);
      const payload = { ...batch, body, contentType: contentTypeOf(format), idempotencyKey: randomUUID() };
      const result = await this.transport.send(payload);
      return result.outcome === 'retry' ? refused('retries_exhausted', result.cause) : result;
    } catch (error) {
      return refused('internal', String(error));
    }
  }
}

type Settled = Exclude<SendResult, { readonly outcome: 'retry' }>;

const refused = (reason: FailReason, cause: string): Settled => ({ outcome: 'refused', reason, cause });

const isAboutContent = (reason: FailReason): boolean => reason === 'too_large' || reason === 'rejected';

/** A number that JavaScript can't hold comes back rounded here; it was sent whole. */
const sampleOf = ([first]: readonly EncodedRecord[]): FlatDict | undefined => first && JSON.parse(first.json);

const queuedBytes = (group: readonly EncodedRecord[]): number =>
  group.reduce((bytes, record) => bytes + record.queuedBytes, 0);
