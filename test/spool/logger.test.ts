import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, RemoteLogRecordExporter } from '../../src/index.js';
import { turn } from '../support/fake-clock.js';
import { freePort } from '../support/free-port.js';
import { Receiver } from '../support/receiver.js';
import { tempDirectory } from '../support/spool.js';

const FAST = { retry: { initialDelayMillis: 5, maxDelayMillis: 20 }, batch: { scheduledDelayMillis: 5 } };
const idsAt = ({ records }: Receiver): unknown[] =>
  records.map(({ id }) => id).sort((a, b) => Number(a) - Number(b));

describe('a logger with a queue on disk', () => {
  it('leaves to the next what it could not deliver by the end of its shutdown', async () => {
    using directory = tempDirectory();
    await using receiver = await Receiver.start();
    receiver.otherwise(503);
    const first = createRemoteLogger({ ...FAST, url: receiver.url, spool: directory.path });
    for (let id = 0; id < 5; id++) first.log({ id });
    await receiver.received(2);
    await first.shutdown({ timeoutMillis: 50 });
    const left = { accepted: 5, delivered: 0, pending: 5, takenOver: 0, onDisk: 5, failed: {}, dropped: {} };
    expect(first.stats()).toEqual(left);
    receiver.otherwise(204);
    const { length } = receiver.requests;
    const next = createRemoteLogger({ ...FAST, url: receiver.url, spool: directory.path });
    await receiver.received(length + 5);
    expect(await next.shutdown()).toMatchObject({
      accepted: 0,
      takenOver: 5,
      delivered: 5,
      pending: 0,
      onDisk: 0,
    });
    expect(readdirSync(directory.path)).toEqual([]);
  });

  it('tries again what the endpoint refuses, and loses nothing of it', async () => {
    using directory = tempDirectory();
    await using receiver = await Receiver.start();
    receiver.otherwise(401);
    const logger = createRemoteLogger({ ...FAST, url: receiver.url, spool: directory.path });
    for (let id = 0; id < 5; id++) logger.log({ id });
    await receiver.received(12);
    expect(logger.stats()).toMatchObject({ delivered: 0, pending: 5, onDisk: 5, failed: {} });
    receiver.otherwise(204);
    expect(await logger.shutdown()).toMatchObject({ delivered: 5, pending: 0, failed: {} });
  });

  it('counts what was damaged as failed, and says where', async () => {
    using directory = tempDirectory();
    const port = await freePort();
    const options = { ...FAST, url: `http://127.0.0.1:${port}/`, spool: directory.path };
    const first = createRemoteLogger(options);
    for (let id = 0; id < 5; id++) first.log({ id });
    await turn();
    await first.shutdown({ timeoutMillis: 0 });
    const fs = await import('node:fs');
    const log = (readdirSync(directory.path, { recursive: true }) as string[]).find((name) =>
      name.endsWith('.log'),
    );
    const path = `${directory.path}/${log}`;
    fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('{"id":2}', '{"id":7}'));
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const onDrop = vi.fn();
    await using receiver = await Receiver.start(port);
    const next = createRemoteLogger({ ...options, onDrop });
    await receiver.received(4);
    const stats = await next.shutdown();
    expect(stats).toMatchObject({
      accepted: 0,
      takenOver: 5,
      delivered: 4,
      pending: 0,
      failed: { corrupt: 1 },
    });
    expect(idsAt(receiver)).toEqual([0, 1, 3, 4]);
    expect(onDrop.mock.calls).toEqual([[{ reason: 'corrupt', count: 1, sample: undefined }]]);
    expect(warnings.mock.calls.map(([message]) => String(message)).join()).toMatch(
      /\.log is damaged; records lost: 1/,
    );
    expect(readdirSync(directory.path)).toEqual(['damaged']);
    warnings.mockRestore();
  });

  it.each([
    ['the size that is set', { segmentBytes: 65_536 }, 65_536],
    ['an eighth of what all may have', { maxBytes: 1024 * 1024 }, 131_072],
    ['the least size, whatever all may have', { maxBytes: 300_000 }, 65_536],
  ])('has files of %s', async (_, settings, size) => {
    using directory = tempDirectory();
    const spool = { directory: directory.path, ...settings };
    const logger = createRemoteLogger({ ...FAST, url: 'http://127.0.0.1:9/', spool });
    for (let id = 0; id < 200; id++) logger.log({ id, text: 'x'.repeat(1000) });
    await turn();
    const logs = readdirSync(directory.path, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.log'),
    );
    const sizes = logs.sort().map((name) => statSync(join(directory.path, name)).size);
    expect(sizes.length).toBeGreaterThan(1);
    for (const one of sizes.slice(0, -1)) expect(Math.abs(one - size)).toBeLessThan(size / 10);
    await logger.shutdown({ timeoutMillis: 0 });
  });

  it('refuses the newest when its files are full', async () => {
    using directory = tempDirectory();
    const logger = createRemoteLogger({
      ...FAST,
      url: 'http://127.0.0.1:9/',
      spool: { directory: directory.path, maxBytes: 2000 },
    });
    for (let id = 0; id < 100; id++) {
      logger.log({ id, text: 'x'.repeat(50) });
      await turn();
    }
    const { accepted, dropped } = logger.stats();
    expect(accepted).toBeGreaterThan(10);
    expect(dropped).toEqual({ queue_full: 100 - accepted });
    await logger.shutdown({ timeoutMillis: 0 });
  });
});

describe('an exporter with a queue on disk', () => {
  it('reports success when its records are in their file, and delivers them later', async () => {
    using directory = tempDirectory();
    await using receiver = await Receiver.start();
    receiver.otherwise(503);
    const options = { retry: FAST.retry, url: receiver.url, spool: directory.path };
    const exporter = new RemoteLogRecordExporter(options);
    const results: unknown[] = [];
    const spy = vi.spyOn(exporter, 'export');
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    for (let id = 0; id < 5; id++) provider.getLogger('test').emit({ body: { id } });
    exporter.export([] as ReadableLogRecord[], (result) => results.push(result));
    await provider.shutdown();
    expect(spy).toHaveBeenCalled();
    expect(results).toEqual([{ code: 0 }]);
    expect(exporter.stats()).toMatchObject({ accepted: 5, delivered: 0, pending: 5, onDisk: 5, failed: {} });
    receiver.otherwise(204);
    const next = new RemoteLogRecordExporter(options);
    const { length } = receiver.requests;
    await receiver.received(length + 5);
    await next.shutdown();
    expect(next.stats()).toMatchObject({ takenOver: 5, delivered: 5, pending: 0 });
  });
});
