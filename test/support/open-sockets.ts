import type { Socket } from 'node:net';

/** The sockets of a test's server, which end with it, and whose errors are the client's affair. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>();

  watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  /** Settles when there is none left. */
  async closed(): Promise<void> {
    for (const socket of this.#sockets) await new Promise((resolve) => socket.once('close', resolve));
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
