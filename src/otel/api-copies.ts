import type { LoggerProvider } from '@opentelemetry/api-logs';
import { API_KEY } from '../runtime/otel-api.js';
import { warn } from '../runtime/warnings.js';

/** What `@opentelemetry/api-logs` has, and `@opentelemetry/api` from 1.10 on, which the types of 1.9 don't know. */
export interface LogsApi {
  getLogger(name: string): unknown;
  setGlobalLoggerProvider(provider: LoggerProvider): unknown;
}

export interface ApiCopy {
  readonly package: '@opentelemetry/api' | '@opentelemetry/api-logs';
  /** Version and place. */
  readonly what: string;
  readonly logs: LogsApi;
}

/** Where api-logs keeps the global logger provider, for all its copies: a function that is asked by version. */
export const API_LOGS_KEY = Symbol.for('io.opentelemetry.js.api.logs');

const KEYS = { '@opentelemetry/api': API_KEY, '@opentelemetry/api-logs': API_LOGS_KEY };

/**
 * Registers with each copy by its own means: a logger that a copy made before asks that copy, and not the global. A copy
 * registers only where nobody has, and one of `@opentelemetry/api` only where nobody of another version has registered anything:
 * so its global is empty while a copy registers. A warning names, once, the copies with which that did not work.
 */
export function registerWithCopies(provider: LoggerProvider, copies: readonly ApiCopy[]): void {
  const unreached = copies.filter((copy) => !isReached(copy, provider));
  tellOfUnreached(unreached.map((copy) => `${copy.package} ${copy.what}`));
}

function isReached(copy: ApiCopy, provider: LoggerProvider): boolean {
  try {
    const isAsked = asksWhatItRegistered(copy);
    alone(copy, () => copy.logs.setGlobalLoggerProvider(provider));
    return isAsked;
  } catch {
    return false;
  }
}

/** Or with the global alone, as `@opentelemetry/api-logs` did before 0.54: then a logger that was made before never delivers. */
function asksWhatItRegistered(copy: ApiCopy): boolean {
  let asked = false;
  const getLogger = () => {
    asked = true;
    return { emit() {}, enabled: () => false };
  };
  alone(copy, () => copy.logs.setGlobalLoggerProvider({ getLogger }));
  alone(copy, () => copy.logs.getLogger('otel-remote-logger'));
  return asked;
}

/** Does `work` while nothing is registered with `@opentelemetry/api`; afterwards all is registered again as it was. */
function alone(copy: ApiCopy, work: () => void): void {
  const global = globalThis as Record<symbol, unknown>;
  const key = KEYS[copy.package];
  const registered = global[key];
  Reflect.deleteProperty(global, key);
  try {
    work();
  } finally {
    if (registered === undefined) Reflect.deleteProperty(global, key);
    else global[key] = registered;
  }
}

const told = new Set<string>();

function tellOfUnreached(copies: readonly string[]): void {
  const news = copies.filter((copy) => !told.has(copy));
  if (news.length === 0) return;
  for (const copy of news) told.add(copy);
  warn(
    'REMOTE_LOGGER_CONFIG',
    `loggers that were made before now deliver nothing if they come from ${news.join(', ')}: start with ` +
      'node --import otel-remote-logger/register, or update that copy to the version of the others (npm ls @opentelemetry/api-logs)',
  );
}
