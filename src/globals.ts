import type { LoggerProvider } from '@opentelemetry/api-logs';
import { type Forget, registerWithPackages as registerAtOnce, registerWithEsModule } from './api-packages.js';
import { textOf } from './foreign.js';
import { apiGlobal, tell } from './otel-api.js';
import { isLoggerProvider, wrongOption } from './rules.js';
import { warn } from './warnings.js';

/** Where api-logs keeps the global logger provider, for all its copies: a function that is asked by version. */
const API_LOGS_KEY = Symbol.for('io.opentelemetry.js.api.logs');
const API_LOGS_VERSION = 1;

type ApiLogsGlobal = (version: number) => LoggerProvider;

const NOOP_PROVIDER: LoggerProvider = { getLogger: () => ({ emit() {}, enabled: () => false }) };

const global = globalThis as { [API_LOGS_KEY]?: ApiLogsGlobal };

/** The global logger provider of `@opentelemetry/api-logs`, which SDK 0.223 registers with. */
const inApiLogs = (): LoggerProvider | undefined => global[API_LOGS_KEY]?.(API_LOGS_VERSION);

/** The one of `@opentelemetry/api` from 1.10 on, which SDK 3 registers with. */
const inApi = (): LoggerProvider | undefined => apiGlobal()?.logs;

/** Whether anybody has registered a logger provider, on either line. */
export const hasGlobalLoggerProvider = (): boolean => (inApiLogs() ?? inApi()) !== undefined;

/**
 * Makes both global logger providers deliver to `provider`: the one of `@opentelemetry/api-logs` (SDK 0.223) and the one
 * of `@opentelemetry/api` 1.10 (SDK 3), which do not see each other. Default: the one that is registered already. Loggers
 * that were made before deliver to it a moment later. Replaces nothing: if one of them is another provider,
 * it stays, and a warning says so. Returns whether both deliver to it. Throws a `TypeError` for what is no provider.
 */
export function bridgeLoggerProviders(
  provider: LoggerProvider | undefined = inApi() ?? inApiLogs(),
): boolean {
  if (provider === undefined) {
    tell('warn', 'no logger provider is registered yet, so there is nothing to bridge');
    return false;
  }
  if (!isLoggerProvider.accepts(provider)) throw wrongOption('provider', isLoggerProvider, provider);
  const registered = [inApiLogs(), inApi()];
  if (registered.some((other) => other !== undefined && other !== provider)) {
    warn(
      'REMOTE_LOGGER_CONFIG',
      'the two global logger providers are different ones and stay so; records go to either',
      'error',
    );
    return false;
  }
  global[API_LOGS_KEY] = (version) => (version === API_LOGS_VERSION ? provider : NOOP_PROVIDER);
  const api = apiGlobal();
  if (api !== undefined) api.logs = provider;
  try {
    void registerWithPackages(provider);
  } catch (error) {
    tell('warn', `could not bridge all: ${textOf(error)}`);
  }
  return true;
}

/**
 * Registers by the packages' own means too: loggers that were made before then deliver, and only the package can make the
 * global of `@opentelemetry/api`, which carries its version. All is done when this returns, but for the ES module of
 * that package, which takes a moment. Throws where a package is missing.
 */
export function registerWithPackages(provider: LoggerProvider): Promise<void> {
  const forget: Forget = {
    inApiLogs() {
      if (inApiLogs() === provider) Reflect.deleteProperty(global, API_LOGS_KEY);
    },
    inApi() {
      const api = apiGlobal();
      if (api?.logs === provider) Reflect.deleteProperty(api, 'logs');
    },
  };
  registerAtOnce(provider, forget);
  return registerWithEsModule(provider, forget, () => inApiLogs() === provider);
}
