import type { LoggerProvider } from '@opentelemetry/api-logs';
import { isLoggerProvider, wrongOption } from '../config/rules.js';
import { textOf } from '../runtime/foreign.js';
import { apiGlobal, logToDiag } from '../runtime/otel-api.js';
import { warn } from '../runtime/warnings.js';
import { API_LOGS_KEY, type ApiCopy, registerWithCopies } from './api-copies.js';
import { importedCopies, requiredCopies } from './api-packages.js';
import { findApiCopies } from './find-api-copies.js';

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
 * of `@opentelemetry/api` 1.10 (SDK 3), which do not see each other. Default: the provider that is registered already. Loggers
 * that were made before deliver to it too. It replaces nothing: if one of the globals has another provider,
 * that one stays, and a warning says so. Returns whether both deliver to it. Throws a `TypeError` for what is no provider.
 */
export function bridgeLoggerProviders(
  provider: LoggerProvider | undefined = inApi() ?? inApiLogs(),
): boolean {
  if (provider === undefined) {
    logToDiag('warn', 'no logger provider is registered yet, so there is nothing to bridge');
    return false;
  }
  if (!isLoggerProvider.accepts(provider)) throw wrongOption('provider', isLoggerProvider, provider);
  const registered = [inApiLogs(), inApi()];
  if (registered.some((other) => other !== undefined && other !== provider)) {
    warn(
      'REMOTE_LOGGER_CONFIG',
      'the two global logger providers are different, and both stay; each gets its own records',
      'error',
    );
    return false;
  }
  registerWithPackages(provider).catch((error) =>
    logToDiag('warn', `could not bridge all: ${textOf(error)}`),
  );
  return true;
}

/**
 * Registers for all that ask for a logger from now on, and with every copy of the packages, so that loggers deliver that were
 * made before. All is done when this returns, but for an ES module of `@opentelemetry/api` that only `import()` finds.
 */
export async function registerWithPackages(provider: LoggerProvider): Promise<void> {
  global[API_LOGS_KEY] = (version) => (version === API_LOGS_VERSION ? provider : NOOP_PROVIDER);
  const api = apiGlobal();
  if (api !== undefined) api.logs = provider;
  const own = requiredCopies();
  registerWithCopies(provider, [...findApiCopies(), ...own]);
  if (api === undefined) makeApiGlobal(provider, own);
  const more = await importedCopies();
  if (inApiLogs() === provider) registerWithCopies(provider, more);
}

/** Only the package itself can create its global, which carries the package's version. `@opentelemetry/api` 1.9 has no logs. */
function makeApiGlobal(provider: LoggerProvider, own: readonly ApiCopy[]): void {
  const api = own.find((copy) => copy.package === '@opentelemetry/api');
  api?.logs.setGlobalLoggerProvider(provider);
}
