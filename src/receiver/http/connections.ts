import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { codeOf } from '../../runtime/foreign.js';
import { rawAnswer } from './answer.js';

/** A thousand pages and many senders. */
const MOST_CONNECTIONS = 4096;

/** One more is answered 503, and closed. */
export function limitConnections(server: Server, most = MOST_CONNECTIONS): void {
  let count = 0;
  server.on('connection', (socket: Socket) => {
    count++;
    socket.once('close', () => count--);
    if (count > most)
      end(socket, rawAnswer(503, 'Service Unavailable', `there are ${most} connections already`));
  });
}

/** What Node can't read, or does not wait for any longer. */
const BROKEN: Readonly<Record<string, readonly [status: number, reason: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'the headers have more than 16 KiB'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'the request did not come in time'],
};

export function refuseBrokenRequests(server: Server): void {
  server.on('clientError', (error: Error, socket) => {
    const code = codeOf(error);
    if (code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else
      end(
        socket as Socket,
        rawAnswer(...(BROKEN[code] ?? [400, 'Bad Request', `this is no HTTP/1.1 (${code})`])),
      );
  });
}

/** Whatever it goes on to send is not waited for. */
function end(socket: Socket, answer: string): void {
  socket.end(answer, () => socket.destroySoon());
}
