import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type LoggerConfig, resolveLoggerConfig } from '../config/config.js';
import { LOGGING_OPTIONS } from '../config/option-names.js';
import type { RemoteLoggingOptions } from '../types/options.js';
import { loggerOf } from './create-remote-logger.js';
import { openLoggerOfRecords, type ToRecord } from './open-logger.js';
import type { RemoteLogger } from './remote-logger.js';

/**
 * A logger of log records, with their metadata: with admission, account and ends of any other. `signals` are the default of `flushOnSignals`.
 * Throws a `TypeError` for a wrong option.
 */
export function loggerOfRecords(
  options: RemoteLoggingOptions,
  toRecord: ToRecord = (record) => record as ReadableLogRecord,
  signals: readonly NodeJS.Signals[] = [],
): { readonly logger: RemoteLogger; readonly config: LoggerConfig | undefined } {
  const config = resolveLoggerConfig(options, undefined, { names: LOGGING_OPTIONS, signals, metadata: true });
  const logger = loggerOf(config, (settled) => openLoggerOfRecords(settled, toRecord));
  return { logger, config };
}
