import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import { createRemoteLogger, type RemoteLogger, type RemoteLoggerOptions } from '../../src/index.js';
import { allDelivered } from '../support/account.js';
import { Collector, TOKEN, type WrittenRecord } from '../support/collector.js';
import { freePort } from '../support/free-port.js';
import { Nginx } from '../support/nginx.js';
import { AS_PLAIN_JSON, OtlpReceiver } from '../support/otlp-receiver.js';
import { type RawHandler, RawServer } from '../support/raw-server.js';
import { Receiver } from '../support/receiver.js';

const BEARER = { authorization: `Bearer ${TOKEN}` };

/** A gateway with a disk queue of its own, in front of the back end; or the same one once more. */
const startGateway = (endpoint: string, again?: Collector): Promise<Collector> =>
  Collector.start(['field-map', 'gateway', 'backends/otlp', ...AS_PLAIN_JSON], {
    env: { OTLP_ENDPOINT: endpoint },
    ...(again && { directory: again.directory, port: again.port }),
  });

const idsOf = (records: readonly WrittenRecord[]): Set<unknown> =>
  new Set(records.map(({ attributes }) => attributes['id']));

function logFrom(logger: RemoteLogger, first: number, end: number): void {
  for (let id = first; id < end; id++) logger.log({ id, type: 'chat', state: { conv_id: `c${id}` } });
}

/** Keeps the logger busy, wave after wave, until `isOver`; settles with how many records it took. */
async function logWaves(logger: RemoteLogger, wave: number, isOver: () => boolean): Promise<number> {
  let logged = 0;
  while (!isOver()) {
    logFrom(logger, logged, logged + wave);
    logged += wave;
    await logger.flush();
  }
  return logged;
}

describe('two gateways behind nginx', () => {
  it.each<[wave: number, RemoteLoggerOptions]>([
    [2000, { format: 'ndjson', batch: { maxExportBatchSize: 50 } }],
    [100, { format: 'object' }],
  ])(
    'lose nothing when one is killed under load and comes back: waves of %i, %o',
    async (wave, options) => {
      await using backEnd = await OtlpReceiver.start();
      await using lasting = await startGateway(`${backEnd.endpoint}/lasting`);
      await using killed = await startGateway(`${backEnd.endpoint}/killed`);
      await using nginx = await Nginx.start([lasting.port, killed.port]);
      await using logger = createRemoteLogger({ url: nginx.url, headers: BEARER, ...options });

      // What the one that will be killed answers with 200 is nowhere but on its disk.
      backEnd.refuses = '/killed';
      let isKilled = false;
      const waves = logWaves(logger, wave, () => isKilled);
      await backEnd.has((records, refusals) => records.length >= 2 * wave && refusals > 0);
      expect(logger.stats().pending).toBeGreaterThan(0);
      await killed.end('SIGKILL');
      isKilled = true;
      const first = await waves;
      const arrivedThen = backEnd.records.length;
      const count = first + 5 * wave;
      logFrom(logger, first, count);
      await backEnd.has((records) => records.length >= arrivedThen + wave);
      backEnd.refuses = undefined;
      await using _again = await startGateway(`${backEnd.endpoint}/killed`, killed);

      expect(await logger.shutdown({ timeoutMillis: 60_000 })).toEqual(allDelivered(count));
      await backEnd.has((records) => idsOf(records).size >= count);
      const arrived = idsOf(backEnd.records).size;
      expect(arrived).toBe(count);
      const duplicates = backEnd.records.length - arrived;
      console.log(
        `loadbalancer: ${arrived} of ${count} records arrived, ${duplicates} duplicates (${options.format})`,
      );
    },
    120_000,
  );

  it('ask for the token themselves, and say through nginx that they are up', async () => {
    await using backEnd = await OtlpReceiver.start();
    await using gateway = await startGateway(backEnd.endpoint);
    await using nginx = await Nginx.start([gateway.port]);
    const statusOf = async (path: string, init: RequestInit): Promise<number> =>
      (await fetch(nginx.urlOf(path), init)).status;
    expect(await statusOf('/logs', { method: 'POST', body: '{}' })).toBe(401);
    expect(await statusOf('/logs', { method: 'POST', body: '{}', headers: BEARER })).toBe(200);
    expect(await statusOf('/health_check', { headers: BEARER })).toBe(200);
    expect(await statusOf('/other', { headers: BEARER })).toBe(404);
  });
});

const portOf = ({ url }: { readonly url: string }): number => Number(new URL(url).port);
const post = (url: string, body: string, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { ...init, method: 'POST', body });

/** What a gateway does with a POST that it has read whole. */
const FAULTS: [string, RawHandler][] = [
  ['dies of it', (socket) => socket.resetAndDestroy()],
  ['closes without an answer', (socket) => socket.end()],
  ["dies in the answer's headers", (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Le')],
  ['has a full queue', (socket) => socket.write('HTTP/1.1 500 Full\r\ncontent-length: 0\r\n\r\n')],
];

describe('a POST to nginx', () => {
  it.each(FAULTS)('is given to another gateway when the first %s', async (_what, fault) => {
    await using bad = await RawServer.start(fault);
    await using good = await Receiver.start();
    await using nginx = await Nginx.start([portOf(bad), good.port]);
    const bodies = Array.from({ length: 10 }, (_, id) => JSON.stringify({ id }));
    const answers = await Promise.all(bodies.map((body) => post(nginx.url, body)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(204));
    expect(bad.bodies.length).toBeGreaterThan(0);
    expect(good.requests.map(({ body }) => body).sort()).toEqual(bodies);
  });

  it('is given to another gateway when the first one hangs, even if its sender has gone', async () => {
    await using hanging = await RawServer.start(() => {});
    await using good = await Receiver.start();
    await using nginx = await Nginx.start([portOf(hanging), good.port]);
    const sender = new AbortController();
    const posts = ['1', '2'].map((body) => post(nginx.url, body, { signal: sender.signal }));
    const ends = Promise.allSettled(posts);
    await Promise.race(posts);
    sender.abort();
    expect((await ends).map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await good.received(2); // after proxy_read_timeout
    expect(good.requests.map(({ body }) => body).sort()).toEqual(['1', '2']);
  });

  it('gets a 502 when no gateway is up, so the logger keeps its records', async () => {
    await using nginx = await Nginx.start([await freePort(), await freePort()]);
    expect((await post(nginx.url, '{}')).status).toBe(502);
  });

  it('reaches a gateway with its token, query and encoding, over few connections', async () => {
    await using gateway = await Receiver.start();
    await using nginx = await Nginx.start([gateway.port]);
    const url = `${nginx.url}?service.name=shop`;
    const logger = createRemoteLogger({ url, headers: BEARER, compression: 'gzip' });
    logFrom(logger, 0, 300);
    expect(await logger.shutdown()).toEqual(allDelivered(300));
    const [first] = gateway.requests;
    expect(first?.path).toBe('/logs?service.name=shop');
    expect(first?.headers).toMatchObject({
      ...BEARER,
      'content-encoding': 'gzip',
      'content-type': 'application/json',
      'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(gateway.connections).toBeLessThan(40); // the logger's 10 at a time, from each worker
  });

  it('above 10 MiB gets a 413: the logger sends halves, and all arrives', async () => {
    await using gateway = await Receiver.start();
    await using nginx = await Nginx.start([gateway.port]);
    const maxPayloadBytes = 30 * 1024 * 1024;
    const logger = createRemoteLogger({ url: nginx.url, format: 'ndjson', maxPayloadBytes });
    for (let id = 0; id < 24; id++) logger.log({ id, text: 'x'.repeat(500_000) });
    expect(await logger.shutdown()).toEqual(allDelivered(24));
    expect(new Set(gateway.records.map(({ id }) => id)).size).toBe(24);
    const largest = Math.max(...gateway.requests.map(({ body }) => body.length));
    expect(largest).toBeLessThanOrEqual(10_485_760);
    expect(largest).toBeGreaterThan(5_000_000);
  });

  it('may come over TLS, with the lines that listen.conf has for it', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const folder = mkdtempSync(join(tmpdir(), 'tls-'));
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
    await using gateway = await Receiver.start();
    await using nginx = await Nginx.start([gateway.port], {
      listen: (text) =>
        text
          .replace('listen 8088;', '')
          .replaceAll(/^# (listen|ssl_)/gm, '$1')
          .replaceAll('/etc/nginx/tls', folder),
    });
    const dispatcher = new Agent({ connect: { ca: cert } });
    const logger = createRemoteLogger({ url: nginx.url.replace('http', 'https'), dispatcher });
    logger.log({ id: 1 });
    expect(await logger.shutdown()).toEqual(allDelivered(1));
    await dispatcher.close();
  });
});
