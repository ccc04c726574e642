import type { Context, DiagLogger, MeterProvider, SpanContext } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import { isDebugging, step } from './debug.js';
import { asOwnWork } from './own-work.js';

/**
 * The OpenTelemetry API keeps what an application registers (its diag logger, its context manager) under one
 * process-wide symbol, for all copies of itself. Reading it there costs nothing where loading the package takes longer
 * than an unconfigured logger may; and where nobody has registered anything, diag is silent and no context is active.
 */
export const API_KEY = Symbol.for('opentelemetry.js.api.1');

interface ApiGlobal {
  readonly diag?: DiagLogger;
  readonly context?: { active(): Context };
  readonly metrics?: MeterProvider;
  /** From 1.10 on. */
  logs?: LoggerProvider;
}

/** What has been registered with `@opentelemetry/api`, if anything has. Only that package can create this object. */
export const apiGlobal = (): ApiGlobal | undefined =>
  (globalThis as Record<symbol, ApiGlobal | undefined>)[API_KEY];

export type Level = 'error' | 'warn' | 'info' | 'debug';

export const PREFIX = 'otel-remote-logger:';

/** Tells the application's diag logger, if there is one, and whoever debugs. Never throws. */
export function logToDiag(level: Level, message: string): void {
  if (isDebugging) step(`${level}: ${message}`);
  logToDiagOnly(level, message);
}

/** Tells the application's diag logger alone. */
export function logToDiagOnly(level: Level, message: string): void {
  try {
    const diag = apiGlobal()?.diag;
    // Only then is there something to mark: on Node 20, the first mark makes every promise of the process slower.
    if (diag !== undefined) asOwnWork(() => diag[level](`${PREFIX} ${message}`));
  } catch {
    // There is nowhere left to say it.
  }
}

/** The active context, `undefined` where no context manager is registered. */
export function activeContext(): Context | undefined {
  try {
    return apiGlobal()?.context?.active();
  } catch {
    return undefined;
  }
}

/** Under which the API keeps the active span in a context. */
const SPAN_KEY = Symbol.for('OpenTelemetry Context Key SPAN');

interface SpanLike {
  spanContext(): SpanContext;
}

/** The trace and the span that are active, if they are valid. */
export function activeSpanContext(): SpanContext | undefined {
  try {
    const span = activeContext()?.getValue(SPAN_KEY) as SpanLike | undefined;
    const spanContext = span?.spanContext();
    return spanContext && isValid(spanContext) ? spanContext : undefined;
  } catch {
    return undefined; // the context is the application's
  }
}

const isValid = ({ traceId, spanId }: SpanContext): boolean =>
  /^(?!0+$)[\da-f]{32}$/i.test(traceId) && /^(?!0+$)[\da-f]{16}$/i.test(spanId);

/** The meter provider that the application registered, if it has one. */
export const globalMeterProvider = (): MeterProvider | undefined => apiGlobal()?.metrics;
