import type { Clock } from './clock.js';
import type { DeliveryConfig } from './config.js';
import { isDebugging, step } from './debug.js';
import type { Draining } from './drain.js';
import { bodyBytes, EncodedRecords, endOfPart, fieldsOf } from './encode.js';
import { joinEndpoint } from './endpoint-health.js';
import { textOf } from './foreign.js';
import type { Ledger, Sample } from './ledger.js';
import { Line } from './line.js';
import { createExportMetrics, type ExportMetrics } from './metrics.js';
import { type Batch, Group, Part } from './part.js';
import { openTransport } from './transport/open-transport.js';
import type { FailReason, SendResult, SettleEach, Transport } from './transport/transport.js';

export type DeliverySettings = Pick<
  DeliveryConfig,
  'format' | 'maxPayloadBytes' | 'concurrency' | 'exportTimeoutMillis'
>;

/**
 * How many payloads may be between here and their end, for each that can be sent at a time. The others are held up by
 * failures: a few that the endpoint always fails must not keep the rest from being tried.
 */
const HELD_PER_SLOT = 100;

/** Delivery as the settings want it, measured, through the whole transport, which loads from now on. */
export function createDelivery(config: DeliveryConfig, ledger: Ledger, clock: Clock): Delivery {
  const metrics = createExportMetrics(config.meterProvider, config.endpoint);
  const { health, leave } = joinEndpoint(config.endpoint.url, clock, () => ledger.pending);
  ledger.failingSince = () => health.failingSince;
  const unwatch = metrics?.watch(() => health.failingSeconds);
  const transport = openTransport(config, metrics, (result) => health.heard(result), clock);
  return new Delivery(config, ledger, transport, metrics, clock, () => {
    unwatch?.();
    leave();
    ledger.failingSince = () => undefined; // nothing is tried any more
  });
}

/** Has a delivery make its last attempts, and gives what the end of the process, which has no event loop, needs of it. */
export function drainingOf(
  delivery: Delivery,
  { exitTimeoutMillis }: Pick<DeliveryConfig, 'exitTimeoutMillis'>,
): Draining {
  delivery.hurry();
  return { timeoutMillis: exitTimeoutMillis, advance: () => delivery.advance() };
}

/** Takes records until each is delivered or given up, and says so in the ledger. */
export class Delivery {
  readonly #waiting = new Line<Part>();
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
    private readonly onClosed: () => void = () => {},
  ) {
    this.#mostHeld = settings.concurrency * HELD_PER_SLOT;
  }

  /**
   * Takes records, as JSON text, and what the queue was charged for them. Settles, when every one of them is settled, with
   * how many were given up. Never rejects.
   */
  deliver(records: readonly string[], charged: number): Promise<number> {
    if (records.length === 0) return Promise.resolve(0);
    if (isDebugging) step(`${records.length} records are handed over to be sent`);
    this.metrics?.started(records.length);
    const batch = this.#begin(records.length);
    this.#enqueue(batch, records, charged);
    return batch.settled;
  }

  /** Gives up a record that there is nothing to send of. */
  refuse(reason: FailReason, charged: number, cause: string): void {
    this.metrics?.started(1);
    this.ledger.fail(reason, 1, charged, cause);
    this.metrics?.finished(1, reason);
  }

  /** Settles when everything that was handed over before is settled. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  /** An end is near: tries at once what waits for another try. */
  hurry(): void {
    this.transport.hurry?.();
  }

  /** Goes on without an event loop, if the transport can; says whether something is left that may yet be settled so. */
  advance(): boolean {
    this.#isPumping = false; // an application's callback that ends the process never comes back to it
    this.#pump();
    return this.transport.advance?.() ?? false;
  }

  /** Gives up what is under way and what still comes. */
  async close(): Promise<void> {
    await this.transport.close();
    this.onClosed();
  }

  /** Keeps hold of no record, as it lasts until the last of them is settled. */
  #begin(pending: number): Batch {
    let onSettled = (_failed: number): void => {};
    const settled = new Promise<number>((resolve) => {
      onSettled = resolve;
    });
    this.#underWay.add(settled);
    void settled.then(() => this.#underWay.delete(settled));
    const since = this.clock.now();
    const deadline = since + this.settings.exportTimeoutMillis;
    return { since, deadline, pending, failed: 0, settled, onSettled };
  }

  #enqueue(batch: Batch, texts: readonly string[], charged: number): void {
    const { format, maxPayloadBytes } = this.settings;
    let [from, bytes] = [0, 0];
    try {
      for (let to = 0; from < texts.length; from = to) {
        to = endOfPart(texts, from, format, maxPayloadBytes);
        const records = new EncodedRecords(texts.slice(from, to), format);
        bytes += records.bytesOf(0, records.length);
        this.#waiting.push(new Part(batch, records, format));
      }
    } catch (error) {
      // No memory is left, say.
      this.#giveUp(batch, texts.length - from, 0, refused('internal', `not encoded: ${textOf(error)}`));
    }
    this.ledger.recharge(bytes - charged);
    this.#pump();
  }

  /** Sends as much as may be under way. What is settled at once and makes room goes round the loop. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let part = this.#waiting.first; part && this.#held < this.#mostHeld; part = this.#waiting.first) {
        if (this.#sendWhole(part)) continue;
        this.#held++;
        this.#send(this.#groupOf(part));
      }
    } finally {
      this.#isPumping = false;
    }
  }

  /** Hands a whole part to a transport that can take it, unless one of its records is to be looked at. */
  #sendWhole(part: Part): boolean {
    const { format, maxPayloadBytes } = this.settings;
    if (this.transport.sendEach === undefined || format !== 'object') return false;
    if (part.bytes.length > maxPayloadBytes || this.clock.now() >= part.deadline) return false;
    this.#waiting.shift();
    this.#held += part.length;
    const ended = new Uint8Array(part.length);
    const settle: SettleEach = (index, result) => {
      if (ended[index] !== 0) return; // it has been said before
      ended[index] = 1;
      this.#settle(part.at(index), result);
    };
    try {
      this.transport.sendEach(part, settle);
    } catch (error) {
      for (const index of ended.keys()) settle(index, refused('internal', textOf(error)));
    }
    return true;
  }

  /** What is next of a part. */
  #groupOf(part: Part): Group {
    const from = part.next;
    part.next = part.format === 'object' ? from + 1 : part.length;
    if (part.next === part.length) this.#waiting.shift();
    return new Group(part, from, part.next);
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
      this.#settle(group, refused('internal', textOf(error)));
    }
  }

  /** Why a group is not sent at all. */
  #faultOf({ size, bytes, deadline }: Group): Refused | undefined {
    if (this.clock.now() >= deadline) return refused('timeout', 'no time was left to send it');
    const { format, maxPayloadBytes } = this.settings;
    // Several are in one body only if they fit.
    if (size > 1 || bodyBytes(bytes, format) <= maxPayloadBytes) return undefined;
    return refused('too_large', `above maxPayloadBytes, ${maxPayloadBytes}`);
  }

  #settle(group: Group, result: SendResult): void {
    if (group.isOver) return; // it has been said before
    group.isOver = true;
    const { part, from, to, next, size } = group;
    if (result.outcome === 'delivered') {
      this.ledger.deliver(size, group.bytes);
      this.metrics?.finished(size);
      this.#end(part.batch, size);
      this.#goOn(group);
    } else if (size > 1 && (result.outcome === 'retry' || isAboutContent(result.reason))) {
      // One record may spoil it for all: halves find it in few steps.
      const middle = from + (size >> 1);
      const second = new Group(part, middle, to, next);
      if (result.outcome === 'refused') {
        this.#send(new Group(part, from, middle, second)); // which keeps the order
      } else {
        // The half that goes on failing takes long, and must not hold up the other one.
        this.#held++;
        this.#send(new Group(part, from, middle));
        this.#send(second);
      }
    } else {
      const { cause, detail } = result;
      this.#fail(group, result.outcome === 'retry' ? refused('retries_exhausted', cause, detail) : result);
    }
  }

  #fail(group: Group, why: Refused): void {
    const { part, from, size, bytes } = group;
    this.#giveUp(part.batch, size, bytes, why, () => fieldsOf(part.records.slice(from, from + 1)));
    this.#goOn(group);
  }

  #giveUp(batch: Batch, size: number, bytes: number, why: Refused, sample?: Sample): void {
    const { reason, cause, detail } = why;
    batch.failed += size;
    this.ledger.fail(reason, size, bytes, cause, sample, detail);
    this.metrics?.finished(size, reason);
    this.#end(batch, size);
  }

  #end(batch: Batch, size: number): void {
    batch.pending -= size;
    if (batch.pending === 0) batch.onSettled(batch.failed);
  }

  /** To what comes after a group that has ended. */
  #goOn({ next }: Group): void {
    if (next !== undefined) {
      this.#send(next);
      return;
    }
    this.#held--;
    this.#pump();
  }
}

type Refused = Extract<SendResult, { readonly outcome: 'refused' }>;

const refused = (reason: FailReason, cause: string, detail?: string): Refused => ({
  outcome: 'refused',
  reason,
  cause,
  detail,
});

const isAboutContent = (reason: FailReason): boolean => reason === 'too_large' || reason === 'rejected';
