import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as api from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bridgeLoggerProviders } from '../../src/index.js';
import { type LogsOfCopy, loadApiLogsCopy, loadOldApiLogsCopy, writeApiCopy } from '../support/api-copy.js';
import { API_KEY, forgetGlobals } from '../support/globals.js';

const global = globalThis as { [API_KEY]?: { version: string; logs?: unknown } };

const provider = (name: string) => {
  const emitted: unknown[] = [];
  return { name, emitted, getLogger: () => ({ emit: (r: unknown) => emitted.push(r), enabled: () => true }) };
};

describe('the two global logger providers', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);

  beforeEach(() => {
    global[API_KEY] = { version: '1.10.0' };
  });

  afterEach(() => {
    forgetGlobals();
    Reflect.deleteProperty(globalThis, API_KEY);
    warn.mockClear();
  });

  it.each([
    ['in neither place', () => {}],
    ['with api-logs', (one) => void logs.setGlobalLoggerProvider(one)],
    ['with api', (one) => void Object.assign(global[API_KEY] ?? {}, { logs: one })],
  ] as [string, (one: ReturnType<typeof provider>) => void][])(
    'both deliver to a provider that is registered %s, once they are bridged',
    (_where, register) => {
      const one = provider('one');
      register(one);
      expect(bridgeLoggerProviders(one)).toBe(true);
      logs.getLogger('a').emit({ body: 1 });
      expect(logs.getLoggerProvider()).toBe(one);
      expect(global[API_KEY]?.logs).toBe(one);
      expect(one.emitted).toEqual([{ body: 1 }]);
      expect(warn).not.toHaveBeenCalled();
    },
  );

  it('are bridged from the one that is registered where none is named', () => {
    const one = provider('one');
    logs.setGlobalLoggerProvider(one);
    expect(bridgeLoggerProviders()).toBe(true);
    expect(global[API_KEY]?.logs).toBe(one);
    expect(bridgeLoggerProviders()).toBe(true);
  });

  it('are left alone where there is none', () => {
    expect(bridgeLoggerProviders()).toBe(false);
    expect(global[API_KEY]?.logs).toBeUndefined();
  });

  it('are never replaced: another one stays, and that is told', () => {
    const [one, other] = [provider('one'), provider('other')];
    logs.setGlobalLoggerProvider(other);
    expect(bridgeLoggerProviders(one)).toBe(false);
    expect(logs.getLoggerProvider()).toBe(other);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('are different, and both stay'), {
      code: 'REMOTE_LOGGER_CONFIG',
    });
  });

  it('are not bridged to what is no provider', () => {
    expect(() => bridgeLoggerProviders({} as never)).toThrow(
      'option "provider" must be a LoggerProvider, got an object',
    );
  });

  it('are one where the API has registered nothing and has no logs', async () => {
    Reflect.deleteProperty(globalThis, API_KEY);
    const one = provider('one');
    expect(bridgeLoggerProviders(one)).toBe(true);
    expect(logs.getLoggerProvider()).toBe(one);
  });
});

describe('a logger that was made before, in another copy of the API', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
  const root = mkdtempSync(join(tmpdir(), 'otel-remote-logger-copies-'));
  const require = createRequire(import.meta.url);
  const argv = [...process.argv];
  let count = 0;
  /** An application's folder, whose main script is the process's. */
  const app = () => {
    const folder = join(root, `app-${count++}`);
    process.argv[1] = join(folder, 'main.js');
    return folder;
  };

  afterEach(() => {
    forgetGlobals();
    Reflect.deleteProperty(globalThis, API_KEY);
    process.argv = [...argv];
    warn.mockClear();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  /** Bridges a provider; says what arrives at once from loggers that were made before and after. */
  function bridged({ logs: copy }: LogsOfCopy) {
    const one = provider('one');
    const early = copy.getLogger('early');
    expect(bridgeLoggerProviders(one)).toBe(true);
    early.emit({ body: 'early' });
    copy.getLogger('late').emit({ body: 'late' });
    return one.emitted;
  }
  const both = [{ body: 'early' }, { body: 'late' }];

  it('delivers where require() has loaded that copy, in whatever folder', () => {
    expect(bridged(loadApiLogsCopy(join(app(), 'node_modules/@opentelemetry/instrumentation')))).toEqual(
      both,
    );
    expect(warn).not.toHaveBeenCalled();
  });

  it.each(['1.10.0', '1.10.1', '1.9.0', '1.11.0'])(
    'delivers from @opentelemetry/api 1.10.0 where what is registered is of %s, and stays',
    (version) => {
      const registered = { version, trace: {} };
      global[API_KEY] = registered;
      expect(bridged(require(writeApiCopy(app(), '1.10.0').byRequire))).toEqual(both);
      expect(global[API_KEY]).toBe(registered);
      expect(registered).toMatchObject({ version, trace: {} });
    },
  );

  it('delivers where nobody has registered anything', () => {
    expect(bridged(require(writeApiCopy(app(), '1.10.0').byRequire))).toEqual(both);
  });

  // From 1.10 on, our own copy has to make the global, which is of its version then.
  it.skipIf('logs' in api)('leaves nothing behind by which another version could not register then', () => {
    expect(bridged(require(writeApiCopy(app(), '1.10.0').byRequire))).toEqual(both);
    expect(global[API_KEY]).toBeUndefined();
  });

  it.each([
    ['the main script', (folder: string) => writeApiCopy(folder, '1.10.0').byImport],
    [
      'an OpenTelemetry package',
      (folder: string) =>
        writeApiCopy(join(folder, 'node_modules/@opentelemetry/instrumentation'), '1.10.0').byImport,
    ],
    [
      'one that pnpm has linked',
      (folder: string) => {
        const store = join(folder, 'node_modules/.pnpm/instrumentation@0.300.0');
        const scope = join(folder, 'node_modules/@opentelemetry');
        mkdirSync(join(store, 'node_modules/@opentelemetry/instrumentation'), { recursive: true });
        mkdirSync(scope);
        symlinkSync(
          join(store, 'node_modules/@opentelemetry/instrumentation'),
          join(scope, 'instrumentation'),
        );
        return writeApiCopy(store, '1.10.0').byImport;
      },
    ],
  ])('delivers from an ES module, which %s finds', async (_who, write) => {
    expect(bridged(await import(write(app())))).toEqual(both);
  });

  it('delivers from a newer @opentelemetry/api that is loaded later, and so takes no notice of what is registered', () => {
    global[API_KEY] = { version: '1.10.0' };
    const { byRequire } = writeApiCopy(app(), '1.11.0');
    const one = provider('one');
    bridgeLoggerProviders(one);
    (require(byRequire) as LogsOfCopy).logs.getLogger('late').emit({ body: 'late' });
    expect(one.emitted).toEqual([{ body: 'late' }]);
  });

  it('is lost where its copy asks the global only once: that is told, once, with the copy and what to do', () => {
    const folder = app();
    const copy = loadOldApiLogsCopy(folder);
    expect(bridged(copy)).toEqual([{ body: 'late' }]);
    bridgeLoggerProviders();
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /@opentelemetry\/api-logs 0\.53\.0 \(.*index\.js\): .*--import otel-remote-logger\/register.*npm ls/,
        ),
        { code: 'REMOTE_LOGGER_CONFIG' },
      ],
    ]);
    expect(warn.mock.calls[0]?.[0]).toContain(folder);
  });
});
