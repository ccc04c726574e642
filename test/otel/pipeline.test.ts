import { LoggerProvider, type SdkLogRecord } from '@opentelemetry/sdk-logs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Pipeline } from '../../src/otel/pipeline.js';
import type { Chunk } from '../../src/queue/chunk.js';
import { Sender } from '../../src/sender/sender.js';
import { chunkOf } from '../support/chunks.js';
import { FakeClock } from '../support/fake-clock.js';
import { DELIVERED, FakeTransport } from '../support/fake-transport.js';

function setup() {
  const transport = new FakeTransport();
  const settings = {
    format: 'object',
    maxPayloadBytes: 1_000_000,
    concurrency: 100,
    exportTimeoutMillis: Number.POSITIVE_INFINITY,
    maxAgeMillis: Number.POSITIVE_INFINITY,
  } as const;
  const sender = new Sender(
    settings,
    transport,
    () => {},
    () => {},
    new FakeClock(),
  );
  const pipeline = new Pipeline(sender);
  const sent = (): number[] => transport.bodies.map(Number);
  return { pipeline, sent, transport };
}

let next = 0;
const chunk = (count: number): Chunk => chunkOf(Array.from({ length: count }, () => String(next++)));
const upTo = (count: number): number[] => [...Array(count).keys()];
/** A moment in which all promises have gone on, and no timer has. */
const moment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the way of records through the SDK', () => {
  afterEach(() => {
    vi.restoreAllMocks();
    next = 0;
  });

  it('leads each of them to the sender, in order, without a timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval'] });
    const { pipeline, sent } = setup();
    for (const count of [3, 1, 500]) pipeline.take(chunk(count));
    await moment();
    pipeline.take(chunk(2));
    await moment();
    expect(sent()).toEqual(upTo(506));
    vi.useRealTimers();
  });

  it('makes log records of them, in a batch for each flush', async () => {
    const emitted: SdkLogRecord[] = [];
    const { getLogger } = LoggerProvider.prototype;
    vi.spyOn(LoggerProvider.prototype, 'getLogger').mockImplementation(function (
      this: LoggerProvider,
      ...args
    ) {
      const logger = getLogger.apply(this, args);
      const emit = logger.emit.bind(logger);
      logger.emit = (record) => {
        emitted.push(record as unknown as SdkLogRecord);
        emit(record);
      };
      return logger;
    });
    const { pipeline, sent } = setup();
    pipeline.take(chunk(3));
    await moment();
    expect([emitted.length, sent()]).toEqual([3, upTo(3)]);
  });

  it('has room for about a millisecond of work of the batch processor', async () => {
    const { pipeline, sent } = setup();
    pipeline.take(chunk(1023));
    expect(pipeline.hasRoom).toBe(true);
    pipeline.take(chunk(1));
    expect(pipeline.hasRoom).toBe(false);
    await moment();
    expect(sent()).toHaveLength(1024);
    expect(pipeline.hasRoom).toBe(true);
  });

  it.each<[how: string, spoil: (emit: () => void, index: number) => void]>([
    ['loses some', (emit, index) => (index % 2 === 0 ? emit() : undefined)],
    ['loses the last', (emit, index) => (index < 8 ? emit() : undefined)],
    ['loses all', () => {}],
    ['throws at some', (emit, index) => (index % 3 === 0 ? emit() : JSON.parse('{'))],
  ])('sends also what the SDK does not give back: it %s', async (_, spoil) => {
    const { getLogger } = LoggerProvider.prototype;
    vi.spyOn(LoggerProvider.prototype, 'getLogger').mockImplementation(function (
      this: LoggerProvider,
      ...args
    ) {
      const logger = getLogger.apply(this, args);
      const emit = logger.emit.bind(logger);
      let index = 0;
      logger.emit = (record) => spoil(() => emit(record), index++);
      return logger;
    });
    const { pipeline, sent } = setup();
    for (const count of [4, 4, 1]) pipeline.take(chunk(count));
    await moment();
    pipeline.take(chunk(1));
    await moment();
    expect(sent()).toEqual(upTo(10));
  });

  it('ends with what is under way given up, and its provider shut down', async () => {
    const shutdown = vi.spyOn(LoggerProvider.prototype, 'shutdown');
    const { pipeline, transport } = setup();
    pipeline.take(chunk(1));
    await moment();
    await pipeline.close();
    expect(transport.closed).toBe(true);
    expect(shutdown).toHaveBeenCalledTimes(1);
    transport.answer(DELIVERED);
  });
});
