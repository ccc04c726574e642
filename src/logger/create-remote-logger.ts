import { type LoggerConfig, resolveLoggerConfig, resolveProvidedConfig, whyOff } from '../config/config.js';
import { summaryOf } from '../config/summary.js';
import { isDebugging, step } from '../runtime/debug.js';
import { logToDiag } from '../runtime/otel-api.js';
import type { RemoteLoggerOptions } from '../types/options.js';
import { openLogger, openProvidedLogger } from './open-logger.js';
import { createNoOp, type RemoteLogger } from './remote-logger.js';

/**
 * Makes a logger of its own, with no global state; there can be many. Without a URL, as option or in `REMOTE_LOGGER_URL`,
 * or with `OTEL_SDK_DISABLED=true`, it does nothing. Throws a `TypeError` for a wrong option.
 */
export function createRemoteLogger(options: RemoteLoggerOptions = {}): RemoteLogger {
  const loggerProvider = options?.loggerProvider;
  if (loggerProvider === undefined) return loggerOf(resolveLoggerConfig(options), openLogger);
  const config = resolveProvidedConfig(loggerProvider, options);
  if (config === undefined) return off(whyOff());
  return openProvidedLogger(config, loggerProvider);
}

/** A logger with a pipeline of its own, which `open` opens; a no-op where it is off. */
export function loggerOf(
  config: LoggerConfig | undefined,
  open: (config: LoggerConfig) => RemoteLogger,
): RemoteLogger {
  if (config === undefined) return off(whyOff());
  if (isDebugging) step(`a logger is on: ${summaryOf(config)}`);
  return open(config);
}

function off(why: string): RemoteLogger {
  logToDiag('info', `${why}, so the logger is off and sends nothing`);
  return createNoOp();
}
