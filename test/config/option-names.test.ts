import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { describe, expect, it } from 'vitest';
import {
  createRemoteLogger,
  RemoteLogRecordExporter,
  registerRemoteLogging,
  toFlatDict,
  withFlush,
} from '../../src/index.js';

const error = (message: string): TypeError => new TypeError(`otel-remote-logger: ${message}`);
const LISTED =
  'url, headers, format, compression, timeoutMillis, metadata, resource, maxPayloadBytes, concurrency';

/** As JavaScript gives them, which nothing has checked. */
const any = (options: unknown): object => options as object;

describe('an unknown option throws a TypeError that names the nearest known one', () => {
  it.each<[given: object, message: string]>([
    [{ concurency: 3 }, 'there is no option "concurency"; did you mean "concurrency"?'],
    [{ timeout: 3 }, 'there is no option "timeout"; did you mean "timeoutMillis"?'],
    [{ URL: 'http://127.0.0.1/' }, 'there is no option "URL"; did you mean "url"?'],
    [{ max_queue_size: 3 }, 'there is no option "max_queue_size"; did you mean "maxQueueSize"?'],
    [{ ondorp: () => {} }, 'there is no option "ondorp"; did you mean "onDrop"?'],
    [
      { maxElapsedMillis: 3 },
      'there is no option "maxElapsedMillis"; did you mean "retry.maxElapsedMillis"?',
    ],
    [
      { retry: { maxElapsed: 3 } },
      'there is no option "retry.maxElapsed"; did you mean "retry.maxElapsedMillis"?',
    ],
    [{ retry: { concurrency: 3 } }, 'there is no option "retry.concurrency"; did you mean "concurrency"?'],
    [
      { batch: { exportTimeout: 3 } },
      'there is no option "batch.exportTimeout"; did you mean "batch.exportTimeoutMillis"?',
    ],
    [{ loggerProvidor: {} }, 'there is no option "loggerProvidor"; did you mean "loggerProvider"?'],
    [{ concurency: undefined }, 'there is no option "concurency"; did you mean "concurrency"?'],
    [{ endpoint: 'http://127.0.0.1/' }, `there is no option "endpoint"; the nearest is "`],
    [{ endpoint: 'http://127.0.0.1/' }, ` of ${LISTED}`],
  ])('createRemoteLogger(%j)', (given, message) => {
    expect(() => createRemoteLogger(given)).toThrow(TypeError);
    expect(() => createRemoteLogger(given)).toThrow(message);
  });

  it('where there is a URL, too, and in the exporter and what registers', async () => {
    const url = 'http://127.0.0.1:1/';
    const expected = error('there is no option "formats"; did you mean "format"?');
    expect(() => createRemoteLogger(any({ url, formats: 'array' }))).toThrow(expected);
    expect(() => new RemoteLogRecordExporter(any({ url, formats: 'array' }))).toThrow(expected);
    await expect(registerRemoteLogging(any({ url, formats: 'array' }))).rejects.toThrow(expected);
  });

  it.each<[given: object, message: string]>([
    [
      { maxQueueSize: 9 },
      'there is no option "maxQueueSize"; it belongs to createRemoteLogger() and registerRemoteLogging(), and the like of it to the BatchLogRecordProcessor of an exporter',
    ],
    [
      { batch: {} },
      'there is no option "batch"; it belongs to createRemoteLogger() and registerRemoteLogging(), and the like of it to the BatchLogRecordProcessor of an exporter',
    ],
    [
      { flushOnSignals: ['SIGTERM'] },
      'there is no option "flushOnSignals"; it belongs to createRemoteLogger() and registerRemoteLogging()',
    ],
    [{ loggerProvider: {} }, 'there is no option "loggerProvider"; it belongs to createRemoteLogger()'],
  ])("an exporter says where a logger's belongs: %j", (given, message) => {
    expect(() => new RemoteLogRecordExporter(given)).toThrow(error(message));
  });

  it('registerRemoteLogging() says where loggerProvider belongs', async () => {
    await expect(registerRemoteLogging(any({ loggerProvider: {} }))).rejects.toThrow(
      error('there is no option "loggerProvider"; it belongs to createRemoteLogger()'),
    );
  });

  it('flush(), shutdown() and withFlush()', async () => {
    const logger = createRemoteLogger({ url: 'http://127.0.0.1:1/' });
    const expected = error('there is no option "timeout"; did you mean "timeoutMillis"?');
    await expect(logger.flush(any({ timeout: 5 }))).rejects.toThrow(expected);
    await expect(logger.shutdown(any({ timeout: 5 }))).rejects.toThrow(expected);
    expect(() => withFlush(() => {}, any({ timeout: 5 }))).toThrow(expected);
    await logger.shutdown();
  });

  it.each([[5000], [null], ['5000'], [[5000]]])('options that are %j are none', async (given) => {
    const logger = createRemoteLogger({ url: 'http://127.0.0.1:1/' });
    await expect(logger.flush(any(given))).rejects.toThrow(
      'otel-remote-logger: options must be an object, got',
    );
    expect(() => withFlush(() => {}, any(given))).toThrow(
      'otel-remote-logger: options must be an object, got',
    );
    await expect(registerRemoteLogging(any(given))).rejects.toThrow('options must be an object, got');
  });

  it('toFlatDict(), which refuses wrong values too', () => {
    const record = { body: 'text', attributes: {} } as ReadableLogRecord;
    expect(() => toFlatDict(record, any({ metdata: false }))).toThrow(
      error('there is no option "metdata"; did you mean "metadata"?'),
    );
    expect(() => toFlatDict(record, any({ metadata: 'no' }))).toThrow(
      error('option "metadata" must be true or false, got "no"'),
    );
    expect(toFlatDict(record, { metadata: false })).toEqual({ body: 'text' });
  });
});

it('known options pass, whatever their prototype', () => {
  expect(() => createRemoteLogger({ retry: { maxDelayMillis: 9 }, batch: {} })).not.toThrow();
  expect(() => createRemoteLogger(Object.assign(Object.create(null), { concurrency: 3 }))).not.toThrow();
});
