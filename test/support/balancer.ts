import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { OpenSockets } from './open-sockets.js';

/** What stands behind one connection: a port that it leads to, or whatever a test does with its socket. */
export type BackEnd = number | ((socket: Socket) => void);

/** A TCP balancer on loopback: each connection leads to the next back end in turn, for as long as it lives. */
export class Balancer {
  connections = 0;
  readonly #sockets = new OpenSockets();

  private constructor(
    readonly server: Server,
    public backEnds: readonly BackEnd[],
  ) {
    server.on('connection', (socket) => {
      this.#sockets.watch(socket);
      const backEnd = this.backEnds[this.connections++ % this.backEnds.length] as BackEnd;
      if (typeof backEnd === 'function') backEnd(socket);
      else this.#lead(socket, backEnd);
    });
  }

  static async start(...backEnds: BackEnd[]): Promise<Balancer> {
    const balancer = new Balancer(createServer(), backEnds);
    balancer.server.listen(0, '127.0.0.1');
    await once(balancer.server, 'listening');
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/logs`;
  }

  #lead(socket: Socket, port: number): void {
    const backEnd = connect(port, '127.0.0.1');
    this.#sockets.watch(backEnd);
    socket.pipe(backEnd).pipe(socket);
    socket.on('close', () => backEnd.destroy());
    backEnd.on('close', () => socket.destroy());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#sockets.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
