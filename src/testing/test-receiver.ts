import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { textOf } from '../runtime/foreign.js';
import { type Answer, Answers, type ReceivedRecord, type ReceivedRequest, type Respond } from './answers.js';
import { recordsOf } from './records-of.js';

/** An endpoint for tests: a real HTTP server on 127.0.0.1. */
export interface TestReceiver extends AsyncDisposable {
  /** For `REMOTE_LOGGER_URL`, or the option `url`. */
  readonly url: string;
  /** What it has taken, in the order of its answers: the records of all requests that it has answered with a 2xx. */
  readonly records: readonly ReceivedRecord[];
  /** All requests, whatever became of them, in the order in which they were whole. */
  readonly requests: readonly ReceivedRequest[];
  /**
   * How to answer from now on: a function for all requests, or a list for the next ones, after which it goes on as before. Default: 204.
   * A request waits for as long as the function takes. Throws a `TypeError` for anything else.
   */
  respond(how: Respond | readonly (Answer | Respond)[]): void;
  /** Settles with the records as soon as there are so many. Rejects if it is closed before. */
  received(count: number): Promise<readonly ReceivedRecord[]>;
  /** Settles with the requests as soon as there are so many, whether they are answered or not. Rejects if it is closed before. */
  requested(count: number): Promise<readonly ReceivedRequest[]>;
  /** Ends all connections, and frees the port. */
  close(): Promise<void>;
}

/** Starts an endpoint for tests, on a free port of 127.0.0.1. It needs no test framework, and no timer that one could fake. */
export async function createTestReceiver(): Promise<TestReceiver> {
  // Nothing ends a connection but the test, however long it stands at a breakpoint.
  const server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return new HttpReceiver(server);
}

class HttpReceiver implements TestReceiver {
  readonly url: string;
  readonly records: ReceivedRecord[] = [];
  readonly requests: ReceivedRequest[] = [];
  readonly #server: Server;
  readonly #answers = new Answers();
  readonly #waiting = new Set<Waiting>();
  #isClosed = false;

  constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/logs`;
    // A client that hangs up ends its own request, and nothing else.
    server.on('request', (request, response) => {
      void this.#receive(request, response).catch(() => response.destroy());
    });
  }

  respond(how: Respond | readonly (Answer | Respond)[]): void {
    this.#answers.set(how);
  }

  received(count: number): Promise<readonly ReceivedRecord[]> {
    return this.#until(this.records, count, 'records');
  }

  requested(count: number): Promise<readonly ReceivedRequest[]> {
    return this.#until(this.requests, count, 'requests');
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rejectAll();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    const body = Buffer.concat(chunks);
    const records = recordsOf(headers, body);
    const received: ReceivedRequest = { method, path: url, headers, body, records: records ?? [] };
    this.requests.push(received);
    this.#look();
    const answer = records === undefined ? NO_RECORDS : await this.#answers.to(received).catch(failed);
    if (answer === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (answer.status < 300) this.records.push(...received.records);
    // Before it is known to whoever sent them.
    this.#look();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  #until<T>(list: readonly T[], count: number, what: string): Promise<readonly T[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.add({ list, count, what, resolve: () => resolve(list), reject });
      this.#look();
      if (this.#isClosed) this.#rejectAll();
    });
  }

  #rejectAll(): void {
    for (const { list, count, what, reject } of this.#waiting) {
      reject(new Error(`otel-remote-logger: closed with ${list.length} of ${count} ${what}`));
    }
  }

  #look(): void {
    for (const one of this.#waiting) {
      if (one.list.length < one.count) continue;
      this.#waiting.delete(one);
      one.resolve();
    }
  }
}

interface Waiting {
  readonly list: readonly unknown[];
  readonly count: number;
  readonly what: string;
  resolve(): void;
  reject(error: Error): void;
}

const NO_RECORDS = { status: 400, headers: {}, body: 'the body holds no records of otel-remote-logger' };

/** The logger tells of such an answer, with its body. */
const failed = (error: unknown) => ({ status: 500, headers: {}, body: `respond() failed: ${textOf(error)}` });
