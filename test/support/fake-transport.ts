import type { AttemptSpec, Payload, Settle, Transport } from '../../src/transport/transport.js';
import type { SendResult } from '../../src/types/send-result.js';

/** A transport that answers when and what the test says. */
export class FakeTransport implements Transport {
  readonly sent: Payload[] = [];
  /** For each of them, whether a new connection was asked for. */
  readonly afresh: boolean[] = [];
  /** For each of them, which attempt of its payload it was. */
  readonly numbers: (number | undefined)[] = [];
  closed = false;
  readonly #script: SendResult[] = [];
  readonly #open: ((result: SendResult) => void)[] = [];

  /** The texts that were sent. */
  get bodies(): string[] {
    return this.sent.map(({ body }) => Buffer.from(body).toString());
  }

  /** The next sends are answered with these at once; without a script they wait for `answer`. */
  script(...results: SendResult[]): void {
    this.#script.push(...results);
  }

  /** How many sends wait for an answer. */
  get open(): number {
    return this.#open.length;
  }

  /** Puts the send that has waited longest last in line. */
  swap(): void {
    const first = this.#open.shift();
    if (first !== undefined) this.#open.push(first);
  }

  /** Answers the send that has waited longest. */
  answer(result: SendResult): void {
    const settle = this.#open.shift();
    if (settle === undefined) throw new Error('no send is waiting');
    settle(result);
  }

  send(payload: Payload, settle: Settle, spec?: AttemptSpec): void {
    this.sent.push(payload);
    this.afresh.push(spec?.afresh ?? false);
    this.numbers.push(spec?.number);
    const scripted = this.#script.shift();
    if (scripted === undefined) this.#open.push(settle);
    else settle(scripted);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** Sends a payload and waits for how it ends. */
export const sendOn = (transport: Transport, sent: Payload = payload()): Promise<SendResult> =>
  new Promise((resolve) => transport.send(sent, resolve));

type PayloadFields = Partial<Omit<Payload, 'body' | 'bodyBytes'>> & { readonly body?: string };

export const DELIVERED: SendResult = { outcome: 'delivered' };
export const BUSY: SendResult = { outcome: 'retry', cause: 'HTTP 503' };

export const payload = ({ body = '{}', ...fields }: PayloadFields = {}): Payload => ({
  body: Buffer.from(body),
  bodyBytes: Buffer.byteLength(body),
  contentType: 'application/json',
  idempotencyKey: 'key',
  isDivisible: false,
  since: 0,
  deadline: Number.POSITIVE_INFINITY,
  ...fields,
});
