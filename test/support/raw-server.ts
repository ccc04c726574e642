import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { OpenSockets } from './open-sockets.js';

/** What a raw server does with one request; `body` is its body, `text` all of it. */
export type RawHandler = (socket: Socket, request: { readonly text: string; readonly body: string }) => void;

/** A TCP server that reads HTTP requests and answers with whatever bytes a test likes. */
export class RawServer {
  readonly bodies: string[] = [];
  connections = 0;
  readonly #sockets = new OpenSockets();

  private constructor(
    readonly server: Server,
    public handler: RawHandler,
  ) {
    server.on('connection', (socket) => {
      this.connections++;
      this.#sockets.watch(socket);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        for (let request = takeRequest(text); request !== undefined; request = takeRequest(text)) {
          text = text.slice(request.text.length);
          this.bodies.push(request.body);
          this.handler(socket, request);
        }
      });
    });
  }

  static async start(handler: RawHandler): Promise<RawServer> {
    const server = createServer();
    const raw = new RawServer(server, handler);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return raw;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/logs`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sockets.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function takeRequest(text: string): { readonly text: string; readonly body: string } | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
  if (text.length < end + 4 + length) return undefined;
  return { text: text.slice(0, end + 4 + length), body: text.slice(end + 4, end + 4 + length) };
}

export const OK = 'HTTP/1.1 204 No Content\r\n\r\n';
