import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A number from 0 (included) to 1 (excluded); the same ones for the same seed (mulberry32). */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const pickFrom = <T>(items: readonly T[], chance: () => number): T =>
  items[Math.floor(chance() * items.length)] as T;

/** What becomes of a batch, and what the endpoint says. */
interface Fault {
  /** How likely it is that the batch was taken: without a whole answer, nobody can tell. */
  readonly taken: number;
  readonly answer: (response: ServerResponse, chance: () => number) => void;
}

/** An answer written by hand, after which the connection ends. */
const raw =
  (text: string, end: 'close' | 'reset'): Fault['answer'] =>
  ({ socket }) => {
    socket?.write(text, () => (end === 'close' ? socket.end() : socket.resetAndDestroy()));
  };

const status =
  (code: number, headers: Record<string, string> = {}): Fault['answer'] =>
  (response) =>
    response.writeHead(code, headers).end();

const HEADERS = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n';

export const FAULTS: Readonly<Record<string, Fault>> = {
  'HTTP 500': { taken: 0, answer: status(500) },
  'HTTP 503, Retry-After 0': { taken: 0, answer: status(503, { 'retry-after': '0' }) },
  'HTTP 429': { taken: 0, answer: status(429) },
  'HTTP 408, closing': { taken: 0, answer: status(408, { connection: 'close' }) },
  'a reset before the answer': { taken: 0.5, answer: ({ socket }) => socket?.resetAndDestroy() },
  'a close before the answer': { taken: 0.5, answer: ({ socket }) => socket?.end() },
  'a reset in the headers': { taken: 0.5, answer: raw('HTTP/1.1 204 No Con', 'reset') },
  'a reset after the headers': { taken: 0.5, answer: raw(HEADERS, 'reset') },
  'a close in the body': { taken: 0.5, answer: raw(`${HEADERS}abc`, 'close') },
  'no HTTP': { taken: 0.5, answer: raw('SSH-2.0-OpenSSH_9.0\r\n', 'close') },
  'a broken chunk': {
    taken: 0.5,
    answer: raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 'close'),
  },
  'no answer': { taken: 0.5, answer: () => {} },
  'a slow answer': {
    taken: 1,
    answer(response, chance) {
      setTimeout(() => response.writeHead(202).end(), chance() * 400); // some of them after the client's time limit
    },
  },
  'a slow body': {
    taken: 1,
    answer(response, chance) {
      response.writeHead(200).write('{');
      setTimeout(() => response.end('}'), chance() * 400);
    },
  },
  'an answer, then a close': {
    taken: 1,
    answer(response) {
      const { socket } = response;
      response.writeHead(204).end(() => socket?.end());
    },
  },
  'an answer that announces a close': { taken: 1, answer: status(204, { connection: 'close' }) },
  'an interim answer first': {
    taken: 1,
    answer(response) {
      response.writeProcessing();
      response.writeHead(204).end();
    },
  },
};

const GOOD: Fault = { taken: 1, answer: status(204) };

/** What the endpoint has to say about the contents of batches, in good times and in bad. */
export interface Taste {
  isPoison(id: number): boolean;
  /** Most records in a batch. */
  readonly maxRecords: number;
}

/** An endpoint that picks faults by chance until it heals. It takes a batch whole or not at all, as a good one does. */
export class ChaosEndpoint {
  healed = false;
  /** The Idempotency-Keys with which each record was taken, one for each time. */
  readonly taken = new Map<number, string[]>();
  /** The names of the faults so far. */
  readonly faults = new Set<string>();
  #deck: string[] = [];
  requests = 0;

  private constructor(
    readonly server: Server,
    private readonly chance: () => number,
    private readonly taste: Taste,
  ) {
    server.on('request', (request, response) => this.#answer(request, response));
    // A request that was cut off is the client's affair.
    server.on('clientError', (_error, socket) => socket.destroy());
  }

  static async start(chance: () => number, taste: Taste): Promise<ChaosEndpoint> {
    const server = createServer();
    const endpoint = new ChaosEndpoint(server, chance, taste);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/logs`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    response.on('error', () => {});
    const ids = await idsOf(request);
    if (ids === undefined) return;
    const refusal = this.#refusal(ids);
    const fault = this.#fault();
    // What it can't take it has not taken, whatever becomes of the answer.
    if (refusal !== undefined) return (fault === GOOD ? status(refusal) : status(500))(response, this.chance);
    const key = String(request.headers['idempotency-key']);
    const taken = this.chance() < fault.taken;
    if (taken) for (const id of ids) this.taken.set(id, [...(this.taken.get(id) ?? []), key]);
    fault.answer(response, this.chance);
  }

  #refusal(ids: readonly number[]): number | undefined {
    if (ids.length > this.taste.maxRecords) return 413;
    return ids.some((id) => this.taste.isPoison(id)) ? 400 : undefined;
  }

  #fault(): Fault {
    if (this.healed || this.chance() < 0.5) return GOOD;
    // Dealt like cards, so that a few requests meet them all.
    if (this.#deck.length === 0) this.#deck = Object.keys(FAULTS);
    const [name = ''] = this.#deck.splice(Math.floor(this.chance() * this.#deck.length), 1);
    this.faults.add(name);
    return FAULTS[name] ?? GOOD;
  }
}

/** The records of a request, `undefined` for one that was cut off. */
async function idsOf(request: IncomingMessage): Promise<number[] | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  const bytes = Buffer.concat(chunks);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
  const isLines = request.headers['content-type'] === 'application/x-ndjson';
  const parsed: unknown = isLines ? text.split('\n').map((line) => JSON.parse(line)) : JSON.parse(text);
  return [parsed].flat().map((record) => (record as { id: number }).id);
}
