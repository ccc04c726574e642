import type { MeterProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { Dispatcher } from 'undici';
import type { LossListener } from './account.js';
import { MAX_TIMER_MILLIS } from './clock.js';
import { type Endpoint, isOtlpPath, parseEndpoint, redactUrl, URL_RULE } from './endpoint.js';
import { faultOfHeaders, parseHeaderList } from './headers.js';
import type {
  BatchOptions,
  Compression,
  Format,
  HeaderFields,
  RemoteLoggerOptions,
  RemoteLoggingOptions,
  RemoteLogRecordExporterOptions,
  RetryOptions,
} from './options.js';
import { tell, tellOfSettings } from './otel-api.js';
import {
  areSignals,
  hasMethod,
  integer,
  isBoolean,
  isFunction,
  isLoggerProvider,
  isObject,
  oneOf,
  type Rule,
  show,
  wrongOption,
} from './rules.js';

export type Env = Readonly<Record<string, string | undefined>>;
export type HeaderSource = HeaderFields | (() => HeaderFields | Promise<HeaderFields>);

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
  readonly retry: Settled<RetryOptions>;
  /** Limit of one batch with all its retries; `Infinity` for none. */
  readonly exportTimeoutMillis: number;
  readonly meterProvider: MeterProvider | undefined;
  readonly onDrop: LossListener | undefined;
  readonly dispatcher: Dispatcher | undefined;
  /** Whether the environment names a proxy: which one, and for whom, is the HTTP client's to read. */
  readonly isProxied: boolean;
  readonly thread: boolean;
  readonly exitTimeoutMillis: number;
}

/** Options with every default in place. */
type Settled<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/** What decides on a record, wherever it goes then. */
export interface AdmissionConfig
  extends Pick<DeliveryConfig, 'format' | 'metadata' | 'maxPayloadBytes' | 'meterProvider' | 'onDrop'> {
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
} as const;

const PROXY_VARIABLES = ['http_proxy', 'https_proxy'];

const millis = (min: number): Rule<number> => integer(min, MAX_TIMER_MILLIS);

/** Settles the exporter's settings; `undefined` if it is off. Throws a TypeError for a wrong option. */
export function resolveExporterConfig(
  options: RemoteLogRecordExporterOptions = {},
  env: Env = process.env,
): DeliveryConfig | undefined {
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
): LoggerConfig | undefined {
  const config = resolveLogger(options, env);
  return hasEndpoint(config) && !isDisabled(env) ? config : undefined;
}

/** Settles the settings of a logger on a provider of the application; `undefined` if it is off. Throws a TypeError for a wrong option. */
export function resolveProvidedConfig(
  loggerProvider: LoggerProvider,
  options: RemoteLoggerOptions,
  env: Env = process.env,
): AdmissionConfig | undefined {
  if (!isLoggerProvider.accepts(loggerProvider)) {
    throw wrongOption('loggerProvider', isLoggerProvider, loggerProvider);
  }
  if (options.url !== undefined) {
    throw new TypeError(
      'otel-remote-logger: option "url" must not be given with "loggerProvider", whose exporters know where to send',
    );
  }
  const config = resolveLogger({ ...options, url: '' }, env);
  // The provider's exporters may want to know of the trace, whatever ours does by default.
  return isDisabled(env) ? undefined : { ...config, metadata: true };
}

const isDisabled = (env: Env): boolean => env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true';

type Unaddressed<T extends DeliveryConfig> = Omit<T, 'endpoint'> & {
  readonly endpoint: Endpoint | undefined;
};

const hasEndpoint = <T extends DeliveryConfig>(config: Unaddressed<T>): config is Unaddressed<T> & T =>
  config.endpoint !== undefined;

function resolveLogger(options: RemoteLoggingOptions, env: Env): Unaddressed<LoggerConfig> {
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
    flushOnSignals: pick('flushOnSignals', options.flushOnSignals, areSignals, []),
  };
  return { ...delivery, ...config };
}

/** Checks every option, also where there is no URL: a mistake shows in development, not first in production. */
function resolveDelivery(
  options: RemoteLogRecordExporterOptions,
  env: Env,
  defaults: { readonly metadata: boolean; readonly maxElapsedMillis: number },
): Unaddressed<DeliveryConfig> {
  if (!isObject().accepts(options)) {
    throw new TypeError(`otel-remote-logger: options must be an object, got ${show(options)}`);
  }
  const pick = picker(env);
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
    isProxied: PROXY_VARIABLES.some((name) => Boolean(env[name] || env[name.toUpperCase()])),
    thread: resolveThread(pick, options),
    exitTimeoutMillis: pick(
      'exitTimeoutMillis',
      options.exitTimeoutMillis,
      millis(0),
      DEFAULTS.exitTimeoutMillis,
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
  pick: ReturnType<typeof picker>,
  { thread: option, dispatcher }: RemoteLogRecordExporterOptions,
): boolean {
  const thread = pick('thread', option, isBoolean, false, 'REMOTE_LOGGER_THREAD');
  if (!thread || dispatcher === undefined) return thread;
  if (option)
    throw wrongOption('thread', { must: 'be false where there is a dispatcher', shows: true }, option);
  tell('warn', 'REMOTE_LOGGER_THREAD must be false where there is a dispatcher, got "true"; using false');
  return false;
}

/** Option, then variable, then default. A wrong option throws, a wrong variable warns and falls back. */
const picker =
  (env: Env) =>
  <T, D>(name: string, option: T | undefined, rule: Rule<T>, fallback: D, variable?: string): T | D => {
    if (option !== undefined) {
      if (!rule.accepts(option)) throw wrongOption(name, rule, option);
      return option;
    }
    const text = variable === undefined ? undefined : env[variable]?.trim();
    if (!text) return fallback;
    const value = rule.read(text);
    if (rule.accepts(value)) return value;
    tell('warn', `${variable} must ${rule.must}, got ${show(text)}; using ${show(fallback)}`);
    return fallback;
  };

/** An empty URL is no URL, as option and as variable. */
function resolveEndpoint(option: string | URL | undefined, env: Env): Endpoint | undefined {
  const fromEnv = option === undefined;
  const value = fromEnv ? env['REMOTE_LOGGER_URL']?.trim() : option;
  if (value === undefined || value === '') return undefined;
  const endpoint = parseEndpoint(value);
  if (endpoint === undefined) {
    const shown =
      typeof value === 'string' || (value as unknown) instanceof URL ? redactUrl(String(value)) : value;
    if (!fromEnv) throw wrongOption('url', { must: URL_RULE, shows: true }, shown);
    tellOfSettings(`REMOTE_LOGGER_URL must ${URL_RULE}, got ${show(shown)}; nothing will be sent`);
  } else if (isOtlpPath(endpoint.url)) {
    tell(
      'warn',
      `the URL ends in /v1/logs: OTLP receivers answer 200 to flat JSON and lose it; use an endpoint that takes plain JSON`,
    );
  }
  return endpoint;
}

function resolveHeaders(option: HeaderSource | undefined, env: Env): HeaderSource {
  if (typeof option === 'function') return option;
  if (option !== undefined) {
    const fault = faultOfHeaders(option);
    if (fault !== undefined) throw new TypeError(`otel-remote-logger: option "headers" ${fault}`);
    return { ...option };
  }
  const { headers, faults } = parseHeaderList(env['REMOTE_LOGGER_HEADERS'] ?? '');
  if (faults > 0) {
    tell(
      'warn',
      `REMOTE_LOGGER_HEADERS must be key=value pairs with commas between; left out ${faults} that are not`,
    );
  }
  return headers;
}
