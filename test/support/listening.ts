import http, { type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Receiver, type ReceiverSettings, startReceiver } from '../../src/receiver/http/receiver.js';
import type { Routes } from '../../src/receiver/route.js';
import type { Disk } from '../../src/receiver/store/disk.js';
import type { FileStore } from '../../src/receiver/store/file-store.js';
import { openStore, temporary, WallClock } from './stores.js';

/** How a receiver answered. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What is in its body, as JSON. */
  readonly json: Record<string, unknown>;
}

/** A receiver with a directory of its own, for a test. */
export class Listening implements AsyncDisposable {
  private constructor(
    readonly receiver: Receiver,
    readonly store: FileStore,
    readonly directory: string,
    readonly said: string[],
    readonly clock: WallClock,
    private readonly remove: () => void,
  ) {}

  static async start({
    routes = {},
    disk,
    directory,
    times,
    ...settings
  }: Partial<ReceiverSettings> & {
    routes?: Routes;
    disk?: Disk;
    directory?: string;
    times?: Parameters<typeof startReceiver>[5];
  } = {}): Promise<Listening> {
    const own = temporary();
    const path = directory ?? own.path;
    const { store, said, clock } = await openStore(path, {}, new WallClock(), disk);
    const all = { host: '127.0.0.1', port: 0, token: undefined, maxBodyBytes: 2 ** 20, ...settings };
    const tell = (message: string): void => void said.push(message);
    const receiver = await startReceiver(all, store, routes, tell, () => clock.wallNow(), times);
    return new Listening(receiver, store, path, said, clock, () => own[Symbol.dispose]());
  }

  get url(): string {
    return `http://127.0.0.1:${this.receiver.port}`;
  }

  post(body: string | Buffer, headers: Record<string, string> = {}, path = '/'): Promise<Answered> {
    return this.ask('POST', path, headers, body);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.ask('GET', path, headers);
  }

  /** A connection, for what no HTTP client would send. */
  connect(): Socket {
    return connect(this.receiver.port, '127.0.0.1').on('error', () => {});
  }

  ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Buffer,
  ): Promise<Answered> {
    return new Promise((resolve, reject) => {
      const options = { method, path, headers, host: '127.0.0.1', port: this.receiver.port, agent: false };
      const request = http.request(options, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const text = Buffer.concat(chunks).toString();
        const isJson = response.headers['content-type'] === 'application/json';
        const { statusCode: status = 0, headers: given } = response;
        resolve({ status, headers: given, text, json: isJson && text !== '' ? JSON.parse(text) : {} });
      });
      request.on('error', reject).end(body);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.receiver.close();
    await this.store.close();
    this.remove();
  }
}

/** All that comes on a connection until it is closed. */
export async function allFrom(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}
