import * as api from '@opentelemetry/api';
import { type LoggerProvider, logs } from '@opentelemetry/api-logs';

/** What `@opentelemetry/api` has from 1.10 on, and the types of 1.9 don't know. */
interface LogsApi {
  setGlobalLoggerProvider(provider: LoggerProvider): unknown;
}

/** Registers with both packages by their own means: so loggers that were made before deliver too. */
export function registerWithPackages(provider: LoggerProvider): void {
  logs.setGlobalLoggerProvider(provider);
  const packageOfApi: object = api;
  if ('logs' in packageOfApi) (packageOfApi.logs as LogsApi).setGlobalLoggerProvider(provider);
}
