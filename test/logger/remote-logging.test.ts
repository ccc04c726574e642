import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';
import { logs, SeverityNumber } from '@opentelemetry/api-logs';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type * as api from '../../src/index.js';
import { createRemoteLogger, registerRemoteLogging } from '../../src/index.js';
import { type Ended, runChild } from '../support/child.js';
import { forgetGlobals } from '../support/globals.js';
import { Receiver } from '../support/receiver.js';

const LOGGING_KEY = Symbol.for('otel-remote-logger.logging');

afterEach(() => {
  forgetGlobals();
  Reflect.deleteProperty(globalThis, LOGGING_KEY);
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('registerRemoteLogging()', () => {
  it('sends what the application logs through OpenTelemetry, with metadata, and accounts for it', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('OTEL_SERVICE_NAME', 'shop');
    const early = logs.getLogger('early');
    const logging = await registerRemoteLogging({ url: receiver.url });
    early.emit({ body: 'from before', severityText: 'INFO', severityNumber: SeverityNumber.INFO });
    logs.getLogger('late').emit({ body: { a: 1 }, attributes: { b: { c: 2 } } });
    expect(await logging.flush()).toEqual({ accepted: 2, delivered: 2, pending: 0, failed: {}, dropped: {} });
    expect(receiver.records).toEqual([
      expect.objectContaining({ body: 'from before', severity_number: 9, scope_name: 'early' }),
      expect.objectContaining({ a: 1, b: '{"c":2}', scope_name: 'late' }),
    ]);
    expect(receiver.records[0]?.['resource']).toContain('"service.name":"shop"');
    await logging.shutdown();
    logs.getLogger('late').emit({ body: 'too late' });
    expect(logging.stats().dropped).toEqual({ shutdown: 1 });
  });

  it('drops nothing by its severity: GenAI events come as DEBUG', async () => {
    await using receiver = await Receiver.start();
    const logging = await registerRemoteLogging({ url: receiver.url });
    const logger = logs.getLogger('gen_ai');
    const severities = [SeverityNumber.TRACE, SeverityNumber.DEBUG, SeverityNumber.UNSPECIFIED];
    for (const severityNumber of severities)
      logger.emit({
        eventName: 'gen_ai.client.inference.operation.details',
        severityNumber,
        attributes: {
          'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'Hi!' }] }],
        },
      });
    await logging.shutdown();
    expect(receiver.records.map(({ severity_number }) => severity_number)).toEqual(severities);
    for (const record of receiver.records)
      expect(record).toMatchObject({
        event_name: 'gen_ai.client.inference.operation.details',
        'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"Hi!"}]}]',
      });
  });

  it('sends the data alone where the variable says that metadata is off', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('REMOTE_LOGGER_METADATA', 'false');
    const logging = await registerRemoteLogging({ url: receiver.url });
    logs.getLogger('chat').emit({ body: { model: 'vicuna-13b' } });
    await logging.shutdown();
    expect(receiver.records).toEqual([{ model: 'vicuna-13b' }]);
  });

  it('sends the data alone where metadata is off', async () => {
    await using receiver = await Receiver.start();
    const logging = await registerRemoteLogging({ url: receiver.url, metadata: false });
    logs.getLogger('a').emit({ body: 'text', attributes: { b: 1 } });
    await logging.shutdown();
    expect(receiver.records).toEqual([{ body: 'text', b: 1 }]);
  });

  const MIB = 1024 * 1024;
  it.each<[string, object]>([
    ['a body', { body: 'x'.repeat(17 * MIB) }],
    ['a map body', { body: { k: 1, text: 'x'.repeat(17 * MIB) } }],
    ['an attribute', { body: 'text', attributes: { text: 'x'.repeat(17 * MIB) } }],
    ['an event name', { body: 'text', eventName: 'x'.repeat(17 * MIB) }],
    [
      'body and attributes together',
      { body: 'x'.repeat(MIB * 0.6), attributes: { a: 'x'.repeat(MIB * 0.6) } },
    ],
  ])('drops what is too large, and never sends a stand-in in its place: %s', async (_, record) => {
    await using receiver = await Receiver.start();
    const logging = await registerRemoteLogging({ url: receiver.url, onDrop: vi.fn() });
    vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    logs.getLogger('a').emit(record);
    logs.getLogger('a').emit({ body: 'small' });
    expect(await logging.shutdown()).toMatchObject({ accepted: 1, delivered: 1, dropped: { too_large: 1 } });
    expect(receiver.records.map(({ body }) => body)).toEqual(['small']);
  });

  it('drops a record whose metadata can not be read, and never throws at whoever emits it', async () => {
    vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const logging = await registerRemoteLogging({ url: 'http://127.0.0.1:9/' });
    const noFlags = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
    } as SpanContext;
    const context = trace.setSpanContext(ROOT_CONTEXT, noFlags);
    expect(() => logs.getLogger('a').emit({ body: 'text', context })).not.toThrow();
    expect(logging.stats()).toMatchObject({ accepted: 0, dropped: { internal: 1 } });
    await logging.shutdown();
  });

  it('registers once a process', async () => {
    const options = { url: 'http://127.0.0.1:9/' };
    const [one, two] = await Promise.all([registerRemoteLogging(options), registerRemoteLogging(options)]);
    expect(one).toBe(two);
    expect(logs.getLoggerProvider()).toBe(one.loggerProvider);
  });

  it('replaces no provider that is there, and says what to do instead', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const exporter = new InMemoryLogRecordExporter();
    const own = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    logs.setGlobalLoggerProvider(own);
    const logging = await registerRemoteLogging({ url: 'http://127.0.0.1:9/' });
    expect(logging.loggerProvider).toBeUndefined();
    expect(logs.getLoggerProvider()).toBe(own);
    const advice = expect.stringMatching(
      /registered already.*RemoteLogRecordExporter.*bridgeLoggerProviders/,
    );
    expect(warn).toHaveBeenCalledWith(advice, { code: 'REMOTE_LOGGER_CONFIG' });
  });

  it('has registered when the call returns: nothing that is logged then is lost', async () => {
    await using receiver = await Receiver.start();
    const registering = registerRemoteLogging({ url: receiver.url });
    logs.getLogger('at once').emit({ body: 'the next line' });
    expect(await (await registering).flush()).toMatchObject({ accepted: 1, delivered: 1 });
    expect(receiver.records).toEqual([expect.objectContaining({ body: 'the next line' })]);
  });

  it('does nothing without a URL', async () => {
    const before = logs.getLoggerProvider();
    const logging = await registerRemoteLogging();
    expect(logging.loggerProvider).toBeUndefined();
    expect(logs.getLoggerProvider()).toBe(before);
    expect(await logging.shutdown()).toMatchObject({ accepted: 0 });
  });

  it('rejects a wrong option, and can then be called with a right one', async () => {
    await expect(registerRemoteLogging({ url: 'nowhere' })).rejects.toThrow('option "url" must');
    await expect(registerRemoteLogging({ metadata: 1 as never })).rejects.toThrow('option "metadata" must');
    expect((await registerRemoteLogging({ url: 'http://127.0.0.1:9/' })).loggerProvider).toBeDefined();
  });
});

describe.each([['--import'], ['-r']])('node %s otel-remote-logger/register', (flag) => {
  const run = (env: Record<string, string>): Promise<Ended> =>
    runChild('registered', { flags: [flag, 'otel-remote-logger/register'], env });

  it('delivers what an application that knows nothing of it logs, up to its natural end', async () => {
    await using receiver = await Receiver.start();
    const { code, stdout, stderr } = await run({ REMOTE_LOGGER_URL: receiver.url });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toContain('@opentelemetry/api-logs');
    expect(receiver.records.map(({ body, id }) => [body, id])).toEqual(
      [0, 1, 2, 3, 4].map((id) => ['hello', id]),
    );
  });

  it.each([
    ['without a URL', {}],
    ['with an unusable one', { REMOTE_LOGGER_URL: 'ftp://127.0.0.1/', NODE_NO_WARNINGS: '1' }],
    ['that is disabled', { REMOTE_LOGGER_URL: 'http://127.0.0.1:9/', OTEL_SDK_DISABLED: 'true' }],
  ])('%s does nothing, and loads neither SDK nor HTTP client', async (_name, env) => {
    const { code, stdout, stderr } = await run(env);
    expect({ code, stderr, loaded: JSON.parse(stdout) }).toEqual({ code: 0, stderr: '', loaded: [] });
  });
});

describe('an application whose first line is', () => {
  it.each([
    ["require('otel-remote-logger/register')", 'require'],
    ["import 'otel-remote-logger/register'", 'import'],
  ])('%s delivers what its second line logs', async (_line, form) => {
    await using receiver = await Receiver.start();
    const { code, stderr } = await runChild('register-first', {
      args: [form],
      env: { REMOTE_LOGGER_URL: receiver.url },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(receiver.records).toEqual([expect.objectContaining({ body: 'the second line' })]);
  });
});

describe('two copies of the package', () => {
  let folder: string;
  let other: typeof api;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'otel-remote-logger-'));
    const dist = dirname(createRequire(import.meta.url).resolve('otel-remote-logger'));
    cpSync(dist, join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
    other = await import(/* @vite-ignore */ join(folder, 'dist/index.js'));
    expect(other.registerRemoteLogging).not.toBe(registerRemoteLogging);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('register once', async () => {
    const logging = await registerRemoteLogging({ url: 'http://127.0.0.1:9/' });
    expect(await other.registerRemoteLogging()).toBe(logging);
  });

  it('feed neither themselves nor each other', async () => {
    await using receiver = await Receiver.start();
    const logger = createRemoteLogger({ url: receiver.url });
    const headers = () => {
      logger.log({ about: 'a request of the other' });
      return {};
    };
    const others = other.createRemoteLogger({ url: receiver.url, headers });
    others.log({ a: 1 });
    await others.shutdown();
    await logger.shutdown();
    expect(logger.stats()).toMatchObject({ accepted: 0, dropped: { feedback: 1 } });
    expect(receiver.records).toEqual([{ a: 1 }]);
  });
});
