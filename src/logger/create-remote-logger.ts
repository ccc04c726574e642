import { type LoggerConfig, resolveLoggerConfig, resolveProvidedConfig, whyOff } from '../config/config.js';
import { summaryOf } from '../config/summary.js';
import type { Flattening } from '../record/flatten.js';
import { systemClock } from '../runtime/clock.js';
import { isDebugging, step } from '../runtime/debug.js';
import { logToDiag } from '../runtime/otel-api.js';
import type { RemoteLoggerOptions } from '../types/options.js';
import { ActiveLogger } from './active-logger.js';
import { toProvider } from './provided.js';
import { createNoOp, type RemoteLogger } from './remote-logger.js';
import { toEndpoint } from './to-endpoint.js';

/**
 * A logger of its own, with no global state; there can be many. With no URL, as option or in `REMOTE_LOGGER_URL`,
 * or with `OTEL_SDK_DISABLED=true`, it is a no-op. Throws a `TypeError` for a wrong option.
 */
export function createRemoteLogger(options: RemoteLoggerOptions = {}): RemoteLogger {
  const loggerProvider = options?.loggerProvider;
  if (loggerProvider === undefined) return loggerOf(resolveLoggerConfig(options));
  const config = resolveProvidedConfig(loggerProvider, options);
  if (config === undefined) return off(whyOff());
  return new ActiveLogger(config, toProvider(loggerProvider, config, systemClock), systemClock);
}

/** A logger with a pipeline of its own, a no-op where it is off. `flattening`, and `trimmed` for what is too large, take what is logged, data by default. */
export function loggerOf(
  config: LoggerConfig | undefined,
  flattening?: Flattening,
  trimmed?: Flattening,
): RemoteLogger {
  if (config === undefined) return off(whyOff());
  if (isDebugging) step(`a logger is on: ${summaryOf(config)}`);
  return new ActiveLogger(config, toEndpoint(config, systemClock), systemClock, flattening, trimmed);
}

function off(why: string): RemoteLogger {
  logToDiag('info', `${why}, so the logger is off and sends nothing`);
  return createNoOp();
}
