import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { Clock } from '../clock.js';
import type { DeliveryConfig } from '../config.js';
import { isDebugging, step } from '../debug.js';
import { textOf } from '../foreign.js';
import { Line } from '../line.js';
import type { ExportMetrics } from '../metrics.js';
import type { HeaderFields } from '../options.js';
import { tell, tellDiag } from '../otel-api.js';
import { setImmediate } from '../timers.js';
import { warnOfSettings } from '../warnings.js';
import { posted } from './posted.js';
import type { Configured } from './request-headers.js';
import {
  type Order,
  type Other,
  type PackedPayloads,
  packPayloads,
  type Report,
  type ThreadData,
} from './thread-messages.js';
import {
  headOf,
  type Payload,
  type Payloads,
  type SendResult,
  type Settle,
  type SettleEach,
  SHUT_DOWN,
  type Transport,
} from './transport.js';
import { findWorkerFile } from './worker-file.js';

/** Sends through a transport that works in a thread of its own, and through one in this thread where there can be none. */
export function withThread(
  config: DeliveryConfig,
  configured: Configured,
  metrics: ExportMetrics | undefined,
  heard: Settle,
  clock: Pick<Clock, 'now'>,
  openHere: () => Transport,
): Transport {
  try {
    return new ThreadTransport(config, configured, metrics, heard, clock, openHere);
  } catch (error) {
    warnOfSettings(`${NO_THREAD} (${textOf(error)}); sending from the main thread`);
    return openHere();
  }
}

const NO_THREAD = 'the background thread could not be started';

/** Bytes that go to the thread in one turn of the event loop, but for a body that alone has more. */
const MESSAGE_BYTES = 256 * 1024;

const DELIVERED: SendResult = { outcome: 'delivered' };

/** Payloads that are with the thread, or on their way to it. */
interface Unsettled {
  readonly id: number;
  readonly payloads: Payloads;
  readonly settle: SettleEach;
  /** 1 for each that has ended. */
  readonly ended: Uint8Array;
  left: number;
}

class ThreadTransport implements Transport {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  /**
   * All that the thread has not reported the end of, in the places that their ids name: what is lost with it is sent again.
   * Not a Map, for the reason that `TimeLimits` is none.
   */
  #unsettled: (Unsettled | undefined)[] = [];
  /** Places that are taken no more. */
  #free: number[] = [];
  readonly #outgoing = new Line<Unsettled>();
  /** Reported, and not settled yet. */
  readonly #others = new Line<Other>();
  #isPosting = false;
  /** In the place of a thread that has ended. */
  #instead: Transport | undefined;
  #isClosed = false;
  readonly #ended: Promise<void>;

  constructor(
    config: DeliveryConfig,
    private readonly configured: Configured,
    private readonly metrics: ExportMetrics | undefined,
    private readonly heard: Settle,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly openHere: () => Transport,
  ) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = startWorker(threadData(config, configured, metrics, port2));
    if (isDebugging) step('started a thread for the sending');
    this.#port.on('message', (report: Report) => this.#receive(report));
    let cause = 'it ended by itself';
    this.#worker.on('error', (error) => {
      cause = textOf(error);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#replace(cause);
        resolve();
      });
    });
    // Listening takes a reference: only what a caller waits for holds the process.
    this.#port.unref();
    this.#worker.unref();
  }

  send(payload: Payload, settle: Settle): void {
    this.sendEach(only(payload), (_, result) => settle(result));
  }

  sendEach(payloads: Payloads, settle: SettleEach): void {
    const { length } = payloads;
    const unended = { payloads, settle, ended: new Uint8Array(length), left: length };
    if (this.#isClosed) {
      giveUp(unended);
    } else if (this.#instead !== undefined) {
      sendAgain(unended, this.#instead);
    } else {
      const id = this.#free.pop() ?? this.#unsettled.length;
      const unsettled = { id, ...unended };
      this.#unsettled[id] = unsettled;
      this.#outgoing.push(unsettled);
      if (this.#isPosting) return;
      // What is sent in one go crosses in one message.
      this.#isPosting = true;
      void Promise.resolve().then(() => this.#postSome());
    }
  }

  hurry(): void {
    if (this.#instead !== undefined) this.#instead.hurry?.();
    else this.#order({ kind: 'hurry' });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#instead !== undefined) await this.#instead.close();
    while (this.#outgoing.length > 0) this.#post();
    this.#order({ kind: 'close' });
    this.#worker.ref();
    await this.#ended;
  }

  /** The event loop stands still; the thread goes on, gets what waits for it, and its reports are fetched. */
  advance(): boolean {
    if (this.#instead !== undefined) return false;
    this.#fetch();
    this.#settleOthers();
    while (this.#outgoing.length > 0) this.#post();
    return this.#free.length < this.#unsettled.length;
  }

  #fetch(): void {
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#receive(received.message as Report);
    }
  }

  #postSome(): void {
    this.#post();
    this.#isPosting = this.#outgoing.length > 0;
    if (this.#isPosting) setImmediate(() => this.#postSome());
  }

  #post(): void {
    const all: PackedPayloads[] = [];
    for (let bytes = 0; bytes < MESSAGE_BYTES; ) {
      const unsettled = this.#outgoing.shift();
      if (unsettled === undefined) break;
      try {
        const packed = packPayloads(unsettled.id, unsettled.payloads, this.clock.now());
        all.push(packed);
        bytes += packed.bodies.byteLength;
      } catch (error) {
        // No memory is left for the copy, say.
        this.#refuse(unsettled, { outcome: 'refused', reason: 'internal', cause: textOf(error) });
      }
    }
    if (all.length === 0) return;
    this.#order(
      { kind: 'send', all },
      all.map(({ bodies }) => bodies),
    );
  }

  #order(order: Order, transfer: ArrayBuffer[] = []): void {
    this.#port.postMessage(order, transfer);
  }

  #receive(report: Report): void {
    switch (report.kind) {
      case 'settled':
        for (const attempt of report.attempts) this.metrics?.attempted(...attempt);
        this.#delivered(report.delivered);
        for (const other of report.others) this.#others.push(other);
        this.#settleOthers();
        if (report.trouble !== undefined) this.heard(report.trouble);
        break;
      case 'headers':
        this.configured((headers) => this.#order({ kind: 'headers', question: report.question, headers }));
        break;
      case 'said':
        tellDiag(report.level, report.message);
        break;
      case 'closed':
        void this.#worker.terminate();
    }
  }

  #delivered(idsAndIndexes: readonly number[]): void {
    if (idsAndIndexes.length > 0) this.heard(DELIVERED);
    for (let at = 0; at < idsAndIndexes.length; at += 2) {
      this.#settle(idsAndIndexes[at] ?? 0, idsAndIndexes[at + 1] ?? 0, DELIVERED);
    }
  }

  #settle(id: number, index: number, result: SendResult): void {
    const unsettled = this.#unsettled[id];
    if (unsettled?.ended[index] !== 0) return;
    unsettled.ended[index] = 1;
    if (--unsettled.left === 0) {
      this.#unsettled[id] = undefined;
      this.#free.push(id);
    }
    unsettled.settle(index, result);
  }

  /** From where it was, if a callback of the application has ended the process in the middle of it. */
  #settleOthers(): void {
    for (let other = this.#others.shift(); other; other = this.#others.shift()) {
      this.heard(other[2]);
      this.#settle(...other);
    }
  }

  #refuse({ id, ended }: Unsettled, result: SendResult): void {
    for (const index of ended.keys()) this.#settle(id, index, result);
  }

  /** What was on its way when the thread ended is sent from here: perhaps twice, but not lost. */
  #replace(cause: string): void {
    this.#fetch();
    this.#outgoing.clear();
    const left = this.#unsettled.filter((unsettled) => unsettled !== undefined);
    this.#unsettled = [];
    this.#free = [];
    if (this.#isClosed) {
      left.forEach(giveUp);
      return;
    }
    tell('warn', `the background thread has ended (${cause}); sending from the main thread`);
    const instead = this.openHere();
    this.#instead = instead;
    for (const unsettled of left) sendAgain(unsettled, instead);
  }
}

function giveUp({ ended, settle }: Omit<Unsettled, 'id'>): void {
  for (const [index, hasEnded] of ended.entries()) if (hasEnded === 0) settle(index, SHUT_DOWN);
}

function sendAgain({ payloads, ended, settle }: Omit<Unsettled, 'id'>, transport: Transport): void {
  for (const [index, hasEnded] of ended.entries()) {
    if (hasEnded === 0) transport.send(payloads.at(index), (result) => settle(index, result));
  }
}

/** One payload as many. */
function only(payload: Payload): Payloads {
  const { body } = payload;
  const ends = Uint32Array.of(body.length);
  return { ...headOf(payload), length: 1, at: () => payload, bytes: body, ends };
}

/**
 * With none of the process's flags: what they preload is for the application. The class is fetched past the bundlers, as
 * Turbopack looks for whatever file a `Worker` could start with, and compiles all that there are.
 */
function startWorker(workerData: ThreadData): Worker {
  const threads = process.getBuiltinModule('node:worker_threads');
  return new threads.Worker(findWorkerFile(), {
    name: 'otel-remote-logger',
    workerData,
    transferList: [workerData.port],
    execArgv: [],
  });
}

function threadData(
  config: DeliveryConfig,
  configured: Configured,
  metrics: ExportMetrics | undefined,
  port: MessagePort,
): ThreadData {
  const { endpoint, timeoutMillis, concurrency, maxConnectionAgeMillis, retry, compression, proxies } =
    config;
  let headers: HeaderFields | undefined;
  if (typeof config.headers !== 'function') {
    configured((all) => {
      if (typeof all !== 'string') headers = all;
    });
  }
  return {
    config: { timeoutMillis, concurrency, maxConnectionAgeMillis, retry, compression, proxies },
    href: endpoint.url.href,
    headers,
    measures: metrics !== undefined,
    debugs: isDebugging,
    port,
    posted,
  };
}
