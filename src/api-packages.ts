import { createRequire } from 'node:module';
import type { LoggerProvider } from '@opentelemetry/api-logs';

/** What both packages have, `@opentelemetry/api` from 1.10 on, which the types of 1.9 don't know. */
interface LogsApi {
  setGlobalLoggerProvider(provider: LoggerProvider): unknown;
}

interface ApiPackage {
  readonly logs?: LogsApi;
}

/** How to forget what a copy before has registered: a copy registers only where nobody has. */
export interface Forget {
  readonly inApiLogs: () => void;
  readonly inApi: () => void;
}

/**
 * Registers with both packages by their own means, so that loggers that were made before deliver too: each copy keeps
 * its own. At once, with the copies that `require()` finds.
 */
export function registerWithPackages(provider: LoggerProvider, forget: Forget): void {
  const { logs } = require('@opentelemetry/api-logs') as Required<ApiPackage>;
  const apis: readonly ApiPackage[] = [require('@opentelemetry/api'), apiOfMainScript()];
  forget.inApiLogs();
  logs.setGlobalLoggerProvider(provider);
  for (const api of apis) registerWith(api, provider, forget);
}

/** The same with the copy that is the ES module of `@opentelemetry/api`, from 1.10 on; it takes a moment to load. */
export async function registerWithEsModule(
  provider: LoggerProvider,
  forget: Forget,
  isWanted: () => boolean,
): Promise<void> {
  // Jest, for one, knows no import() in CommonJS, and then no ES modules.
  const api = await import('@opentelemetry/api').catch(() => ({}));
  if (isWanted()) registerWith(api as ApiPackage, provider, forget);
}

function registerWith(api: ApiPackage, provider: LoggerProvider, forget: Forget): void {
  if (api.logs === undefined) return;
  forget.inApi();
  api.logs.setGlobalLoggerProvider(provider);
}

/** As the application's main script finds it. */
function apiOfMainScript(): ApiPackage {
  try {
    return createRequire(process.argv[1] ?? `${process.cwd()}/`)('@opentelemetry/api');
  } catch {
    return {}; // bundled, say
  }
}
