import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { AdmissionConfig, LoggerConfig } from '../config/config.js';
import type { Flattening } from '../record/flatten.js';
import { type ToFlatDictOptions, toFlatDictWithin } from '../record/to-dict.js';
import { recordTrimmed } from '../record/trimming.js';
import { systemClock } from '../runtime/clock.js';
import { ActiveLogger } from './active-logger.js';
import { toProvider } from './provided.js';
import type { RemoteLogger } from './remote-logger.js';
import { toEndpoint } from './to-endpoint.js';

/** Makes a log record of what is logged. It may throw. */
export type ToRecord = (given: unknown) => ReadableLogRecord;

/** A logger of data, with a pipeline of its own. */
export const openLogger = (config: LoggerConfig, ...flattenings: readonly Flattening[]): RemoteLogger =>
  new ActiveLogger(config, toEndpoint(config, systemClock), systemClock, ...flattenings);

/** A logger of log records. Metadata is added where a record is flattened; to the logger it is data. */
export const openLoggerOfRecords = (config: LoggerConfig, toRecord: ToRecord): RemoteLogger =>
  openLogger({ ...config, metadata: false }, ...flatteningsOf(config, toRecord));

/** A logger of data that logs to a provider of the application. */
export const openProvidedLogger = (config: AdmissionConfig, provider: LoggerProvider): RemoteLogger =>
  new ActiveLogger(config, toProvider(provider, config, systemClock), systemClock);

/** Flatten log records, with metadata: as they are, and trimmed. */
const flatteningsOf = (
  { metadata, resource }: Required<ToFlatDictOptions>,
  toRecord: ToRecord,
): readonly Flattening[] =>
  [toFlatDictWithin, recordTrimmed].map(
    (flattening) => (given, most, redaction) =>
      flattening(toRecord(given), { metadata, resource }, most, redaction),
  );
