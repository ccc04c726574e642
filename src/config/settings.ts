import type { MeterProvider } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import { MAX_TIMER_MILLIS } from '../runtime/clock.js';
import type { LossListener } from '../types/account.js';
import type { BeforeSend, Compression, Format, Oversize, SpoolSync } from '../types/options.js';
import { optional, setting } from './pick.js';
import {
  areSignals,
  hasMethod,
  haveFields,
  integer,
  isBoolean,
  isFunction,
  isPath,
  isSwitch,
  oneOf,
  type Rule,
} from './rules.js';

// Each option: what it must be, its default, its variable. A variable's name is REMOTE_LOGGER_ and the option's, that of its group first, without
// its unit: `retry.maxElapsedMillis` is REMOTE_LOGGER_RETRY_MAX_ELAPSED. Where OpenTelemetry has a variable for it, it is that one.

const MIB = 1024 * 1024;

const millis = (min: number): Rule<number> => integer(min, MAX_TIMER_MILLIS);

/** There is only a variable for this, and no option. */
export const DEBUG = setting(isSwitch, false, 'REMOTE_LOGGER_DEBUG');

/** What the exporter and the logger share, but for where they send to. */
export const DELIVERY = {
  format: setting<Format>(oneOf('object', 'ndjson', 'array'), 'object', 'REMOTE_LOGGER_FORMAT'),
  compression: setting<Compression>(oneOf('none', 'gzip'), 'none', 'REMOTE_LOGGER_COMPRESSION'),
  timeoutMillis: setting(millis(1), 10_000, 'REMOTE_LOGGER_TIMEOUT'),
  resource: setting(isBoolean, true, 'REMOTE_LOGGER_RESOURCE'),
  maxPayloadBytes: setting(integer(1), 1024 * 1024, 'REMOTE_LOGGER_MAX_PAYLOAD_BYTES'),
  concurrency: setting(integer(1), 10, 'REMOTE_LOGGER_CONCURRENCY'),
  /** For this long, a kept connection may lead to an old address, and new machines behind a name may get nothing. */
  maxConnectionAgeMillis: setting(millis(1), 180_000, 'REMOTE_LOGGER_MAX_CONNECTION_AGE'),
  meterProvider: optional(hasMethod<MeterProvider>('getMeter', 'a MeterProvider')),
  onDrop: optional(isFunction<LossListener>()),
  thread: setting(isBoolean, false, 'REMOTE_LOGGER_THREAD'),
  exitTimeoutMillis: setting(millis(0), 2000, 'REMOTE_LOGGER_EXIT_TIMEOUT'),
  /** Docker kills after 10 s, and a logger is not all that an application shuts down. */
  shutdownTimeoutMillis: setting(millis(0), 5000, 'REMOTE_LOGGER_SHUTDOWN_TIMEOUT'),
  dispatcher: optional(hasMethod<Dispatcher>('dispatch', 'an undici Dispatcher')),
  beforeSend: optional(isFunction<BeforeSend>()),
  oversize: setting<Oversize>(oneOf('refuse', 'trim'), 'refuse', 'REMOTE_LOGGER_OVERSIZE'),
};

export const RETRY = {
  initialDelayMillis: setting(millis(1), 1000, 'REMOTE_LOGGER_RETRY_INITIAL_DELAY'),
  maxDelayMillis: setting(millis(1), 30_000, 'REMOTE_LOGGER_RETRY_MAX_DELAY'),
};

/** The settings with a default of their own in the exporter, and in the logger. */
export const OF_EXPORTER = {
  metadata: setting(isBoolean, true, 'REMOTE_LOGGER_METADATA'),
  /** A batch processor of the SDK stops waiting for an export after 30 s. */
  maxElapsedMillis: setting(millis(0), 25_000, 'REMOTE_LOGGER_RETRY_MAX_ELAPSED'),
};

export const OF_LOGGER: typeof OF_EXPORTER = {
  metadata: setting(isBoolean, false, 'REMOTE_LOGGER_METADATA'),
  /** The logger's own queue can bridge an outage of this length. */
  maxElapsedMillis: setting(millis(0), 300_000, 'REMOTE_LOGGER_RETRY_MAX_ELAPSED'),
};

export const SPOOL_DIRECTORY = setting<string | undefined>(isPath, undefined, 'REMOTE_LOGGER_SPOOL');

export const SPOOL = {
  maxBytes: setting(integer(1), 1024 ** 3, 'REMOTE_LOGGER_SPOOL_MAX_BYTES'),
  sync: setting<SpoolSync>(oneOf('always', 'interval', 'never'), 'interval', 'REMOTE_LOGGER_SPOOL_SYNC'),
  maxDeadLetterBytes: setting(integer(0), 64 * MIB, 'REMOTE_LOGGER_SPOOL_MAX_DEAD_LETTER_BYTES'),
  maxAgeMillis: setting(integer(1), Number.POSITIVE_INFINITY, 'REMOTE_LOGGER_SPOOL_MAX_AGE'),
  minFreeBytes: setting<number | undefined>(integer(0), undefined, 'REMOTE_LOGGER_SPOOL_MIN_FREE_BYTES'),
  /** A file is read as a whole. */
  segmentBytes: setting(integer(64 * 1024, 32 * MIB), MIB, 'REMOTE_LOGGER_SPOOL_SEGMENT_BYTES'),
};

/** What a logger takes in, and adds to it. */
export const INTAKE = {
  /** The records of an outage of `maxElapsedMillis`, at 300 a second. */
  maxQueueSize: setting(integer(1), 100_000, 'OTEL_BLRP_MAX_QUEUE_SIZE'),
  maxQueueBytes: setting(integer(1), 64 * 1024 * 1024, 'REMOTE_LOGGER_MAX_QUEUE_BYTES'),
  fields: optional(haveFields),
};

export const BATCH = {
  /** OpenTelemetry's default is 1000. At 1,000 records a second, the difference takes less than a hundredth of a core. */
  scheduledDelayMillis: setting(millis(0), 200, 'OTEL_BLRP_SCHEDULE_DELAY'),
  maxExportBatchSize: setting(integer(1), 512, 'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE'),
  exportTimeoutMillis: setting(millis(1), Number.POSITIVE_INFINITY, 'OTEL_BLRP_EXPORT_TIMEOUT'),
};

/** `signals` are the default. */
export const flushOnSignals = (signals: readonly NodeJS.Signals[]) =>
  setting(areSignals, signals, 'REMOTE_LOGGER_FLUSH_ON_SIGNALS');
