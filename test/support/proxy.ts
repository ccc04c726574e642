import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { OpenSockets } from './open-sockets.js';

type OnRequest = (request: IncomingMessage, response: ServerResponse) => void;
type OnConnect = (request: IncomingMessage, socket: Socket) => void;

/** An HTTP proxy on loopback, which passes requests on and opens tunnels, unless a test has it do something else. */
export class ProxyServer {
  /** What it was asked for, in order: a request's method, its URL or host and port, and the credentials. */
  readonly asked: (string | undefined)[][] = [];
  onRequest: OnRequest = pass;
  onConnect: OnConnect = (asking, socket) => this.tunnel(asking, socket);
  readonly #sockets = new OpenSockets();

  private constructor(readonly server: Server) {
    server.on('connection', (socket) => this.#sockets.watch(socket));
    server.on('request', (asking: IncomingMessage, response) => {
      this.#note(asking);
      this.onRequest(asking, response);
    });
    server.on('connect', (asking: IncomingMessage, socket: Socket) => {
      this.#note(asking);
      socket.on('end', () => socket.end()).resume(); // otherwise it would not see the other side go
      this.onConnect(asking, socket);
    });
  }

  static async start(port = 0): Promise<ProxyServer> {
    const proxy = new ProxyServer(createServer());
    proxy.server.listen(port, '127.0.0.1');
    await once(proxy.server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** With credentials. */
  get url(): string {
    return `http://user:proxypass@127.0.0.1:${this.port}`;
  }

  /** Settles when it has no connection left. */
  closed(): Promise<void> {
    return this.#sockets.closed();
  }

  tunnel(asking: IncomingMessage, socket: Socket): void {
    const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(String(asking.url)) ?? [];
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
  }

  #note({ method, url, headers }: IncomingMessage): void {
    this.asked.push([method, url, headers['proxy-authorization']]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sockets.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const pass: OnRequest = (asking, response) => {
  const { method, headers } = asking;
  delete headers['proxy-authorization'];
  const upstream = request(String(asking.url), { method: method ?? '', headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  upstream.on('error', () => response.writeHead(502).end());
  asking.pipe(upstream);
};
