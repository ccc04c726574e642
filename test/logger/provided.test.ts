import { context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BatchLogRecordProcessor, InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, RemoteLogRecordExporter } from '../../src/index.js';
import { runChild } from '../support/child.js';
import { turn } from '../support/fake-clock.js';
import { Receiver } from '../support/receiver.js';

const SPAN = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

describe('a logger on a provider of the application', () => {
  afterEach(() => {
    context.disable();
    vi.unstubAllEnvs();
  });

  it('hands flat records to it, with the trace that is active, and to no URL', async () => {
    vi.stubEnv('REMOTE_LOGGER_URL', 'http://127.0.0.1:9/nowhere');
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const exporter = new InMemoryLogRecordExporter();
    const loggerProvider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const logger = createRemoteLogger({ loggerProvider });
    context.with(trace.setSpanContext(ROOT_CONTEXT, SPAN), () => logger.log({ a: 1, nested: { b: [2] } }));
    expect(await logger.flush()).toEqual({ accepted: 1, delivered: 1, pending: 0, failed: {}, dropped: {} });
    const [record] = exporter.getFinishedLogRecords();
    expect(record?.body).toEqual({ a: 1, nested: '{"b":[2]}' });
    expect(record?.spanContext).toMatchObject({ ...SPAN, traceFlags: TraceFlags.SAMPLED });
    expect(record?.instrumentationScope.name).toBe('otel-remote-logger');
  });

  it('reaches the endpoint of an exporter there as the same flat object, with metadata', async () => {
    await using receiver = await Receiver.start();
    const exporter = new RemoteLogRecordExporter({ url: receiver.url });
    const loggerProvider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const logger = createRemoteLogger({ loggerProvider });
    logger.log({ a: 1, nested: { b: [2] } });
    await logger.flush();
    expect(receiver.records).toEqual([
      expect.objectContaining({ a: 1, nested: '{"b":[2]}', scope_name: 'otel-remote-logger' }),
    ]);
  });

  it('leaves it running at its own shutdown', async () => {
    const exporter = new InMemoryLogRecordExporter();
    const loggerProvider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const logger = createRemoteLogger({ loggerProvider });
    logger.log({ a: 1 });
    await logger.shutdown();
    logger.log({ late: true });
    expect(logger.stats()).toMatchObject({ delivered: 1, dropped: { shutdown: 1 } });
    loggerProvider.getLogger('own').emit({ body: 'still there' });
    await loggerProvider.forceFlush();
    expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual([{ a: 1 }, 'still there']);
  });

  it('fails the records that the provider throws at, and never throws', async () => {
    const emit = () => {
      throw new Error('not mine');
    };
    const logger = createRemoteLogger({
      loggerProvider: { getLogger: () => ({ emit, enabled: () => true }) },
    });
    logger.log({ a: 1 });
    expect(await logger.flush()).toMatchObject({ delivered: 0, failed: { internal: 1 } });
  });

  const hostile = (): never => {
    throw Object.create(null);
  };

  it.each<[how: string, loggerProvider: () => object, stats: object]>([
    [
      'can not make a logger',
      () => ({ getLogger: hostile }),
      { failed: { internal: 1 }, dropped: { internal: 1 } },
    ],
    ['makes none', () => ({ getLogger: () => undefined }), { failed: { internal: 2 } }],
    ['throws what is no text', () => emitting(hostile), { failed: { internal: 2 } }],
    [
      'throws at the second record',
      () => emitting(vi.fn(hostile).mockReturnValueOnce(undefined as never)),
      { delivered: 1, failed: { internal: 1 } },
    ],
    // Where a record has been handed over, this account ends.
    ['rejects', () => emitting(async () => hostile()), { delivered: 2 }],
    ['can not be flushed', () => ({ ...emitting(() => {}), forceFlush: hostile }), { delivered: 2 }],
    [
      'rejects a flush',
      () => ({ ...emitting(() => {}), forceFlush: async () => hostile() }),
      { delivered: 2 },
    ],
  ])('keeps an exact account where the provider %s', async (_, loggerProvider, stats) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled).on('uncaughtException', unhandled);
    const logger = createRemoteLogger({ loggerProvider: loggerProvider() as never });
    logger.log({ a: 1 });
    await logger.flush();
    logger.log({ a: 2 });
    expect(await logger.flush()).toMatchObject({ pending: 0, ...stats });
    await logger.shutdown();
    await turn();
    process.off('unhandledRejection', unhandled).off('uncaughtException', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  const emitting = (emit: () => unknown): object => ({ getLogger: () => ({ emit, enabled: () => true }) });

  it('is flushed at the natural end of a process, which a batch processor is not', async () => {
    await using receiver = await Receiver.start();
    expect(await runChild('provided', { args: [receiver.url] })).toMatchObject({ code: 0, stderr: '' });
    expect(receiver.records.map(({ id }) => id)).toEqual([0, 1, 2]);
  });

  it('takes a provider and no URL', () => {
    expect(() => createRemoteLogger({ loggerProvider: {} as never })).toThrow(
      'option "loggerProvider" must be a LoggerProvider, got an object',
    );
    const loggerProvider = new LoggerProvider();
    expect(() => createRemoteLogger({ loggerProvider, url: 'http://127.0.0.1/' })).toThrow(
      'option "url" must not be given with "loggerProvider"',
    );
    vi.stubEnv('OTEL_SDK_DISABLED', 'true');
    expect(createRemoteLogger({ loggerProvider }).enabled).toBe(false);
  });
});
