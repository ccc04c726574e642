import { gzip } from 'node:zlib';
import { Fifo } from '../runtime/fifo.js';
import { textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { SHUT_DOWN } from '../types/send-result.js';
import { headOf, type Payload, type Settle, type Transport } from './transport.js';

/**
 * So many are compressed at a time: twice as many as threads of Node's work at once, so that none of them waits for the event loop. Each takes a quarter
 * of a MiB, and the files that the application reads and the names that it looks up wait for the same threads.
 */
const MOST_AT_A_TIME = 8;

/** Sends payloads gzipped. After a 415, this payload and all further ones are sent uncompressed. */
export const withGzip = (transport: Transport, mostAtATime = MOST_AT_A_TIME): Transport =>
  new GzippingTransport(transport, mostAtATime);

interface Waiting {
  readonly payload: Payload;
  readonly settle: Settle;
}

class GzippingTransport implements Transport {
  readonly #waiting = new Fifo<Waiting>();
  #underWay = 0;
  #compresses = true;

  constructor(
    private readonly transport: Transport,
    private readonly mostAtATime: number,
  ) {}

  send(payload: Payload, settle: Settle): void {
    if (!this.#compresses) {
      this.transport.send(payload, settle);
      return;
    }
    this.#waiting.push({ payload, settle });
    this.#compressSome();
  }

  hurry(): void {
    this.transport.hurry?.();
  }

  async close(): Promise<void> {
    const closed = this.transport.close();
    this.#compresses = false; // it refuses all that still comes
    for (const { settle } of this.#waiting.clear()) settle(SHUT_DOWN);
    await closed;
  }

  #compressSome(): void {
    while (this.#underWay < this.mostAtATime) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (this.#compresses) this.#compress(next);
      else this.transport.send(next.payload, next.settle);
    }
  }

  #compress(waiting: Waiting): void {
    this.#underWay++;
    try {
      gzip(waiting.payload.body, (error, body) => {
        this.#ended(waiting, error, body);
        this.#compressSome();
      });
    } catch (error) {
      this.#ended(waiting, error); // no memory is left for the body, say
    }
  }

  #ended(waiting: Waiting, error: unknown, body?: Buffer): void {
    this.#underWay--;
    if (body !== undefined) this.#sendCompressed(waiting, body);
    else waiting.settle({ outcome: 'refused', reason: 'internal', cause: textOf(error) });
  }

  #sendCompressed({ payload, settle }: Waiting, body: Buffer): void {
    const compressed = { ...headOf(payload), body, bodyBytes: body.length, contentEncoding: 'gzip' } as const;
    this.transport.send(compressed, (result) => {
      if (result.outcome !== 'refused' || result.status !== 415) {
        settle(result);
        return;
      }
      if (this.#compresses)
        logToDiag('warn', 'the endpoint answered 415 to gzip; sending without compression from now on');
      this.#compresses = false;
      this.transport.send(payload, settle);
    });
  }
}
