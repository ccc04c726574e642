import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
// A thread runs built files.
import { createRemoteLogger, type RemoteLoggerOptions } from '../../dist/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { Receiver } from '../support/receiver.js';

const THREAD: RemoteLoggerOptions = { ...FAST, thread: true, batch: { scheduledDelayMillis: 0 } };

/** What the logger says on diag. */
function listen(): string[] {
  const said: string[] = [];
  const say = (message: string): void => void said.push(message);
  diag.setLogger({ error: say, warn: say, info: say, debug: say, verbose: say });
  return said;
}

const nextWorker = (): Promise<Worker> => new Promise((resolve) => process.once('worker', resolve));
const idsAt = ({ records }: Receiver): number[] => records.map((record) => Number(record['id']));

const WORKER = 'remote-logger-worker.cjs';

describe('a thread', () => {
  afterEach(() => diag.disable());

  it('takes over the sending, and ends with the logger', async () => {
    await using receiver = await Receiver.start();
    const starting = nextWorker();
    const logger = createRemoteLogger({ ...THREAD, url: receiver.url, headers: { 'x-a': 'b' } });
    for (let id = 0; id < 500; id++) logger.log({ id });
    const worker = await starting;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(500));
    await ended;
    expect(new Set(idsAt(receiver)).size).toBe(500);
    expect(receiver.requests[0]?.headers).toMatchObject({ 'x-a': 'b', 'user-agent': 'otel-remote-logger' });
  });

  it('that has not begun ends at once with the logger, and has sent nothing', async () => {
    await using receiver = await Receiver.start();
    const starting = nextWorker();
    const logger = createRemoteLogger({ ...THREAD, url: receiver.url });
    for (let id = 0; id < 5; id++) logger.log({ id });
    const worker = await starting;
    const orders = vi.spyOn(worker, 'terminate');
    expect(await logger.shutdown({ timeoutMillis: 0 })).toMatchObject({ pending: 5 });
    expect(logger.stats()).toMatchObject({ failed: { shutdown: 5 }, pending: 0 });
    expect(orders).toHaveBeenCalledTimes(1);
    expect(receiver.requests).toEqual([]);
  });

  it('delivers one burst after the other', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ ...THREAD, url: receiver.url });
    for (let burst = 1; burst <= 3; burst++) {
      for (let id = 0; id < 1500; id++) logger.log({ id: burst * 10_000 + id });
      expect(await logger.flush()).toEqual(allDelivered(burst * 1500));
    }
    await logger.shutdown({ timeoutMillis: 30_000 });
    expect(new Set(idsAt(receiver)).size).toBe(4500);
  });

  it('loses nothing when it ends all of a sudden: the main thread sends it again', async () => {
    await using receiver = await Receiver.start();
    const said = listen();
    receiver.otherwise(() => {}); // all that it has sent is without an answer
    const starting = nextWorker();
    const logger = createRemoteLogger({ ...THREAD, url: receiver.url });
    for (let id = 0; id < 50; id++) logger.log({ id });
    const worker = await starting;
    await receiver.received(10);
    receiver.otherwise(204);
    await worker.terminate();
    logger.log({ id: 50 });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(51));
    expect(new Set(idsAt(receiver)).size).toBe(51);
    expect(said.filter((message) => message.includes('the background thread has ended'))).toHaveLength(1);
    // What came twice can be told by its key.
    expect(new Set(receiver.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(51);
  });

  it('that ends during a flush lets that wait for no batch', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(() => {});
    const starting = nextWorker();
    const batch = { scheduledDelayMillis: 600_000 };
    const logger = createRemoteLogger({ ...THREAD, batch, url: receiver.url });
    for (let id = 0; id < 20; id++) logger.log({ id });
    const worker = await starting;
    const flushed = logger.flush();
    await receiver.received(10);
    receiver.otherwise(204);
    await worker.terminate();
    expect(await flushed).toEqual(allDelivered(20));
    await logger.shutdown({ timeoutMillis: 30_000 });
  });

  it('that ends when some are delivered sends none of these again', async () => {
    await using receiver = await Receiver.start();
    receiver.script(...Array(20).fill(204));
    receiver.otherwise(() => {});
    const starting = nextWorker();
    const logger = createRemoteLogger({ ...THREAD, url: receiver.url });
    for (let id = 0; id < 50; id++) logger.log({ id });
    const worker = await starting;
    await receiver.received(30); // as many as are sent at a time are without an answer
    await vi.waitFor(() => expect(logger.stats().delivered).toBe(20), { timeout: 10_000 });
    receiver.otherwise(204);
    await worker.terminate();
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(50));
    expect(receiver.requests).toHaveLength(60);
    expect(new Set(idsAt(receiver)).size).toBe(50);
  });

  it.each([
    ['without the file of the thread', (folder: string) => rmSync(join(folder, WORKER))],
    ['with another by its name', (folder: string) => writeFileSync(join(folder, WORKER), 'no code')],
  ])(
    'that can not be started, as in a bundle %s, leaves the sending to the main thread',
    async (_, spoil) => {
      await using receiver = await Receiver.start();
      const said = listen();
      const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
      const folder = mkdtempSync(join(modules, '.no-worker-'));
      try {
        cpSync(fileURLToPath(new URL('../../dist', import.meta.url)), folder, { recursive: true });
        spoil(folder);
        const bundle = await import(/* @vite-ignore */ pathToFileURL(`${folder}/index.js`).href);
        const logger = bundle.createRemoteLogger({ ...THREAD, url: receiver.url });
        for (let id = 0; id < 20; id++) logger.log({ id });
        expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(20));
        expect(said.join()).toMatch(
          /the background thread (has ended .*Error|could not be started .*is not installed).*sending from the main thread/,
        );
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it('asks for headers on the main thread before each POST, and is told what is wrong with them', async () => {
    await using receiver = await Receiver.start();
    receiver.script(503);
    let asked = 0;
    const headers = async (): Promise<Record<string, string>> => {
      if (++asked === 1) throw new Error('secret');
      return { 'x-asked': String(asked) };
    };
    const logger = createRemoteLogger({ ...THREAD, url: receiver.url, headers });
    logger.log({ id: 0 });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(1));
    expect(receiver.requests.map((request) => request.headers['x-asked'])).toEqual(['2', '3']);
  });

  it('says on the diag of the application what there is to say', async () => {
    await using receiver = await Receiver.start();
    const said = listen();
    receiver.script(415);
    const logger = createRemoteLogger({ ...THREAD, url: receiver.url, compression: 'gzip' });
    logger.log({ id: 0 });
    expect(await logger.shutdown({ timeoutMillis: 30_000 })).toEqual(allDelivered(1));
    expect(said).toContain(
      'otel-remote-logger: the endpoint answered 415 to gzip; sending without compression from now on',
    );
  });

  it('does not hold the process’s event loop after its work', async () => {
    await using receiver = await Receiver.start();
    const starting = nextWorker();
    const logger = createRemoteLogger({ ...THREAD, url: receiver.url });
    logger.log({ id: 0 });
    await starting;
    await logger.flush();
    expect(process.getActiveResourcesInfo()).not.toContain('MessagePort');
    await logger.shutdown({ timeoutMillis: 30_000 });
  });
});

describe('the option thread', () => {
  const dispatcher = { dispatch: () => true } as never;

  it('is wrong together with a dispatcher', () => {
    expect(() => createRemoteLogger({ url: '', thread: true, dispatcher })).toThrow(
      new TypeError(
        'otel-remote-logger: option "thread" must be false where there is a dispatcher, got true',
      ),
    );
    expect(() => createRemoteLogger({ url: '', thread: 'yes' as never })).toThrow(
      'option "thread" must be true or false, got "yes"',
    );
  });

  it('as a variable gives way to a dispatcher, with a warning', () => {
    const said = listen();
    vi.stubEnv('REMOTE_LOGGER_THREAD', 'true');
    createRemoteLogger({ url: '', dispatcher });
    vi.stubEnv('REMOTE_LOGGER_THREAD', 'perhaps');
    createRemoteLogger({ url: '' });
    vi.unstubAllEnvs();
    diag.disable();
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringContaining('REMOTE_LOGGER_THREAD must be false where there is a dispatcher'),
        expect.stringContaining('REMOTE_LOGGER_THREAD must be true or false, got "perhaps"'),
      ]),
    );
  });
});
