import { logs } from '@opentelemetry/api-logs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bridgeLoggerProviders } from '../src/index.js';
import { API_KEY, forgetGlobals } from './support/globals.js';

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
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('different ones and stay so'), {
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
