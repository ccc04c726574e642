import type { Context, DiagLogger } from '@opentelemetry/api';

/**
 * The OpenTelemetry API keeps what an application registers (its diag logger, its context manager) under one
 * process-wide symbol, for all copies of itself. Reading it there costs nothing where loading the package takes longer
 * than an unconfigured logger may; and where nobody has registered anything, diag is silent and no context is active.
 */
const GLOBAL_KEY = Symbol.for('opentelemetry.js.api.1');

interface ApiGlobal {
  readonly diag?: DiagLogger;
  readonly context?: { active(): Context };
}

const api = (): ApiGlobal | undefined => (globalThis as Record<symbol, ApiGlobal | undefined>)[GLOBAL_KEY];

const PREFIX = 'otel-remote-logger:';

/** Tells the application's diag logger, if it has one. A logger that throws harms nobody. */
export function tell(level: 'error' | 'warn' | 'info' | 'debug', message: string): void {
  try {
    api()?.diag?.[level](`${PREFIX} ${message}`);
  } catch {
    // There is nowhere left to say it.
  }
}

/** The active context, `undefined` where no context manager is registered. */
export function activeContext(): Context | undefined {
  return api()?.context?.active();
}
