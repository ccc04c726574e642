import { logs } from '@opentelemetry/api-logs';

/** Where `@opentelemetry/api` keeps its globals; `logs` is one of them from 1.10 on. */
export const API_KEY = Symbol.for('opentelemetry.js.api.1');

/** Forgets the logger providers of both lines. */
export function forgetGlobals(): void {
  logs.disable();
  const api = (globalThis as { [API_KEY]?: { logs?: unknown } })[API_KEY];
  delete api?.logs;
}
