import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, expectTypeOf, test, vi } from 'vitest';
import * as api from '../src/index.js';
import {
  createRemoteLogger,
  type DeliveryStats,
  type Loss,
  type RemoteLogger,
  RemoteLogRecordExporter,
} from '../src/index.js';

const GLOBAL_KEY = Symbol.for('otel-remote-logger.logger');
const SOMEWHERE = 'http://127.0.0.1:9/logs';

afterEach(() => {
  vi.unstubAllEnvs();
  Reflect.deleteProperty(globalThis, GLOBAL_KEY);
});

test('the public names are these', () => {
  expect(Object.keys(api).sort()).toEqual([
    'CONTENT_KEYS',
    'RemoteLogRecordExporter',
    'SECRET_KEYS',
    'bridgeLoggerProviders',
    'createRemoteLogger',
    'flatten',
    'getRemoteLogger',
    'keyedHash',
    'registerRemoteLogging',
    'setRemoteLogger',
    'toFlatDict',
    'withFlush',
  ]);
});

describe('a logger', () => {
  test.each([
    ['that is off', '', false],
    ['that is on', SOMEWHERE, true],
  ])('%s has the same members', async (_name, url, enabled) => {
    const logger = createRemoteLogger({ url });
    expect(logger.enabled).toBe(enabled);
    for (const method of ['log', 'child', 'stats', 'flush', 'shutdown', Symbol.asyncDispose] as const) {
      expect(logger[method]).toBeTypeOf('function');
    }
    const nothing = { accepted: 0, delivered: 0, pending: 0, failed: {}, dropped: {} };
    expect(logger.stats()).toEqual(nothing);
    expect(await logger.flush()).toEqual(nothing);
    expect(await logger.shutdown()).toEqual(nothing);
    expect(await logger[Symbol.asyncDispose]()).toBeUndefined();
  });

  test('that is off counts nothing, whatever it is given', async () => {
    const logger = createRemoteLogger({ url: '' });
    logger.log({ a: 1 });
    logger.log(undefined as never);
    expect(await logger.shutdown({ timeoutMillis: 0 })).toEqual(logger.stats());
    expect(logger.stats().accepted).toBe(0);
  });

  test('that is off asks nothing of its deadline, one that is on refuses a wrong one', async () => {
    await createRemoteLogger({ url: '' }).flush({ timeoutMillis: -1 });
    const logger = createRemoteLogger({ url: SOMEWHERE });
    const message = 'option "timeoutMillis" must be an integer from 0 to 2147483647, got -1';
    await expect(logger.flush({ timeoutMillis: -1 })).rejects.toThrow(message);
    await expect(logger.shutdown({ timeoutMillis: -1 })).rejects.toThrow(TypeError);
  });

  test('a wrong option throws where it is made', () => {
    expect(() => createRemoteLogger({ concurrency: 0 })).toThrow(TypeError);
    expect(() => new RemoteLogRecordExporter({ concurrency: 0 })).toThrow(TypeError);
  });
});

describe('one process has one logger', () => {
  test('over two copies of the package', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otel-remote-logger-'));
    try {
      vi.stubEnv('REMOTE_LOGGER_URL', SOMEWHERE);
      const [one, other] = await Promise.all(['one', 'other'].map((name) => copyOfPackage(folder, name)));
      expect(one?.getRemoteLogger).not.toBe(other?.getRemoteLogger);
      expect(one?.getRemoteLogger().enabled).toBe(true);
      expect(other?.getRemoteLogger()).toBe(one?.getRemoteLogger());
      const own = createRemoteLogger({ url: '' });
      one?.setRemoteLogger(own);
      expect(other?.getRemoteLogger()).toBe(own);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('that is set up from variables at the first call', () => {
    vi.stubEnv('REMOTE_LOGGER_URL', SOMEWHERE);
    const logger = api.getRemoteLogger();
    vi.stubEnv('REMOTE_LOGGER_URL', '');
    expect(api.getRemoteLogger()).toBe(logger);
    expect(logger.enabled).toBe(true);
  });

  test('and as many others as are created', () => {
    vi.stubEnv('REMOTE_LOGGER_URL', SOMEWHERE);
    const loggers = [api.getRemoteLogger(), createRemoteLogger(), createRemoteLogger()];
    expect(new Set(loggers).size).toBe(3);
  });
});

test('the types are what callers need', () => {
  interface Turn {
    model: string;
    usage: { tokens: number };
  }
  const turn: Turn = { model: 'm', usage: { tokens: 1 } };

  expectTypeOf<RemoteLogger['log']>().toBeCallableWith(turn);
  expectTypeOf<RemoteLogger['log']>().toBeCallableWith({ any: [new Date(), 1n, undefined] });
  expectTypeOf<RemoteLogger['log']>().toBeCallableWith('bare');
  // @ts-expect-error There is nothing to send.
  expectTypeOf<RemoteLogger['log']>().toBeCallableWith(undefined);
  expectTypeOf<RemoteLogger['log']>().returns.toBeVoid();

  expectTypeOf(createRemoteLogger).toBeCallableWith({ url: undefined, headers: async () => ({ a: 'b' }) });
  // @ts-expect-error A misspelled option.
  expectTypeOf(createRemoteLogger).toBeCallableWith({ urll: SOMEWHERE });

  expectTypeOf<RemoteLogger['child']>().toBeCallableWith(turn);
  expectTypeOf<RemoteLogger['child']>().toBeCallableWith((): Turn | undefined => turn);
  expectTypeOf<RemoteLogger['child']>().returns.toEqualTypeOf<RemoteLogger>();
  // @ts-expect-error No fields.
  expectTypeOf<RemoteLogger['child']>().toBeCallableWith('text');
  expectTypeOf(createRemoteLogger).toBeCallableWith({ beforeSend: (record) => ({ ...record, turn }) });
  // @ts-expect-error It must answer at once.
  expectTypeOf(createRemoteLogger).toBeCallableWith({ beforeSend: async (record) => record });
  // @ts-expect-error It must say whether to send it.
  expectTypeOf(createRemoteLogger).toBeCallableWith({ beforeSend: (record) => void record });
  expectTypeOf(api.setRemoteLogger).parameters.toEqualTypeOf<[RemoteLogger | undefined]>();
  expectTypeOf<ReturnType<RemoteLogger['flush']>>().toEqualTypeOf<Promise<DeliveryStats>>();
  expectTypeOf<RemoteLogger>().toExtend<AsyncDisposable>();
  expectTypeOf(api.flatten(turn)).toEqualTypeOf<api.FlatDict>();
  // All reasons are words from a closed set.
  expectTypeOf<Loss['reason']>().toEqualTypeOf<api.DropReason | api.FailReason>();
});

async function copyOfPackage(folder: string, name: string): Promise<typeof api> {
  cpSync(fileURLToPath(new URL('../dist', import.meta.url)), join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return import(/* @vite-ignore */ pathToFileURL(join(folder, name, 'index.js')).href);
}
