import { channel } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { monotonicNow } from '../../runtime/timers.js';
import type { Beginning } from '../../transport/http/excerpt.js';
import { type Certificate, certificateOf } from './certificate.js';

/** A connection that was opened, or failed to. */
export interface Connection {
  readonly millis: number;
  /** Address and port of the other side, `undefined` where there was no connection. */
  readonly address?: string | undefined;
  readonly tlsVersion?: string | undefined;
  readonly certificate?: Certificate | undefined;
}

/** One POST of several: after a redirect, or a 415 to gzip, there is another one. */
export interface Exchange {
  readonly origin: string;
  readonly path: string;
  readonly isGzip: boolean;
  status?: number;
  headers: Readonly<Record<string, string>>;
  body: Beginning;
  millis: number;
}

/** What undici tells of its work on its diagnostics channels. */
export interface Watched {
  readonly connections: readonly Connection[];
  readonly exchanges: readonly Exchange[];
}

interface UndiciRequest {
  readonly origin: string;
  readonly path: string;
  readonly headers: unknown;
}

/** Most bytes that are kept of an answer. */
const MAX_KEPT_BYTES = 8 * 1024;

/** Watches the POSTs with this key, and the connections that they need, from `start` to `stop`. Nothing of what is sent is changed by it. */
export class Watch implements Watched {
  readonly connections: Connection[] = [];
  readonly exchanges: Exchange[] = [];
  readonly #open = new Map<object, Exchange>();
  readonly #begun = new Map<object, number>();
  readonly #listeners: readonly [string, (message: unknown) => void][];
  #connecting = 0;

  constructor(private readonly key: string) {
    this.#listeners = [
      ['undici:client:beforeConnect', () => this.#connects()],
      ['undici:client:connected', (message) => this.#connected((message as { socket: Socket }).socket)],
      ['undici:client:connectError', () => this.connections.push({ millis: this.#sinceConnecting() })],
      ['undici:client:sendHeaders', (message) => this.#sends(message as { request: UndiciRequest })],
      ['undici:request:headers', (message) => this.#answered(message as Answered)],
      ['undici:request:bodyChunkReceived', (message) => this.#received(message as Received)],
      ['undici:request:trailers', (message) => this.#ended((message as { request: object }).request)],
    ];
  }

  start(): void {
    for (const [name, listener] of this.#listeners) channel(name).subscribe(listener);
  }

  stop(): void {
    for (const [name, listener] of this.#listeners) channel(name).unsubscribe(listener);
  }

  #connects(): void {
    this.#connecting = monotonicNow();
  }

  #sinceConnecting(): number {
    return monotonicNow() - this.#connecting;
  }

  #connected(socket: Socket): void {
    const { remoteAddress = '', remotePort } = socket;
    const address = remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress;
    const isTls = socket instanceof TLSSocket;
    this.connections.push({
      millis: this.#sinceConnecting(),
      address: `${address}:${remotePort}`,
      tlsVersion: isTls ? (socket.getProtocol() ?? undefined) : undefined,
      certificate: isTls ? certificateOf(socket.getPeerCertificate()) : undefined,
    });
  }

  #sends({ request }: { readonly request: UndiciRequest }): void {
    const head = String(request.headers);
    if (!head.includes(this.key)) return;
    const { origin, path } = request;
    const exchange: Exchange = {
      origin: String(origin),
      path,
      isGzip: /content-encoding[:,]\s*gzip/i.test(head),
      headers: {},
      body: { bytes: new Uint8Array(), isCut: false },
      millis: 0,
    };
    this.#begun.set(exchange, monotonicNow());
    this.#open.set(request, exchange);
    this.exchanges.push(exchange);
  }

  #answered({ request, response }: Answered): void {
    const exchange = this.#open.get(request);
    if (exchange === undefined) return;
    const texts = response.headers.map((bytes) => bytes.toString('latin1'));
    const names = texts.filter((_, index) => index % 2 === 0);
    exchange.status = response.statusCode;
    exchange.headers = Object.fromEntries(
      names.map((name, index) => [name.toLowerCase(), texts[2 * index + 1] ?? '']),
    );
    exchange.body = {
      ...exchange.body,
      contentType: exchange.headers['content-type'],
      contentEncoding: exchange.headers['content-encoding'],
    };
    this.#ended(request);
  }

  #received({ request, chunk }: Received): void {
    const exchange = this.#open.get(request);
    if (exchange === undefined) return;
    const bytes = Buffer.concat([exchange.body.bytes, chunk]);
    const isCut = bytes.length > MAX_KEPT_BYTES;
    exchange.body = {
      ...exchange.body,
      bytes: bytes.subarray(0, MAX_KEPT_BYTES),
      isCut: isCut || exchange.body.isCut,
    };
  }

  #ended(request: object): void {
    const exchange = this.#open.get(request);
    if (exchange !== undefined) exchange.millis = monotonicNow() - (this.#begun.get(exchange) ?? 0);
  }
}

interface Answered {
  readonly request: object;
  readonly response: { readonly statusCode: number; readonly headers: readonly Buffer[] };
}

interface Received {
  readonly request: object;
  readonly chunk: Uint8Array;
}
