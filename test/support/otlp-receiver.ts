import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { readWritten, type WrittenRecord } from './collector.js';

/** On top of backends/otlp.yaml: what OtlpReceiver reads. */
export const AS_PLAIN_JSON: readonly string[] = [
  'yaml:exporters::otlp_http::encoding: json',
  'yaml:exporters::otlp_http::compression: none',
];

/** A back end that takes OTLP/HTTP in JSON, not compressed, and keeps the records. */
export class OtlpReceiver {
  readonly records: WrittenRecord[] = [];
  /** How many requests were refused. */
  refusals = 0;
  /** Requests whose path begins with this are refused with a 503. Default: none are. */
  refuses: string | undefined;
  readonly #waiting = new Set<() => void>();

  private constructor(readonly server: Server) {
    server.on('request', async (request, response) => {
      const body = await text(request);
      const refused = this.refuses !== undefined && request.url?.startsWith(this.refuses);
      if (refused) this.refusals++;
      else this.records.push(...readWritten(`${body}\n`)); // before the answer: what has a 200 is here
      response.writeHead(refused ? 503 : 200, { 'content-type': 'application/json' }).end('{}');
      for (const look of this.#waiting) look();
    });
  }

  /** Listens on a free port of 127.0.0.1; closes itself at the end of an `await using` block. */
  static async start(): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** For `OTLP_ENDPOINT`. */
  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Settles once `enough` says so of the records that have arrived and the number of refusals. */
  has(enough: (records: readonly WrittenRecord[], refusals: number) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!enough(this.records, this.refusals)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
