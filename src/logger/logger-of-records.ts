import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { type LoggerConfig, resolveLoggerConfig } from '../config/config.js';
import { LOGGING_OPTIONS } from '../config/option-names.js';
import { isObject } from '../config/rules.js';
import type { Flattening } from '../record/flatten.js';
import { type ToFlatDictOptions, toFlatDictWithin } from '../record/to-dict.js';
import { recordTrimmed } from '../record/trimming.js';
import type { RemoteLoggingOptions } from '../types/options.js';
import { loggerOf } from './create-remote-logger.js';
import type { RemoteLogger } from './remote-logger.js';

/** Makes a log record of what is logged. It may throw. */
export type ToRecord = (given: unknown) => ReadableLogRecord;

/**
 * A logger of log records, with their metadata: with admission, account and ends of any other. `signals` are the default of `flushOnSignals`.
 * Throws a `TypeError` for a wrong option.
 */
export function loggerOfRecords(
  options: RemoteLoggingOptions,
  toRecord: ToRecord = (record) => record as ReadableLogRecord,
  signals: readonly NodeJS.Signals[] = [],
): { readonly logger: RemoteLogger; readonly config: LoggerConfig | undefined } {
  const config = resolveLoggerConfig(withMetadata(options), undefined, LOGGING_OPTIONS, signals);
  // Metadata is added where the record is flattened; to the logger it is data.
  const flattenings = config === undefined ? [] : flatteningsOf(config, toRecord);
  const logger = loggerOf(config && { ...config, metadata: false }, ...flattenings);
  return { logger, config };
}

/** Flatten log records, with metadata: as they are, and trimmed. */
const flatteningsOf = (
  { metadata, resource }: Required<ToFlatDictOptions>,
  toRecord: ToRecord,
): readonly Flattening[] =>
  [toFlatDictWithin, recordTrimmed].map(
    (flattening) => (given, most, redaction) =>
      flattening(toRecord(given), { metadata, resource }, most, redaction),
  );

/** On by default. What are no options goes on as it is, to be refused. */
const withMetadata = (options: RemoteLoggingOptions): RemoteLoggingOptions =>
  isObject().accepts(options) ? { ...options, metadata: options.metadata ?? true } : options;
