import type { Socket } from 'node:net';
import type { buildConnector } from 'undici/index.js';
import { type ProxyServer, unbracketed } from '../../config/proxy.js';

export type Connect = buildConnector.connector;

/** What a proxy says before the tunnel is open is short. */
const MAX_HEAD_BYTES = 16 * 1024;

/** A proxy gave no connection. `code` is for people, like the codes of Node's errors. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: string;

  constructor(what: string) {
    super(what);
    this.code = `proxy: ${what}`;
  }
}

/** What went wrong on the way to a proxy, or with it. */
export const proxyErrorOf = ({ code, name }: NodeJS.ErrnoException): ProxyError =>
  new ProxyError(code ?? name);

/** Connects through a proxy. There is no time limit here: destroying the socket to the proxy ends it. */
export function throughTunnel({ origin, authorization }: ProxyServer, connect: Connect): Connect {
  const { protocol, hostname, host, port } = new URL(origin);
  return (options, callback) =>
    connect({ protocol, hostname: unbracketed(hostname), host, port }, (error, socket) => {
      if (error !== null) {
        callback(proxyErrorOf(error), null);
        return;
      }
      socket.write(connectRequest(options, authorization));
      readStatus(socket, (status) => {
        if (status < 200 || status > 299) {
          socket.destroy();
          callback(new ProxyError(status === 0 ? 'no answer to CONNECT' : `HTTP ${status}`), null);
        } else if (options.protocol === 'https:') connect({ ...options, httpSocket: socket }, callback);
        else callback(null, socket);
      });
    });
}

function connectRequest(
  { protocol, hostname, port }: buildConnector.Options,
  authorization: string | undefined,
): string {
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  const authority = `${host}:${port || (protocol === 'https:' ? 443 : 80)}`;
  const credentials = authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`;
}

/** Reads the head of an answer and no byte more. Says its status, once; 0 if there is none. */
function readStatus(socket: Socket, take: (status: number) => void): void {
  let head = Buffer.alloc(0);
  const end = (status: number): void => {
    socket.off('readable', read).off('close', close);
    take(status);
  };
  const close = (): void => end(0);
  const read = (): void => {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
      head = Buffer.concat([head, chunk as Buffer]);
      const length = head.indexOf('\r\n\r\n') + 4;
      if (length < 4 && head.length <= MAX_HEAD_BYTES) continue;
      socket.off('readable', read);
      if (length >= 4 && head.length > length) socket.unshift(head.subarray(length));
      end(length < 4 ? 0 : Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1] ?? 0));
      return;
    }
  };
  socket.on('readable', read).on('close', close);
}
