import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** One request as it arrived. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Decompressed. */
  readonly body: string;
  /** Which connection it came on, from 1. */
  readonly connection: number;
}

/** Answers a request: a status, or whatever it likes to do with the response. */
export type Answering = number | ((request: Received, response: ServerResponse) => void);

/** A real HTTP server on loopback that keeps what it gets. Answers come from a script, then from `otherwise`. */
export class Receiver {
  readonly requests: Received[] = [];
  connections = 0;
  readonly #script: Answering[] = [];
  #otherwise: Answering = 204;
  readonly #waiting: { count: number; resolve: () => void }[] = [];

  private constructor(readonly server: Server) {
    const numbers = new WeakMap<object, number>();
    server.on('connection', (socket) => numbers.set(socket, ++this.connections));
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      const received: Received = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8'),
        connection: numbers.get(request.socket) ?? 0,
      };
      this.requests.push(received);
      const answering = this.#script.shift() ?? this.#otherwise;
      if (typeof answering === 'number') response.writeHead(answering).end();
      else answering(received, response);
      for (const waiting of this.#waiting) if (this.requests.length >= waiting.count) waiting.resolve();
    });
  }

  /** Listens, on a free port of 127.0.0.1 unless another is asked for; closes itself at the end of an `await using` block. */
  static async start(port = 0, host = '127.0.0.1'): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/logs`;
  }

  /** Every JSON object that arrived, whatever the format, in order. */
  get records(): Record<string, unknown>[] {
    return this.requests.flatMap((request) => {
      if (request.headers['content-type'] === 'application/x-ndjson') {
        return request.body.split('\n').map((line) => JSON.parse(line));
      }
      return JSON.parse(request.body);
    });
  }

  /** The next requests get these answers, one each. */
  script(...answers: Answering[]): void {
    this.#script.push(...answers);
  }

  /** What of the script is left is not followed any more. */
  forgetScript(): void {
    this.#script.length = 0;
  }

  /** All requests without a scripted answer get this one. Default: 204. */
  otherwise(answer: Answering): void {
    this.#otherwise = answer;
  }

  /** Settles once so many requests have arrived. */
  received(count: number): Promise<void> {
    if (this.requests.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
