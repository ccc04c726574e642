import type { MeterProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { Dispatcher } from 'undici';
import { MAX_TIMER_MILLIS } from '../runtime/clock.js';
import { setDebugging } from '../runtime/debug.js';
import { redactUrl } from '../runtime/redact.js';
import { warnOfSettings } from '../runtime/warnings.js';
import type { LossListener } from '../types/account.js';
import type {
  BatchOptions,
  Compression,
  Format,
  RemoteLoggerOptions,
  RemoteLoggingOptions,
  RemoteLogRecordExporterOptions,
  RetryOptions,
} from '../types/options.js';
import { type HeaderSource, resolveEndpoint, resolveHeaders, resolveProxies } from './destination.js';
import type { Endpoint } from './endpoint.js';
import { checkNames, EXPORTER_OPTIONS, LOGGER_OPTIONS, type OptionNames } from './option-names.js';
import { type Env, type Picker, picker } from './pick.js';
import { NO_PROXIES, type Proxies } from './proxy.js';
import {
  areSignals,
  hasMethod,
  integer,
  isBoolean,
  isFunction,
  isLoggerProvider,
  isObject,
  isSwitch,
  oneOf,
  type Rule,
  wrongOption,
} from './rules.js';
import { warnOfMisspelt } from './variables.js';

export type { HeaderSource } from './destination.js';

/** Everything that delivery needs, decided once. */
export interface DeliveryConfig {
  readonly endpoint: Endpoint;
  readonly headers: HeaderSource;
  readonly format: Format;
  readonly compression: Compression;
  readonly timeoutMillis: number;
  readonly metadata: boolean;
  readonly resource: boolean;
  readonly maxPayloadBytes: number;
  readonly concurrency: number;
  readonly maxConnectionAgeMillis: number;
  readonly retry: Settled<RetryOptions>;
  /** Limit of one batch with all its retries; `Infinity` for none. */
  readonly exportTimeoutMillis: number;
  readonly meterProvider: MeterProvider | undefined;
  readonly onDrop: LossListener | undefined;
  readonly dispatcher: Dispatcher | undefined;
  readonly proxies: Proxies;
  readonly thread: boolean;
  readonly exitTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
}

/** Options with every default in place. */
type Settled<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/** What decides on a record, wherever it goes then. */
export interface AdmissionConfig
  extends Pick<
    DeliveryConfig,
    'format' | 'metadata' | 'maxPayloadBytes' | 'meterProvider' | 'onDrop' | 'shutdownTimeoutMillis'
  > {
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly flushOnSignals: readonly NodeJS.Signals[];
}

export interface LoggerConfig extends DeliveryConfig, AdmissionConfig {
  readonly batch: Settled<Omit<BatchOptions, 'exportTimeoutMillis'>>;
}

const DEFAULTS = {
  timeoutMillis: 10_000,
  maxPayloadBytes: 1024 * 1024,
  concurrency: 10,
  /** So long may new machines behind a name, or a new address, go unnoticed by who has a connection. */
  maxConnectionAgeMillis: 180_000,
  initialDelayMillis: 1000,
  maxDelayMillis: 30_000,
  /** The logger's own queue can bridge an outage of this length. */
  loggerMaxElapsedMillis: 300_000,
  /** A batch processor of the SDK stops waiting for an export after 30 s. */
  exporterMaxElapsedMillis: 25_000,
  /** The budget of an outage at 300 records a second. */
  maxQueueSize: 100_000,
  maxQueueBytes: 64 * 1024 * 1024,
  scheduledDelayMillis: 1000,
  maxExportBatchSize: 512,
  exitTimeoutMillis: 2000,
  /** Docker kills after 10 s, and a logger is not all that an application shuts down. */
  shutdownTimeoutMillis: 5000,
} as const;

const millis = (min: number): Rule<number> => integer(min, MAX_TIMER_MILLIS);

/** Settles the exporter's settings; `undefined` if it is off. Throws a TypeError for a wrong option. */
export function resolveExporterConfig(
  options: RemoteLogRecordExporterOptions = {},
  env: Env = process.env,
): DeliveryConfig | undefined {
  checkNames(options, EXPORTER_OPTIONS);
  const maxElapsedMillis = DEFAULTS.exporterMaxElapsedMillis;
  const config = resolveDelivery(options, env, { metadata: true, maxElapsedMillis });
  if (!hasEndpoint(config)) return undefined;
  // What limits a record limits the whole export, as its batch processor waits for all of it; but there is time for one attempt.
  const exportTimeoutMillis = Math.max(config.retry.maxElapsedMillis, config.timeoutMillis);
  return { ...config, exportTimeoutMillis };
}

/** Settles the logger's settings; `undefined` if it is off. Throws a TypeError for a wrong option. */
export function resolveLoggerConfig(
  options: RemoteLoggingOptions = {},
  env: Env = process.env,
  names: OptionNames = LOGGER_OPTIONS,
  signals: readonly NodeJS.Signals[] = [],
): LoggerConfig | undefined {
  checkNames(options, names);
  const config = resolveLogger(options, env, signals);
  return hasEndpoint(config) && !isDisabled(env) ? config : undefined;
}

/** Settles the settings of a logger on a provider of the application; `undefined` if it is off. Throws a TypeError for a wrong option. */
export function resolveProvidedConfig(
  loggerProvider: LoggerProvider,
  options: RemoteLoggerOptions,
  env: Env = process.env,
): AdmissionConfig | undefined {
  checkNames(options, LOGGER_OPTIONS);
  if (!isLoggerProvider.accepts(loggerProvider)) {
    throw wrongOption('loggerProvider', isLoggerProvider, loggerProvider);
  }
  if (options.url !== undefined) {
    throw new TypeError(
      'otel-remote-logger: option "url" must not be given with "loggerProvider", whose exporters know where to send',
    );
  }
  const config = resolveLogger({ ...options, url: '' }, env, []);
  // The provider's exporters may want to know of the trace, whatever ours does by default.
  return isDisabled(env) ? undefined : { ...config, metadata: true };
}

/** Why there is nothing to do. */
export const whyOff = (env: Env = process.env): string =>
  isDisabled(env) ? 'OTEL_SDK_DISABLED is true' : 'no usable URL is set, as option or in REMOTE_LOGGER_URL';

/** The settings in a line, for whoever debugs: of headers no more than the names. */
export function summaryOf({
  endpoint,
  headers,
  format,
  compression,
  timeoutMillis,
  ...config
}: DeliveryConfig): string {
  const names = typeof headers === 'function' ? 'from a function' : Object.keys(headers).join(', ') || 'none';
  const { concurrency, metadata, thread, retry } = config;
  return (
    `POST ${redactUrl(endpoint.url.href)} as ${format}, compression ${compression}, headers ${names}, ` +
    `timeoutMillis ${timeoutMillis}, concurrency ${concurrency}, metadata ${metadata}, thread ${thread}, ` +
    `retry ${JSON.stringify(retry)}`
  );
}

const isDisabled = (env: Env): boolean => env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true';

type Unaddressed<T extends DeliveryConfig> = Omit<T, 'endpoint'> & {
  readonly endpoint: Endpoint | undefined;
};

const hasEndpoint = <T extends DeliveryConfig>(config: Unaddressed<T>): config is Unaddressed<T> & T =>
  config.endpoint !== undefined;

function resolveLogger(
  options: RemoteLoggingOptions,
  env: Env,
  signals: readonly NodeJS.Signals[],
): Unaddressed<LoggerConfig> {
  const maxElapsedMillis = DEFAULTS.loggerMaxElapsedMillis;
  const delivery = resolveDelivery(options, env, { metadata: false, maxElapsedMillis });
  const pick = picker(env);
  const batch = pick('batch', options.batch, isObject<BatchOptions>(), {} as BatchOptions);
  const config = {
    maxQueueSize: pick(
      'maxQueueSize',
      options.maxQueueSize,
      integer(1),
      DEFAULTS.maxQueueSize,
      'OTEL_BLRP_MAX_QUEUE_SIZE',
    ),
    maxQueueBytes: pick('maxQueueBytes', options.maxQueueBytes, integer(1), DEFAULTS.maxQueueBytes),
    batch: {
      scheduledDelayMillis: pick(
        'batch.scheduledDelayMillis',
        batch.scheduledDelayMillis,
        millis(0),
        DEFAULTS.scheduledDelayMillis,
        'OTEL_BLRP_SCHEDULE_DELAY',
      ),
      maxExportBatchSize: pick(
        'batch.maxExportBatchSize',
        batch.maxExportBatchSize,
        integer(1),
        DEFAULTS.maxExportBatchSize,
        'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
      ),
    },
    exportTimeoutMillis: pick(
      'batch.exportTimeoutMillis',
      batch.exportTimeoutMillis,
      millis(1),
      Number.POSITIVE_INFINITY,
      'OTEL_BLRP_EXPORT_TIMEOUT',
    ),
    flushOnSignals: pick(
      'flushOnSignals',
      options.flushOnSignals,
      areSignals,
      signals,
      'REMOTE_LOGGER_FLUSH_ON_SIGNALS',
    ),
  };
  return { ...delivery, ...config };
}

/** Checks every option, also where there is no URL: a mistake shows in development, not first in production. */
function resolveDelivery(
  options: RemoteLogRecordExporterOptions,
  env: Env,
  defaults: { readonly metadata: boolean; readonly maxElapsedMillis: number },
): Unaddressed<DeliveryConfig> {
  const pick = picker(env);
  setDebugging(pick('', undefined, isSwitch, false, 'REMOTE_LOGGER_DEBUG'));
  warnOfMisspelt(env);
  const endpoint = resolveEndpoint(options.url, env);
  const retry = pick('retry', options.retry, isObject<RetryOptions>(), {} as RetryOptions);
  const config = {
    headers: resolveHeaders(options.headers, env),
    format: pick(
      'format',
      options.format,
      oneOf('object', 'ndjson', 'array'),
      'object',
      'REMOTE_LOGGER_FORMAT',
    ),
    compression: pick(
      'compression',
      options.compression,
      oneOf('none', 'gzip'),
      'none',
      'REMOTE_LOGGER_COMPRESSION',
    ),
    timeoutMillis: pick(
      'timeoutMillis',
      options.timeoutMillis,
      millis(1),
      DEFAULTS.timeoutMillis,
      'REMOTE_LOGGER_TIMEOUT',
    ),
    metadata: pick('metadata', options.metadata, isBoolean, defaults.metadata),
    resource: pick('resource', options.resource, isBoolean, true),
    maxPayloadBytes: pick('maxPayloadBytes', options.maxPayloadBytes, integer(1), DEFAULTS.maxPayloadBytes),
    concurrency: pick('concurrency', options.concurrency, integer(1), DEFAULTS.concurrency),
    maxConnectionAgeMillis: pick(
      'maxConnectionAgeMillis',
      options.maxConnectionAgeMillis,
      millis(1),
      DEFAULTS.maxConnectionAgeMillis,
    ),
    retry: {
      initialDelayMillis: pick(
        'retry.initialDelayMillis',
        retry.initialDelayMillis,
        millis(1),
        DEFAULTS.initialDelayMillis,
      ),
      maxDelayMillis: pick('retry.maxDelayMillis', retry.maxDelayMillis, millis(1), DEFAULTS.maxDelayMillis),
      maxElapsedMillis: pick(
        'retry.maxElapsedMillis',
        retry.maxElapsedMillis,
        millis(0),
        defaults.maxElapsedMillis,
      ),
    },
    exportTimeoutMillis: Number.POSITIVE_INFINITY,
    meterProvider: pick(
      'meterProvider',
      options.meterProvider,
      hasMethod<MeterProvider>('getMeter', 'a MeterProvider'),
      undefined,
    ),
    onDrop: pick('onDrop', options.onDrop, isFunction<LossListener>(), undefined),
    proxies: endpoint === undefined || options.dispatcher ? NO_PROXIES : resolveProxies(env),
    thread: resolveThread(pick, options),
    exitTimeoutMillis: pick(
      'exitTimeoutMillis',
      options.exitTimeoutMillis,
      millis(0),
      DEFAULTS.exitTimeoutMillis,
    ),
    shutdownTimeoutMillis: pick(
      'shutdownTimeoutMillis',
      options.shutdownTimeoutMillis,
      millis(0),
      DEFAULTS.shutdownTimeoutMillis,
    ),
    dispatcher: pick(
      'dispatcher',
      options.dispatcher,
      hasMethod<Dispatcher>('dispatch', 'an undici Dispatcher'),
      undefined,
    ),
  };
  return { endpoint, ...config };
}

/** A dispatcher is an object of this thread, which no other can use. */
function resolveThread(
  pick: Picker,
  { thread: option, dispatcher }: RemoteLogRecordExporterOptions,
): boolean {
  const thread = pick('thread', option, isBoolean, false, 'REMOTE_LOGGER_THREAD');
  if (!thread || dispatcher === undefined) return thread;
  if (option)
    throw wrongOption('thread', { must: 'be false where there is a dispatcher', shows: true }, option);
  warnOfSettings('REMOTE_LOGGER_THREAD must be false where there is a dispatcher, got "true"; using false');
  return false;
}
