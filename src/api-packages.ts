import { createRequire } from 'node:module';
import * as api from '@opentelemetry/api';
import { type LoggerProvider, logs } from '@opentelemetry/api-logs';

/** What both packages have, `@opentelemetry/api` from 1.10 on, which the types of 1.9 don't know. */
interface LogsApi {
  setGlobalLoggerProvider(provider: LoggerProvider): unknown;
}

/**
 * Registers with both packages by their own means, so that loggers that were made before deliver too: each copy keeps
 * its own. A copy registers where nobody has, so what the one before it has registered is forgotten first.
 */
export function registerWithPackages(
  provider: LoggerProvider,
  forget: { readonly inApiLogs: () => void; readonly inApi: () => void },
): void {
  forget.inApiLogs();
  logs.setGlobalLoggerProvider(provider);
  for (const copy of [api, apiByRequire()]) {
    forget.inApi();
    if ('logs' in copy) (copy.logs as LogsApi).setGlobalLoggerProvider(provider);
  }
}

/** From 1.10 on, its ES module and its CommonJS module are two copies. As the application's main script finds it. */
function apiByRequire(): object {
  try {
    return createRequire(process.argv[1] ?? `${process.cwd()}/`)('@opentelemetry/api');
  } catch {
    return {}; // bundled, say
  }
}
