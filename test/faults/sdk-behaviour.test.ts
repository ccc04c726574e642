import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import type { LogAttributes } from '@opentelemetry/api-logs';
import { type ExportResult, loggingErrorHandler, setGlobalErrorHandler } from '@opentelemetry/core';
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resolveExporterConfig } from '../../src/config/config.js';
import {
  createRemoteLogger,
  type RemoteLogger,
  type RemoteLoggerOptions,
  RemoteLogRecordExporter,
} from '../../src/index.js';
import { admitted, allDelivered, expectBalance, FAST } from '../support/account.js';
import { ProcessWatch } from '../support/chaos-watch.js';
import { runChild } from '../support/child.js';
import { turn } from '../support/fake-clock.js';
import { Receiver } from '../support/receiver.js';
import { left, leftHere, where } from '../support/spooled.js';

/** An exporter that answers when the test says so. */
class HeldExporter implements LogRecordExporter {
  readonly exports: {
    readonly records: ReadableLogRecord[];
    readonly answer: (result: ExportResult) => void;
  }[] = [];
  isShutdown = false;
  /** Called with the number of exports so far. */
  onExport: (count: number) => void = () => {};

  get exported(): ReadableLogRecord[] {
    return this.exports.flatMap(({ records }) => records);
  }

  answerAll(): void {
    for (const { answer } of this.exports) answer({ code: 0 });
  }

  export(records: ReadableLogRecord[], answer: (result: ExportResult) => void): void {
    this.exports.push({ records, answer });
    this.onExport(this.exports.length);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.isShutdown = true;
  }
}

type ProcessorOptions = ConstructorParameters<typeof BatchLogRecordProcessor>[0];

function sdkSetup(exporter: LogRecordExporter, options: Omit<ProcessorOptions, 'exporter'> = {}) {
  const processor = new BatchLogRecordProcessor({ exporter, scheduledDelayMillis: 600_000, ...options });
  const provider = new LoggerProvider({ processors: [processor] });
  const logger = provider.getLogger('test');
  const emit = (count: number): void => {
    for (let id = 0; id < count; id++) logger.emit({ body: { id } });
  };
  return { processor, provider, logger, emit };
}

/** Whether a promise has settled by the time everything that was ready has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  void promise.then(note, note);
  await turn();
  await turn();
  return settled;
}

const idsAt = ({ records }: Receiver): unknown[] => records.map((record) => record['id']);
const upTo = (count: number): number[] => [...Array(count).keys()];

// Each pair: first that the SDK behaves so, to be told when it changes; then that it does us no harm.
describe('what the SDK does to us', () => {
  const loggers: RemoteLogger[] = [];
  const messages: string[] = [];
  const errors: string[] = [];
  let watch: ProcessWatch;
  const create = (options: RemoteLoggerOptions): RemoteLogger => {
    const logger = createRemoteLogger({ ...FAST, ...options });
    loggers.push(logger);
    return logger;
  };
  beforeEach(() => {
    watch = new ProcessWatch();
    const note = (message: string): number => messages.push(message);
    const logger: DiagLogger = { error: note, warn: note, info: note, debug: note, verbose: note };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
    messages.length = 0;
    errors.length = 0;
    setGlobalErrorHandler((error) => errors.push(String(error)));
  });
  afterEach(async () => {
    await Promise.all(loggers.splice(0).map((logger) => logger.shutdown({ timeoutMillis: 0 })));
    vi.unstubAllEnvs();
    diag.disable();
    setGlobalErrorHandler(loggingErrorHandler());
    await watch.expectCalm();
  });

  describe('a full queue drops new records with no message', () => {
    it('in the SDK', async () => {
      const exporter = new HeldExporter();
      const { provider, emit } = sdkSetup(exporter, { maxQueueSize: 5, maxExportBatchSize: 5 });
      emit(20); // five under way, five in the queue
      const flushed = provider.forceFlush();
      exporter.onExport = () => exporter.answerAll();
      await turn();
      exporter.answerAll();
      await flushed;
      expect(exporter.exported).toHaveLength(10);
      expect([messages, errors]).toEqual([[], []]);
    });

    it('but not in the logger, which admits no more than there is room for, and says so', async () => {
      await using receiver = await Receiver.start();
      const logger = create({ url: receiver.url, maxQueueSize: 5 });
      for (let id = 0; id < 20; id++) logger.log({ id });
      const stats = await logger.flush();
      expect(stats).toEqual(admitted(5, 20));
      expect(new Set(idsAt(receiver))).toEqual(new Set(upTo(stats.accepted)));
      const told = messages.some((message) => message.includes('queue_full'));
      expect(told).toBe(where({ inMemory: true, onDisk: false }));
    });

    it('nor where the logger holds more than the 2048 that are the default in the SDK', async () => {
      await using receiver = await Receiver.start();
      const logger = create({ url: receiver.url, format: 'ndjson' });
      for (let id = 0; id < 10_000; id++) logger.log({ id });
      expect(await logger.flush()).toEqual(allDelivered(10_000));
      expect(new Set(idsAt(receiver)).size).toBe(10_000);
    });
  });

  describe('a second forceFlush() while one runs returns at once', () => {
    it('in the SDK', async () => {
      const exporter = new HeldExporter();
      const { provider, emit } = sdkSetup(exporter);
      emit(9);
      const first = provider.forceFlush();
      await turn();
      emit(9);
      const second = provider.forceFlush();
      expect(await isSettled(first)).toBe(false);
      expect(await isSettled(second)).toBe(true);
      exporter.answerAll();
      await first;
      expect(exporter.exported).toHaveLength(9);
      exporter.onExport = () => exporter.answerAll();
      await provider.shutdown();
    });

    it('in the SDK, where shutdown() then leaves records behind', async () => {
      const exporter = new HeldExporter();
      const { provider, emit } = sdkSetup(exporter);
      emit(9);
      const flushed = provider.forceFlush();
      await turn();
      emit(9);
      await provider.shutdown();
      expect(exporter.isShutdown).toBe(true);
      exporter.answerAll();
      await flushed;
      expect(exporter.exported).toHaveLength(9); // of 18
    });

    it.each(['flush', 'shutdown'] as const)('but %s() of the logger waits for all 18', async (method) => {
      await using receiver = await Receiver.start();
      // Its work takes some microtasks, in any of which the second flush can come.
      for (let ticks = 0; ticks < 20; ticks++) {
        const logger = create({
          url: receiver.url,
          batch: { scheduledDelayMillis: 600_000, maxExportBatchSize: 1 },
        });
        logger.log({ id: 0 });
        await logger.flush();
        for (let id = 1; id < 9; id++) logger.log({ id });
        const first = logger.flush();
        for (let tick = 0; tick < ticks; tick++) await undefined;
        for (let id = 9; id < 18; id++) logger.log({ id });
        expect(await logger[method]()).toEqual(allDelivered(18));
        await first;
      }
      expect(receiver.requests).toHaveLength(20 * 18);
    });
  });

  describe('an exporter whose forceFlush() rejects once wedges the batch processor for good', () => {
    it('in the SDK', async () => {
      const exporter = new HeldExporter();
      const { provider, emit } = sdkSetup(exporter, { maxExportBatchSize: 3 });
      emit(3); // a full batch: under way at once
      await turn();
      exporter.forceFlush = async () => {
        exporter.forceFlush = async () => {};
        throw new Error('once');
      };
      await expect(provider.forceFlush()).rejects.toBeDefined();
      exporter.answerAll();
      emit(6);
      await provider.forceFlush();
      await turn();
      expect(exporter.exported).toHaveLength(3); // of 9, and there is no way to get at the others
    });

    it.each([
      ['refuses', 401],
      ['is busy for longer than it has', 503],
    ])('but the exporter never rejects, also where the endpoint %s', async (_, status) => {
      await using receiver = await Receiver.start();
      receiver.otherwise(status);
      const exporter = new RemoteLogRecordExporter({
        url: receiver.url,
        // Its time is short only where it must run out.
        retry: { initialDelayMillis: 5, maxDelayMillis: 20, ...(status === 503 && { maxElapsedMillis: 50 }) },
      });
      const { provider, emit } = sdkSetup(exporter, { maxExportBatchSize: 3 });
      emit(3);
      await turn();
      await expect(exporter.forceFlush()).resolves.toBeUndefined();
      await expect(provider.forceFlush()).resolves.toBeUndefined();
      // With a queue on disk, what is refused is tried again.
      const isWaiting = where({ inMemory: false, onDisk: status === 401 });
      expect(exporter.stats()).toMatchObject({ accepted: 3, delivered: 0, pending: isWaiting ? 3 : 0 });
      receiver.otherwise(204);
      emit(6);
      await expect(provider.forceFlush()).resolves.toBeUndefined();
      // Not wedged: all were exported. On a slow machine the gate can stay closed for longer than they have. A batch that is in its file
      // needs no more for its processor.
      const isOver = (): void => expect(exporter.stats()).toMatchObject({ accepted: 9, pending: 0 });
      await vi.waitFor(isOver, { timeout: where({ inMemory: 0, onDisk: 30_000 }) });
      if (status === 401) expect(exporter.stats()).toMatchObject({ delivered: isWaiting ? 9 : 6 });
      await expect(provider.shutdown()).resolves.toBeUndefined();
    });
  });

  describe('a timed-out export is not cancelled', () => {
    it('in the SDK, where five run at once', async () => {
      const exporter = new HeldExporter();
      const { provider, emit } = sdkSetup(exporter, { maxExportBatchSize: 1, exportTimeoutMillis: 10 });
      const five = new Promise<void>((resolve) => {
        exporter.onExport = (count) => {
          if (count === 5) resolve();
        };
      });
      emit(5);
      await five;
      expect(exporter.exports).toHaveLength(5); // and none is answered
      expect(errors.length).toBeGreaterThanOrEqual(4);
      expect(errors[0]).toContain('Timeout');
      exporter.answerAll();
      await provider.shutdown();
    });

    it('but the exporter answers in time, so that one runs at a time, when the endpoint never answers', async () => {
      await using receiver = await Receiver.start();
      receiver.otherwise(() => {});
      const remote = new RemoteLogRecordExporter({ url: receiver.url, retry: { maxElapsedMillis: 200 } });
      const open = { now: 0, most: 0, codes: [] as number[] };
      const exporter: LogRecordExporter = {
        export(records, resultCallback) {
          open.most = Math.max(open.most, ++open.now);
          remote.export(records, (result) => {
            open.now--;
            open.codes.push(result.code);
            resultCallback(result);
          });
        },
        forceFlush: () => remote.forceFlush(),
        shutdown: () => remote.shutdown(),
      };
      const { provider, emit } = sdkSetup(exporter, { maxExportBatchSize: 2 });
      emit(6);
      await provider.shutdown();
      // Records that are in a file are answered for.
      const code = where({ inMemory: 1, onDisk: 0 });
      expect(open).toEqual({ now: 0, most: 1, codes: [code, code, code] });
      expect(errors.filter((error) => error.includes('Timeout'))).toEqual([]);
      expectBalance(remote.stats(), 6);
      const pending = where({ inMemory: 0, onDisk: 6 });
      expect(remote.stats()).toMatchObject({ accepted: 6, delivered: 0, pending });
      expect(leftHere()).toEqual(left(...upTo(6)));
    });

    it('and has less time by default than the SDK gives it', () => {
      const { processor } = sdkSetup(new HeldExporter());
      const given = (processor as unknown as { _exportTimeoutMillis: unknown })._exportTimeoutMillis;
      expect(given).toBe(30_000);
      expect(resolveExporterConfig({ url: 'http://127.0.0.1:9/' }, {})?.exportTimeoutMillis).toBeLessThan(
        30_000,
      );
    });
  });

  describe("the timer of the batch processor is unref'd, so a script that logs 5 records and ends delivers", () => {
    it('none in the SDK', async () => {
      expect(await runChild('sdk-natural-end')).toMatchObject({ code: 0, stdout: 'exported 0\n' });
    });

    it('but 5 in the logger', async () => {
      await using receiver = await Receiver.start();
      expect(await runChild('natural-end', { args: [{ url: receiver.url }] })).toMatchObject({
        code: 0,
        stderr: '',
      });
      expect(idsAt(receiver).sort()).toEqual(upTo(5));
    });
  });

  describe('attributes', () => {
    class Turn {
      n = 1;
    }
    const circular: Record<string, unknown> = { name: 'c' };
    circular['self'] = circular;
    const odd: Record<string, unknown> = {
      date: new Date(0),
      error: new Error('e'),
      big: 12345678901234567890n,
      map: new Map([['a', 1]]),
      instance: new Turn(),
      circular,
    };
    const throwing = {
      get bad(): never {
        throw new Error('no');
      },
    };
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, index]));

    it('lose values and keys, and a getter throws into the caller, in the SDK', async () => {
      const exporter = new HeldExporter();
      exporter.onExport = () => exporter.exports.at(-1)?.answer({ code: 0 });
      const { provider, logger } = sdkSetup(exporter);
      logger.emit({ attributes: { ...odd, ok: 1 } as LogAttributes });
      logger.emit({ attributes: many });
      expect(() => logger.emit({ attributes: throwing as unknown as LogAttributes })).toThrow('no');
      await provider.forceFlush();
      const [first, second] = exporter.exported;
      expect(first?.attributes).toEqual({ ok: 1 });
      expect(Object.keys(second?.attributes ?? {})).toHaveLength(128);
      await provider.shutdown();
    });

    it('are not where the data goes in the SDK: a body is kept by reference', async () => {
      const exporter = new HeldExporter();
      exporter.onExport = () => exporter.exports.at(-1)?.answer({ code: 0 });
      const { provider, logger } = sdkSetup(exporter);
      const body = { state: 'as logged' };
      logger.emit({ body });
      body.state = 'changed';
      await provider.forceFlush();
      expect(exporter.exported[0]?.body).toBe(body);
      expect(exporter.exported[0]?.body).toEqual({ state: 'changed' });
      await provider.shutdown();
    });

    it('lose nothing in the logger', async () => {
      await using receiver = await Receiver.start();
      const logger = create({ url: receiver.url, concurrency: 1 });
      const data = { ...odd, state: 'as logged' };
      logger.log(data);
      data.state = 'changed';
      logger.log(many);
      logger.log(throwing);
      expect(await logger.flush()).toEqual(allDelivered(3));
      const [first, second, third] = receiver.requests.map(({ body }) => JSON.parse(body));
      expect(first).toEqual({
        date: '1970-01-01T00:00:00.000Z',
        error: expect.stringContaining('"message":"e"'),
        big: expect.any(Number),
        map: '{"a":1}',
        instance: '{"n":1}',
        circular: '{"name":"c","self":"[Circular]"}',
        state: 'as logged',
      });
      expect(receiver.requests[0]?.body).toContain('"big":12345678901234567890');
      expect(second).toEqual(many);
      expect(third).toEqual({ bad: '[Threw: no]' });
    });
  });

  describe('OTEL_BLRP_* variables', () => {
    beforeEach(() => {
      vi.stubEnv('OTEL_BLRP_MAX_EXPORT_BATCH_SIZE', '3');
      vi.stubEnv('OTEL_BLRP_MAX_QUEUE_SIZE', '7');
      vi.stubEnv('OTEL_BLRP_SCHEDULE_DELAY', '600000');
    });

    it('mean nothing to the batch processor of the SDK', async () => {
      const exporter = new HeldExporter();
      exporter.onExport = () => exporter.exports.at(-1)?.answer({ code: 0 });
      const { provider, emit } = sdkSetup(exporter);
      emit(10);
      await provider.forceFlush();
      expect(exporter.exports.map(({ records }) => records.length)).toEqual([10]);
      await provider.shutdown();
    });

    it('but are read by the logger', async () => {
      await using receiver = await Receiver.start();
      const logger = create({ url: receiver.url, format: 'array', concurrency: 1 });
      for (let id = 0; id < 10; id++) logger.log({ id });
      expect(await logger.flush()).toEqual(admitted(7, 10));
      const batches = where({ inMemory: [3, 3, 1], onDisk: [3, 3, 3, 1] });
      expect(receiver.requests.map(({ body }) => JSON.parse(body).length)).toEqual(batches);
    });
  });
});
