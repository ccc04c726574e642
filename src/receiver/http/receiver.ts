import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codeOf, textOf } from '../../runtime/foreign.js';
import type { Routes } from '../route.js';
import type { FileStore } from '../store/file-store.js';
import { answerRefusal, Refusal, SECURITY_HEADERS } from './answer.js';
import { limitConnections, refuseBrokenRequests } from './connections.js';
import { Guard } from './guard.js';
import { Ingest } from './ingest.js';
import { letIn } from './let-in.js';
import { Token } from './token.js';

export interface ReceiverSettings {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  /** Of one body, as it is sent and as it is when it is not compressed. */
  readonly maxBodyBytes: number;
}

export interface Receiver {
  readonly port: number;
  /** Takes no more, answers what is under way, and ends all connections. */
  close(): Promise<void>;
}

/** Limits of time. A client that is slow has its connection closed, with a 408. */
const TIMES = {
  /** Until the headers have come; also for a connection on which nothing comes. */
  headersTimeout: 10_000,
  /** Until the body has come, too. */
  requestTimeout: 60_000,
  /** Between two requests; longer than the 60 s after which load balancers close. */
  keepAliveTimeout: 75_000,
  connectionsCheckingInterval: 1000,
};

/** Starts to listen. Rejects where it can't, such as with `EADDRINUSE`. */
export async function startReceiver(
  settings: ReceiverSettings,
  store: FileStore,
  routes: Routes,
  tell: (message: string) => void,
  wallNow: () => number = Date.now,
  times: Partial<typeof TIMES> = {},
): Promise<Receiver> {
  const token = settings.token === undefined ? undefined : new Token(settings.token);
  const desk = new Desk(
    new Guard(settings.host, token),
    token,
    new Ingest(store, settings.maxBodyBytes, wallNow),
    routes,
    tell,
  );
  const server = createServer({ ...TIMES, ...times });
  server.on('request', (request, response) => void desk.answer(request, response, false));
  server.on('checkContinue', (request, response) => void desk.answer(request, response, true));
  limitConnections(server);
  refuseBrokenRequests(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(settings.port, settings.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  server.on('error', (error) => tell(textOf(error)));
  return { port: (server.address() as AddressInfo).port, close: () => close(server, desk) };
}

/** Where requests come in. */
class Desk {
  #underWay = 0;
  #onIdle: () => void = () => {};
  isClosing = false;

  constructor(
    private readonly guard: Guard,
    private readonly token: Token | undefined,
    private readonly ingest: Ingest,
    private readonly routes: Routes,
    private readonly tell: (message: string) => void,
  ) {}

  async answer(request: IncomingMessage, response: ServerResponse, isAsked: boolean): Promise<void> {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    if (this.isClosing) response.setHeader('connection', 'close');
    try {
      this.guard.checkSource(request);
      if (request.method === 'POST') await this.#take(request, response, isAsked);
      else if (request.method === 'GET' || request.method === 'HEAD') await this.#show(request, response);
      else throw new Refusal(405, `there is no ${request.method} here`, {}, { allow: 'GET, HEAD, POST' });
    } catch (error) {
      // Whoever waits for a 100 may send the body all the same, or not.
      if (isAsked && !response.headersSent) response.setHeader('connection', 'close');
      this.#refuse(response, error);
    }
  }

  /** Settles when no POST is under way. */
  async idle(): Promise<void> {
    if (this.#underWay === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  async #take(request: IncomingMessage, response: ServerResponse, isAsked: boolean): Promise<void> {
    this.guard.checkSender(request);
    if (isAsked) response.writeContinue();
    this.#underWay++;
    try {
      await this.ingest.take(request, response);
    } finally {
      if (--this.#underWay === 0) this.#onIdle();
    }
  }

  async #show(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request);
    if (this.token !== undefined && letIn(this.token, request, response, url)) return;
    this.guard.checkReader(request);
    const route = Object.hasOwn(this.routes, url.pathname) ? this.routes[url.pathname] : undefined;
    if (route === undefined) throw new Refusal(404, `there is nothing at ${url.pathname}`);
    await route(request, response, url);
  }

  #refuse(response: ServerResponse, error: unknown): void {
    if (error instanceof Refusal) {
      answerRefusal(response, error);
    } else if (codeOf(error) === 'ECONNRESET') {
      response.destroy(); // nobody is there any more
    } else {
      this.tell(`a request could not be answered (${textOf(error)})`);
      answerRefusal(response, new Refusal(500, 'the receiver is at fault; see what it says'));
    }
  }
}

function urlOf({ url = '' }: IncomingMessage): URL {
  const base = 'http://receiver';
  if (!url.startsWith('/') || !URL.canParse(`${base}${url}`)) throw new Refusal(400, 'this is no path');
  return new URL(`${base}${url}`);
}

async function close(server: Server, desk: Desk): Promise<void> {
  desk.isClosing = true;
  const isClosed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await desk.idle();
  // Streams of pages have no end of their own.
  server.closeAllConnections();
  await isClosed;
}
