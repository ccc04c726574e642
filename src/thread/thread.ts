import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { Chunk } from '../queue/chunk.js';
import { isDebugging, step } from '../runtime/debug.js';
import { Fifo } from '../runtime/fifo.js';
import { textOf } from '../runtime/foreign.js';
import { logToDiagOnly } from '../runtime/otel-api.js';
import { mostHeld } from '../sender/sender.js';
import type { DeliveryOutlet, Wiring } from '../sender/wiring.js';
import type { Lost, Order, Report } from './messages.js';
import { startWorker } from './start-worker.js';

/**
 * Starts a thread that takes records from the queue and does all the rest there: log records, batch processor, exporter, POSTs.
 * Throws where no thread can be started. `onEnded` is called with the cause when the thread ends and was not closed.
 */
export const startThread = (wiring: Wiring, onEnded: (cause: string) => void): DeliveryOutlet =>
  new Thread(wiring, onEnded);

/** A chunk that is with the thread. */
interface Unsettled {
  readonly chunk: Chunk;
  left: number;
}

const DELIVERED = { outcome: 'delivered' } as const;

class Thread implements DeliveryOutlet {
  readonly #wiring: Wiring;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #most: number;
  /** How many payloads are with the thread; a chunk counts as one where a payload has many records. */
  #held = 0;
  /** By their ids. Not a Map, for the same reason as in `TimeLimits`. */
  readonly #unsettled: (Unsettled | undefined)[] = [];
  /** Ids that are free again. */
  readonly #free: number[] = [];
  /** Losses that are reported and not settled yet. */
  readonly #lost = new Fifo<Lost>();
  #isUp = false;
  #isClosed = false;
  #hasEnded = false;
  readonly #ended: Promise<void>;

  constructor(wiring: Wiring, onEnded: (cause: string) => void) {
    this.#wiring = wiring;
    this.#most = mostHeld(wiring.config.concurrency);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = startWorker(wiring, port2);
    if (isDebugging) step('started a thread for the sending');
    this.#port.on('message', (report: Report) => this.#receive(report));
    let cause = 'it ended by itself';
    this.#worker.on('error', (error) => {
      cause = textOf(error);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#fetch();
        this.#hasEnded = true;
        if (!this.#isClosed) onEnded(cause);
        resolve();
      });
    });
    // Listening has referenced the port. Only what a caller waits for may keep the process alive.
    this.#port.unref();
    this.#worker.unref();
  }

  get hasRoom(): boolean {
    return this.#held < this.#most;
  }

  take(chunk: Chunk): void {
    const id = this.#free.pop() ?? this.#unsettled.length;
    this.#unsettled[id] = { chunk, left: chunk.length };
    this.#held += this.#unitsOf(chunk, chunk.length);
    try {
      const { clock } = this.#wiring;
      const records = chunk.slice(0, chunk.length);
      const sinceMillis = clock.now() - chunk.since;
      const ageMillis = clock.now() - chunk.appendedAt;
      const key = { prefix: chunk.keyPrefix, first: chunk.keyPositionOf(0) };
      const { first: memory, unsettled, length } = chunk.segment;
      const isWhole = unsettled === length;
      this.#order({
        kind: 'send',
        chunk: { id, key, records, memory, isWhole, ends: chunk.ends, sinceMillis, ageMillis },
      });
    } catch (error) {
      // No memory is left for the message, say.
      this.#settle(id, 0, chunk.length, { outcome: 'refused', reason: 'internal', cause: textOf(error) });
    }
  }

  hurry(): void {
    this.#order({ kind: 'hurry' });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#worker.ref();
    if (this.#isUp) this.#order({ kind: 'close' });
    else void this.#worker.terminate(); // it has not begun to send
    await this.#ended;
  }

  /** The event loop of this thread has stopped. The other thread goes on, and its reports are fetched here. */
  advance(): boolean {
    this.#fetch();
    this.#settleLost();
    return !this.#hasEnded;
  }

  #fetch(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#receive(received.message as Report);
    }
  }

  #order(order: Order): void {
    this.#port.postMessage(order);
  }

  #receive(report: Report): void {
    switch (report.kind) {
      case 'up':
        this.#isUp = true;
        break;
      case 'settled':
        for (const attempt of report.attempts) this.#wiring.attempted(attempt);
        this.#settleDelivered(report.delivered);
        for (const lost of report.lost) this.#lost.push(lost);
        this.#settleLost();
        this.#wiring.onRoom();
        break;
      case 'headers':
        this.#wiring.configured((headers) =>
          this.#order({ kind: 'headers', question: report.question, headers }),
        );
        break;
      case 'said':
        logToDiagOnly(report.level, report.message);
        break;
      case 'closed':
        void this.#worker.terminate();
    }
  }

  #settleDelivered(stretches: readonly number[]): void {
    for (let at = 0; at < stretches.length; at += 3) {
      this.#settle(stretches[at] ?? 0, stretches[at + 1] ?? 0, stretches[at + 2] ?? 0, DELIVERED);
    }
  }

  /** After a process.exit() in a callback, the next call goes on with the rest. */
  #settleLost(): void {
    for (let lost = this.#lost.shift(); lost !== undefined; lost = this.#lost.shift()) this.#settle(...lost);
  }

  #settle(id: number, from: number, to: number, result: Parameters<Wiring['onSettled']>[3]): void {
    const unsettled = this.#unsettled[id];
    if (unsettled === undefined) return;
    const { chunk } = unsettled;
    unsettled.left -= to - from;
    this.#held -= this.#unitsOf(chunk, to - from);
    if (unsettled.left === 0) {
      this.#unsettled[id] = undefined;
      this.#free.push(id);
    }
    this.#wiring.onSettled(chunk, from, to, result);
  }

  /** How many payloads so many records are: where a payload has several records, each is a part of one. */
  #unitsOf({ length }: Chunk, records: number): number {
    return this.#wiring.config.format === 'object' ? records : records / length;
  }
}
