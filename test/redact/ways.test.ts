import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logs } from '@opentelemetry/api-logs';
import {
  BatchLogRecordProcessor,
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createRemoteLogger,
  type Loss,
  RemoteLogRecordExporter,
  registerRemoteLogging,
  SECRET_KEYS,
} from '../../src/index.js';
import { turn } from '../support/fake-clock.js';
import { forgetGlobals } from '../support/globals.js';
import { Receiver } from '../support/receiver.js';
import { tempDirectory } from '../support/spool.js';

const X = '[Redacted]';
const DATA = { ip: '10.0.0.1', user: { password: 's', name: 'n' } };
const SENT = { ip: X, user: `{"password":"${X}","name":"n"}` };
const redact = [...SECRET_KEYS, 'ip'];

afterEach(() => {
  forgetGlobals();
  Reflect.deleteProperty(globalThis, Symbol.for('otel-remote-logger.logging'));
  vi.unstubAllEnvs();
});

describe('a record is redacted', () => {
  it('by a logger, with metadata or without', async () => {
    await using receiver = await Receiver.start();
    for (const metadata of [false, true]) {
      await using logger = createRemoteLogger({ url: receiver.url, redact, metadata });
      logger.log(DATA);
    }
    expect(receiver.records).toEqual([SENT, expect.objectContaining(SENT)]);
  });

  it('as the variable says', async () => {
    await using receiver = await Receiver.start();
    vi.stubEnv('REMOTE_LOGGER_URL', receiver.url);
    vi.stubEnv('REMOTE_LOGGER_REDACT', 'SECRET_KEYS, ip');
    await using logger = createRemoteLogger();
    logger.log(DATA);
    await logger.flush();
    expect(receiver.records).toEqual([SENT]);
  });

  it('before it is handed to a provider of the application', async () => {
    const exporter = new InMemoryLogRecordExporter();
    const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const logger = createRemoteLogger({ loggerProvider, redact });
    logger.log(DATA);
    await logger.flush();
    expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual([SENT]);
  });

  it('by an exporter, in its body and its attributes, and not in its metadata', async () => {
    await using receiver = await Receiver.start();
    const exporter = new RemoteLogRecordExporter({ url: receiver.url, redact: [...redact, '**.*name'] });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    const attributes = { 'http.request.header.authorization': ['Bearer s'], ip: '10.0.0.1', n: 1 };
    provider.getLogger('scope').emit({ body: DATA, attributes, eventName: 'e' });
    provider.getLogger('scope').emit({ body: 'http://u:s@h', attributes });
    await provider.shutdown();
    expect(receiver.records).toEqual([
      expect.objectContaining({
        ip: X,
        user: `{"password":"${X}","name":"${X}"}`,
        'attributes.ip': X,
        'http.request.header.authorization': X,
        n: 1,
        scope_name: 'scope',
        event_name: 'e',
        resource: expect.stringContaining('"service.name":"'),
      }),
      expect.objectContaining({ body: `http://${X}@h`, ip: X }),
    ]);
  });

  it('by what registers', async () => {
    await using receiver = await Receiver.start();
    const logging = await registerRemoteLogging({ url: receiver.url, redact });
    logs.getLogger('l').emit({ body: DATA, attributes: { password: 's' } });
    await logging.shutdown();
    expect(receiver.records).toEqual([expect.objectContaining({ ...SENT, password: X, scope_name: 'l' })]);
  });

  it('before it is on disk', async () => {
    using directory = tempDirectory();
    await using receiver = await Receiver.start();
    receiver.otherwise(503);
    const logger = createRemoteLogger({ url: receiver.url, redact, spool: directory.path });
    logger.log({ ...DATA, ip: 'an-address' });
    await turn();
    await logger.shutdown({ timeoutMillis: 0 });
    const files = (readdirSync(directory.path, { recursive: true }) as string[]).filter((name) =>
      /\.log$/.test(name),
    );
    const texts = files.map((name) => readFileSync(join(directory.path, name), 'utf8'));
    expect(texts.join()).toContain(X);
    expect(texts.join()).not.toContain('an-address');
  });

  it('before onDrop sees it, whatever became of it', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(400);
    const losses: Loss[] = [];
    const onDrop = (loss: Loss): unknown => losses.push(loss);
    const logger = createRemoteLogger({ url: receiver.url, redact, onDrop: onDrop as never });
    logger.log(DATA);
    await logger.shutdown();
    logger.log(DATA);
    await turn();
    expect(losses.map(({ reason, sample }) => [reason, sample])).toEqual([
      ['rejected', SENT],
      ['shutdown', SENT],
    ]);
  });
});

it("an application's objects stay as they are", async () => {
  await using receiver = await Receiver.start();
  await using logger = createRemoteLogger({
    url: receiver.url,
    redact: { paths: ['**.password', '*.*', 'ip'] },
  });
  const data = { ...structuredClone(DATA), map: new Map([['password', { a: 's' }]]) };
  const before = structuredClone(data);
  logger.log(data);
  expect(data).toEqual(before);
});
