import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, Server as NetServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger } from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { Child } from '../support/child.js';
import { freePort } from '../support/free-port.js';
import { ProxyServer } from '../support/proxy.js';
import { Receiver } from '../support/receiver.js';

/** A server whose connections are counted: nothing that was given up may stay. */
class Watched implements AsyncDisposable {
  readonly sockets = new Set<Socket>();
  readonly server: NetServer;

  constructor(onConnection: (socket: Socket) => void) {
    this.server = createServer((socket) => {
      this.sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.sockets.delete(socket));
      socket.on('end', () => socket.end());
      onConnection(socket);
      socket.resume();
    });
  }

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  async closed(): Promise<void> {
    for (const socket of this.sockets) await new Promise((resolve) => socket.once('close', resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

const LIMITED = { ...FAST, timeoutMillis: 200, retry: { ...FAST.retry, maxElapsedMillis: 300 } };

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('a POST that comes to no end', () => {
  it.each<[step: string, scheme: string, onConnection: (socket: Socket) => void]>([
    ['TLS', 'https', () => {}],
    ["the answer's headers", 'http', () => {}],
    [
      "the answer's body",
      'http',
      (socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx'),
    ],
  ])('at %s is given up at timeoutMillis, and leaves no connection', async (_, scheme, onConnection) => {
    await using server = new Watched(onConnection);
    const url = `${scheme}://localhost:${await server.listen()}/`;
    const logger = createRemoteLogger({ ...LIMITED, url });
    const started = performance.now();
    for (let id = 0; id < 20; id++) logger.log({ id });
    expect(await logger.flush()).toMatchObject({ failed: { retries_exhausted: 20 } });
    expect(performance.now() - started).toBeLessThan(5000); // none of the client's own 10 s and 300 s
    await server.closed();
    await logger.shutdown();
  });

  it('at CONNECT and at TLS within the tunnel is given up at timeoutMillis, and leaves no connection', async () => {
    await using silent = new Watched(() => {});
    await using proxy = await ProxyServer.start();
    vi.stubEnv('HTTPS_PROXY', proxy.url);
    vi.stubEnv('NO_PROXY', '');
    const logger = createRemoteLogger({ ...LIMITED, url: `https://localhost:${await silent.listen()}/` });
    for (let id = 0; id < 20; id++) logger.log({ id });
    expect(await logger.flush()).toMatchObject({ failed: { retries_exhausted: 20 } });
    expect(proxy.asked[0]?.[0]).toBe('CONNECT');
    await proxy.closed();
    await silent.closed();
    await logger.shutdown();
  });

  it('at its name is given up at timeoutMillis, and tried again', async () => {
    await using receiver = await Receiver.start();
    const { lookup } = dns;
    const inVain = vi.fn();
    vi.spyOn(dns, 'lookup').mockImplementation(((...args: Parameters<typeof lookup>) => {
      if (inVain.mock.calls.length < 3) inVain();
      else lookup(...args);
    }) as typeof lookup);
    const url = receiver.url.replace('127.0.0.1', 'localhost');
    // In the thread, the name is looked up where no test can stand in the way.
    const logger = createRemoteLogger({ ...FAST, timeoutMillis: 200, url, thread: false });
    for (let id = 0; id < 20; id++) logger.log({ id });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(20));
    expect(inVain).toHaveBeenCalledTimes(3);
  });

  it('at the connection itself is given up at timeoutMillis, and tried again', async () => {
    // Nobody takes its connections, so those that don't fit its backlog come to nothing.
    const port = await freePort();
    const child = new Child('full-backlog', { args: [port] });
    await child.said('listening');
    child.kill('SIGSTOP');
    const logger = createRemoteLogger({ ...FAST, timeoutMillis: 200, url: `http://127.0.0.1:${port}/` });
    for (let id = 0; id < 20; id++) logger.log({ id });
    expect(await logger.flush({ timeoutMillis: 1000 })).toMatchObject({ pending: 20 });
    child.kill('SIGCONT');
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(20));
    child.kill('SIGKILL');
    await child.ended;
  });
});

describe('the age of a connection', () => {
  const AGED = { ...FAST, maxConnectionAgeMillis: 50, batch: { scheduledDelayMillis: 0 } };

  /** Logs until something has happened. */
  async function logUntil(
    logger: ReturnType<typeof createRemoteLogger>,
    happened: Promise<void>,
  ): Promise<void> {
    let is = false;
    void happened.then(() => {
      is = true;
    });
    while (!is) {
      logger.log({ at: Date.now() });
      await logger.flush();
    }
  }

  it('leads the records to the new address of a name, though the old one still answers', async () => {
    await using before = await Receiver.start();
    await using after = await Receiver.start(before.port, '127.0.0.2');
    let address = '127.0.0.1';
    vi.spyOn(dns, 'lookup').mockImplementation(((_host: string, _options: object, tell: Tell) =>
      setImmediate(() => tell(null, [{ address, family: 4 }]))) as unknown as typeof dns.lookup);
    const url = `http://moving.example:${before.port}/logs`;
    const logger = createRemoteLogger({ ...AGED, url, thread: false });
    await logUntil(logger, before.received(5));
    address = '127.0.0.2';
    await logUntil(logger, after.received(5));
    const { delivered } = await logger.shutdown({ timeoutMillis: 30_000 });
    expect(before.requests.length + after.requests.length).toBe(delivered);
  });

  it('leads the records away from a machine that takes no new connection, and serves those it has', async () => {
    await using before = await Receiver.start();
    const { port } = before;
    const logger = createRemoteLogger({ ...AGED, url: `http://127.0.0.1:${port}/logs` });
    await logUntil(logger, before.received(1));
    NetServer.prototype.close.call(before.server); // the connections stay, other than with the close() of HTTP
    await using after = await Receiver.start(port);
    await logUntil(logger, after.received(5));
    const { delivered, accepted } = await logger.shutdown({ timeoutMillis: 30_000 });
    expect(delivered).toBe(accepted);
  });

  it('ends no POST that is under way', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((_, response) => void setTimeout(() => response.writeHead(204).end(), 100));
    const logger = createRemoteLogger({ ...AGED, maxConnectionAgeMillis: 1, url: receiver.url });
    for (let id = 0; id < 20; id++) logger.log({ id });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(20));
    expect(receiver.requests).toHaveLength(20);
  });
});

describe('of two addresses of a name', () => {
  it('the one that is always named first may be sick', async () => {
    await using sick = await Receiver.start();
    await using well = await Receiver.start(sick.port, '127.0.0.2');
    sick.otherwise(503);
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    vi.spyOn(dns, 'lookup').mockImplementation(((_host: string, _options: object, tell: Tell) =>
      setImmediate(() => tell(null, addresses))) as unknown as typeof dns.lookup);
    const url = `http://many.example:${sick.port}/logs`;
    const logger = createRemoteLogger({ ...FAST, url, thread: false });
    for (let id = 0; id < 200; id++) logger.log({ id });
    expect(await logger.flush({ timeoutMillis: 10_000 })).toEqual(allDelivered(200));
    expect(well.requests).toHaveLength(200);
    await logger.shutdown();
  });
});

type Tell = (error: null, addresses: readonly dns.LookupAddress[]) => void;
