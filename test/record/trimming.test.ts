import { createHash } from 'node:crypto';
import { logs } from '@opentelemetry/api-logs';
import {
  BatchLogRecordProcessor,
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRemoteLogger, RemoteLogRecordExporter, registerRemoteLogging } from '../../src/index.js';
import { encodeRecord } from '../../src/record/encode-record.js';
import { flattenTrimmed } from '../../src/record/trimming.js';
import type { FlatDict } from '../../src/types/json.js';
import { forgetGlobals } from '../support/globals.js';
import { Receiver } from '../support/receiver.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000) / 10;
const LIMIT = 20_000;
const LONG = 'long text, '.repeat(4000);
const MARKER = /\[Trimmed: (\d+) bytes, sha256 ([\da-f]{32})\]/;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const bytesOf = (dict: unknown): number => Buffer.byteLength(encodeRecord(dict as FlatDict));
const trimmed = (data: unknown, limit = LIMIT): Record<string, string> => {
  const dict = flattenTrimmed(data, limit);
  expect(dict).toBeTypeOf('object');
  expect(bytesOf(dict)).toBeLessThanOrEqual(limit);
  return dict as Record<string, string>;
};

afterEach(() => {
  forgetGlobals();
  Reflect.deleteProperty(globalThis, Symbol.for('otel-remote-logger.logging'));
  vi.unstubAllEnvs();
});

describe('the longest texts of a record are cut until it fits', () => {
  it('with a marker that says how many bytes are gone, and the hash of all of it', () => {
    const { a = '', b, c } = trimmed({ a: LONG, b: 'short', c: 5 });
    const [marker = '', gone, hash] = MARKER.exec(a) ?? [];
    const kept = a.slice(0, -marker.length);
    expect(LONG.startsWith(kept)).toBe(true);
    expect(kept.length).toBeGreaterThan(LIMIT / 2);
    expect(Number(gone)).toBe(LONG.length - kept.length);
    expect(hash).toBe(sha256(LONG));
    expect([b, c]).toEqual(['short', 5]);
  });

  it('within nested data, which stays JSON, and with short ones left whole', () => {
    const messages = Array.from({ length: 10 }, (_, index) => [
      index % 2 ? 'USER' : 'ASSISTANT',
      index === 0 ? 'Hi!' : LONG.slice(0, 9000),
    ]);
    const { state = '' } = trimmed({
      state: { conv_id: 'c', messages, map: new Map([['k', LONG.slice(0, 9000)]]) },
    });
    const sent = JSON.parse(state);
    expect(sent.conv_id).toBe('c');
    expect(sent.messages[0]).toEqual(['ASSISTANT', 'Hi!']);
    for (const [, text] of sent.messages.slice(1)) expect(text).toMatch(MARKER);
    expect(sent.map.k).toMatch(MARKER);
  });

  it('with no half of a character', () => {
    for (let length = LIMIT; length < LIMIT + 4; length++) {
      const { a = '' } = trimmed({ a: `${'x'.repeat(length % 4)}${'😀'.repeat(length)}` });
      expect(a.isWellFormed()).toBe(true);
      expect(a).not.toContain('\ufffd');
    }
  });

  it('where they take more bytes than characters', () => {
    trimmed({ a: '"\n'.repeat(LIMIT), b: ['\u0000'.repeat(LIMIT)], c: '名'.repeat(LIMIT) });
    trimmed('x'.repeat(2 * LIMIT));
    trimmed(['x'.repeat(2 * LIMIT)]);
  });

  it('unless that would not help: then it is refused', () => {
    expect(flattenTrimmed({ a: Array.from({ length: LIMIT }, () => 1) }, LIMIT)).toBe('too_large');
    expect(flattenTrimmed({ a: Array.from({ length: LIMIT / 10 }, (_, id) => `text ${id}`) }, LIMIT)).toBe(
      'too_large',
    );
    expect(flattenTrimmed({ a: 'x'.repeat(9 * LIMIT) }, LIMIT)).toBe('too_large');
    expect(flattenTrimmed(undefined, LIMIT)).toBe('invalid');
  });

  it('and always fits, whatever it was', () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 50 })
      .chain((unit) => fc.nat(2000).map((times) => unit.repeat(times)));
    const value = fc.oneof(
      text,
      fc.array(text, { maxLength: 5 }),
      fc.dictionary(fc.string(), text, { maxKeys: 5 }),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value, { maxKeys: 5 }), (data) => {
        const before = structuredClone(data);
        const dict = flattenTrimmed(data, LIMIT);
        if (typeof dict === 'object') expect(bytesOf(dict)).toBeLessThanOrEqual(LIMIT);
        expect(data).toEqual(before);
      }),
      { numRuns },
    );
  });
});

describe('oversize: trim', () => {
  const OPTIONS = { maxPayloadBytes: LIMIT, oversize: 'trim' } as const;

  it.each([false, true])(
    'trims what a logger sends, with metadata: %s, counts it, and tells',
    async (metadata) => {
      await using receiver = await Receiver.start();
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
      await using logger = createRemoteLogger({
        ...OPTIONS,
        url: receiver.url,
        metadata,
        maxPayloadBytes: LIMIT + Number(metadata),
      });
      logger.log({ a: LONG, password: 's' });
      logger.log({ a: 1 });
      logger.log({ a: Array.from({ length: LIMIT }, () => 1) });
      expect(await logger.flush()).toMatchObject({
        accepted: 2,
        delivered: 2,
        trimmed: 1,
        dropped: { too_large: 1 },
      });
      expect(receiver.records).toContainEqual(expect.objectContaining({ a: expect.stringMatching(MARKER) }));
      expect(warn).toHaveBeenCalledWith(
        `otel-remote-logger: records above maxPayloadBytes, ${LIMIT + Number(metadata)}, are trimmed: their longest texts are cut`,
        { code: 'REMOTE_LOGGER_LOSS' },
      );
      warn.mockRestore();
    },
  );

  it('trims what has just too many bytes, though not too many characters', async () => {
    await using receiver = await Receiver.start();
    await using logger = createRemoteLogger({ ...OPTIONS, url: receiver.url });
    logger.log({ a: '名'.repeat(LIMIT / 2) });
    expect(await logger.flush()).toMatchObject({ delivered: 1, trimmed: 1 });
  });

  it('trims after redaction', async () => {
    await using receiver = await Receiver.start();
    const options = { ...OPTIONS, url: receiver.url, redact: { paths: ['a'], patterns: [/long/] } };
    await using logger = createRemoteLogger(options);
    logger.log({ a: LONG, b: LONG });
    await logger.flush();
    expect(receiver.records).toEqual([{ a: '[Redacted]', b: expect.stringMatching(/^\[Redacted\] text, /) }]);
    expect(receiver.requests[0]?.body).not.toContain('long');
  });

  it('trims what is handed to a provider of the application, as the variable says', async () => {
    vi.stubEnv('REMOTE_LOGGER_OVERSIZE', 'trim');
    const exporter = new InMemoryLogRecordExporter();
    const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const logger = createRemoteLogger({ loggerProvider, maxPayloadBytes: LIMIT });
    logger.log({ a: LONG, b: undefined });
    expect(await logger.flush()).toMatchObject({ delivered: 1, trimmed: 1 });
    expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual([
      { a: expect.stringMatching(MARKER) },
    ]);
  });

  it('trims body and attributes in an exporter, and through what registers', async () => {
    await using receiver = await Receiver.start();
    const exporter = new RemoteLogRecordExporter({ ...OPTIONS, url: receiver.url });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const record = { body: LONG, attributes: { b: LONG, c: 1 } };
    provider.getLogger('l').emit(record);
    provider.getLogger('l').emit({ body: 'short' });
    await provider.shutdown();
    expect(exporter.stats()).toMatchObject({ accepted: 2, delivered: 2, trimmed: 1 });
    const logging = await registerRemoteLogging({ ...OPTIONS, url: receiver.url });
    logs.getLogger('l').emit(record);
    expect(await logging.shutdown()).toMatchObject({ accepted: 1, delivered: 1, trimmed: 1 });
    const sent = expect.objectContaining({
      body: expect.stringMatching(MARKER),
      b: expect.stringMatching(MARKER),
      c: 1,
      scope_name: 'l',
    });
    expect(receiver.records.filter(({ body }) => body !== 'short')).toEqual([sent, sent]);
  });

  it('leaves room for the metadata', async () => {
    await using receiver = await Receiver.start();
    const attributes = Array.from({ length: 12 }, (_, index) => `key${index}=${'v'.repeat(200)}`);
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', attributes.join());
    await using logger = createRemoteLogger({ ...OPTIONS, url: receiver.url, metadata: true });
    logger.log({ a: LONG });
    expect(await logger.flush()).toMatchObject({ delivered: 1, trimmed: 1 });
  });

  it.each([
    [100, false],
    [1000, false],
    [3000, true],
  ])(
    'leaves whole what fits, with a limit of %i bytes, and metadata: %s',
    async (maxPayloadBytes, metadata) => {
      await using receiver = await Receiver.start();
      await using logger = createRemoteLogger({ ...OPTIONS, maxPayloadBytes, metadata, url: receiver.url });
      const a = 'x'.repeat(maxPayloadBytes * 0.6);
      logger.log({ a });
      await logger.flush();
      expect(receiver.records).toEqual([expect.objectContaining({ a })]);
    },
  );

  it('is off by default', async () => {
    await using receiver = await Receiver.start();
    await using logger = createRemoteLogger({ url: receiver.url, maxPayloadBytes: LIMIT });
    logger.log({ a: LONG });
    expect(await logger.flush()).toEqual({
      accepted: 0,
      delivered: 0,
      pending: 0,
      failed: {},
      dropped: { too_large: 1 },
    });
  });
});
