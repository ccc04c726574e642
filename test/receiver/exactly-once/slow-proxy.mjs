import http from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { listenOnLoopback } from '../../support/loopback.mjs';

/** An endpoint that answers late, or not at all, though what came was taken. */
export class SlowProxy {
  answered = 0;
  /** Answers of the receiver that were late. */
  late = 0;
  /** Answers of the receiver that nobody got. */
  lost = 0;
  /** Requests that came while it was down, or was killed over them. */
  down = 0;
  isCalm = false;
  #port;
  #chance;
  #server;

  /** @param {number} port that of the receiver @param {() => number} chance */
  constructor(port, chance) {
    this.#port = port;
    this.#chance = chance;
    this.#server = http.createServer((request, response) => void this.#pass(request, response));
  }

  /** @returns {Promise<string>} its URL */
  async start() {
    return `http://127.0.0.1:${await listenOnLoopback(this.#server)}/logs`;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async #pass(request, response) {
    try {
      const { status, body } = await this.#forward(request);
      const fate = this.isCalm ? 1 : this.#chance();
      if (fate < 0.15) {
        this.late++;
        await pause(this.#chance() * 3000); // more than the time limit of the senders
      }
      if (fate > 0.1 && fate < 0.2) {
        this.lost++;
        response.destroy();
        return;
      }
      this.answered++;
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    } catch {
      this.down++;
      response.destroy();
    }
  }

  /** @param {http.IncomingMessage} request @returns {Promise<{ status: number, body: Buffer }>} */
  #forward(request) {
    return new Promise((resolve, reject) => {
      const { method, url: path, headers } = request;
      const own = { ...headers, host: `127.0.0.1:${this.#port}` };
      const onward = http.request(
        { method, path, headers: own, host: '127.0.0.1', port: this.#port },
        async (answer) => {
          try {
            const chunks = [];
            for await (const chunk of answer) chunks.push(chunk);
            resolve({ status: answer.statusCode ?? 502, body: Buffer.concat(chunks) });
          } catch (error) {
            reject(error);
          }
        },
      );
      onward.on('error', reject);
      request.on('error', reject).pipe(onward);
    });
  }
}
