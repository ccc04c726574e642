import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type PageOptions, pageRoutes } from '../../../src/page/page-routes.js';
import type { Routes } from '../../../src/receiver/route.js';
import { MemoryStore } from './memory-store.js';

const DIRECTORY = fileURLToPath(new URL('../../../dist/page/', import.meta.url));

/** No stricter policy is there that lets a page load its own script and style. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

/** The routes of the page on a server, over a store in memory. */
export class PageServer {
  readonly store = new MemoryStore();
  readonly #server: Server;
  readonly #responses: ServerResponse[] = [];
  /** Whether it breaks each connection, as if the receiver were down. */
  isDown = false;

  private constructor(options: PageOptions, others: Routes) {
    const own = pageRoutes(this.store, {
      directory: DIRECTORY,
      ...options,
    });
    const routes = { ...own, ...others };
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const route = routes[url.pathname];
      this.#responses.push(response);
      response.setHeader('content-security-policy', POLICY);
      if (this.isDown) request.socket.destroy();
      else if (route === undefined) response.writeHead(404).end();
      else void route(request, response, url);
    });
  }

  /** `others` are routes beside those of the page. On a port of its own, or on a socket at a path. */
  static async start(options: PageOptions = {}, others: Routes = {}, path?: string): Promise<PageServer> {
    const server = new PageServer(options, others);
    if (path === undefined) server.#server.listen(0, '127.0.0.1');
    else server.#server.listen(path);
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** What waits to be read by the pages. */
  waitingBytes(): number {
    return this.#responses.reduce((sum, response) => sum + response.writableLength, 0);
  }

  /** What waits for the one that is read the least. */
  mostWaitingBytes(): number {
    return Math.max(...this.#responses.map((response) => response.writableLength));
  }

  /** Breaks all connections. */
  disconnect(): void {
    this.#server.closeAllConnections();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
