import { createServer } from 'node:http';
import { listenOnLoopback } from '../../support/loopback.mjs';
import { recordOf } from './records.mjs';

/** @typedef {{ times: bigint[], keys: Set<string> }} Arrived */
/** @typedef {'up' | 'down' | 'flaky'} Mode */

/** An endpoint that knows each record which it has taken, how often, and with which keys. */
export class Endpoint {
  /** @type {Mode} */
  mode = 'up';
  /** Bodies that are not what was logged. @type {string[]} */
  mangled = [];
  /** By run and number. @type {Map<number, Map<number, Arrived>>} */
  #arrived = new Map();
  #server;
  #chance;

  /** @param {() => number} chance */
  constructor(chance) {
    this.#chance = chance;
    this.#server = createServer(async (request, response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      try {
        for await (const chunk of request) chunks.push(chunk);
      } catch {
        return; // its process was killed in the middle
      }
      const fate = this.mode === 'flaky' ? this.#chance() : 1;
      if (this.mode === 'down' || fate < 0.3) {
        response.writeHead(503).end();
        return;
      }
      this.#take(
        Buffer.concat(chunks).toString(),
        String(request.headers['idempotency-key']),
        request.headers['content-type'],
      );
      if (fate < 0.5) response.destroy();
      else response.writeHead(204).end();
    });
  }

  /** @returns {Promise<string>} its URL */
  async start() {
    return `http://127.0.0.1:${await listenOnLoopback(this.#server)}/logs`;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** @param {number} run @returns {ReadonlyMap<number, Arrived>} */
  arrivedOf(run) {
    return this.#arrived.get(run) ?? new Map();
  }

  /** @param {string} body @param {string} key @param {string | undefined} type */
  #take(body, key, type) {
    /** @type {{ run: number, n: number }[]} */
    let records;
    try {
      records =
        type === 'application/x-ndjson'
          ? body.split('\n').map((line) => JSON.parse(line))
          : [JSON.parse(body)].flat();
    } catch {
      this.mangled.push(body);
      return;
    }
    for (const record of records) this.#note(record, key);
  }

  /** @param {{ run: number, n: number }} record @param {string} key */
  #note(record, key) {
    const { run, n } = record;
    if (JSON.stringify(record) !== JSON.stringify(recordOf(run, n)))
      this.mangled.push(JSON.stringify(record));
    const ofRun = this.#arrived.get(run) ?? new Map();
    this.#arrived.set(run, ofRun);
    const arrived = ofRun.get(n) ?? { times: [], keys: new Set() };
    ofRun.set(n, arrived);
    arrived.times.push(process.hrtime.bigint());
    arrived.keys.add(key);
  }
}
