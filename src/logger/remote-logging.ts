import type { LoggerProvider } from '@opentelemetry/api-logs';
import { type DeadlineOptions, flushTimeOf } from '../lifecycle/deadline.js';
import { hasGlobalLoggerProvider, registerWithPackages } from '../otel/globals.js';
import { textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { warn } from '../runtime/warnings.js';
import type { DeliveryStats } from '../types/account.js';
import type { RemoteLoggingOptions } from '../types/options.js';
import { loggerOfRecords } from './logger-of-records.js';
import { createLoggerProvider } from './logger-provider.js';
import type { RemoteLogger } from './remote-logger.js';

/** What `registerRemoteLogging()` has set up. */
export interface RemoteLogging {
  /** The provider that both globals deliver to; `undefined` if nothing was registered. */
  readonly loggerProvider: LoggerProvider | undefined;
  /** Returns the account of the records that the application's loggers emitted. */
  stats(): DeliveryStats;
  /** Resolves when every record emitted before is delivered or given up, or at the deadline (default: 30 s). */
  flush(options?: DeadlineOptions): Promise<DeliveryStats>;
  /** Takes no more records, flushes with a deadline (default: the option `shutdownTimeoutMillis`, 5 s), then stops. The globals stay registered. */
  shutdown(options?: DeadlineOptions): Promise<DeliveryStats>;
}

/** For all copies of this package in the process. */
const GLOBAL_KEY = Symbol.for('otel-remote-logger.logging');
const global = globalThis as { [GLOBAL_KEY]?: Promise<RemoteLogging> };

/**
 * Registers a logger provider with both OpenTelemetry globals, so that everything the application logs through OpenTelemetry is sent. Records have
 * metadata, and resource attributes from the environment. At the natural end of the process, everything is delivered first. A second call in the
 * process returns what the first has set up. The provider is registered when the call returns; the promise is for one more copy of
 * `@opentelemetry/api`, whose older loggers then deliver too.
 *
 * Without a URL, as option or in `REMOTE_LOGGER_URL`, it does nothing and loads no OpenTelemetry package. An existing global provider is never
 * replaced: then a process warning says what to do. Rejects with a `TypeError` for a wrong option, and with nothing else.
 */
export const registerRemoteLogging = (options: RemoteLoggingOptions = {}): Promise<RemoteLogging> =>
  registerOnce(options, []);

/** The signals at which orchestrators, process managers and people end a process. */
const ENDS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];

/** What `register` does: the environment alone sets it up, and there is no code in which to ask for a flush at a signal. */
export const registerFromEnvironment = (): Promise<RemoteLogging> => registerOnce({}, ENDS);

async function registerOnce(
  options: RemoteLoggingOptions,
  signals: readonly NodeJS.Signals[],
): Promise<RemoteLogging> {
  const known = registeredLogging();
  if (known !== undefined) return known;
  const { logger, config } = loggerOfRecords(options, undefined, signals);
  if (config === undefined) return loggingOf(logger, undefined);
  if (hasGlobalLoggerProvider()) return alreadyRegistered(logger);
  global[GLOBAL_KEY] = register(logger, flushTimeOf(config.shutdownTimeoutMillis));
  return global[GLOBAL_KEY];
}

function alreadyRegistered(logger: RemoteLogger): RemoteLogging {
  warn(
    'REMOTE_LOGGER_CONFIG',
    'a global logger provider is registered already and stays, so nothing is registered; add a BatchLogRecordProcessor ' +
      'with a RemoteLogRecordExporter to that one, and bridgeLoggerProviders() if it serves one global only',
    'error',
  );
  return loggingOf(logger, undefined);
}

/** What was registered by this copy of the package or another. */
export const registeredLogging = (): Promise<RemoteLogging> | undefined => global[GLOBAL_KEY];

async function register(logger: RemoteLogger, flushTimeoutMillis: number): Promise<RemoteLogging> {
  try {
    const loggerProvider = createLoggerProvider(logger, flushTimeoutMillis);
    await registerWithPackages(loggerProvider);
    return loggingOf(logger, loggerProvider);
  } catch (error) {
    // A peer dependency is missing, say. The application must start all the same.
    warn('REMOTE_LOGGER_CONFIG', `could not register, so nothing will be sent: ${textOf(error)}`, 'error');
    return loggingOf(logger, undefined);
  }
}

function loggingOf(logger: RemoteLogger, loggerProvider: LoggerProvider | undefined): RemoteLogging {
  if (loggerProvider !== undefined) logToDiag('info', 'registered with both global logger providers');
  return {
    loggerProvider,
    stats: () => logger.stats(),
    flush: (options) => logger.flush(options),
    shutdown: (options) => logger.shutdown(options),
  };
}
