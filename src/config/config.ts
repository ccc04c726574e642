import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { Redaction } from '../redact/redaction.js';
import { setDebugging } from '../runtime/debug.js';
import type { RemoteLoggerOptions, RemoteLogRecordExporterOptions } from '../types/options.js';
import { resolveEndpoint, resolveHeaders, resolveProxies } from './destination.js';
import type { Endpoint } from './endpoint.js';
import { mayHaveThread } from './may-have-thread.js';
import {
  checkBeside,
  checkNames,
  EXPORTER_OPTIONS,
  LOGGER_OPTIONS,
  type OptionNames,
} from './option-names.js';
import { type Env, pick, pickAll, pickGroup } from './pick.js';
import { NO_PROXIES } from './proxy.js';
import { isUnreadable, resolveRedact, UNREADABLE } from './redact.js';
import { isLoggerProvider, wrongOption } from './rules.js';
import { BATCH, DEBUG, DELIVERY, flushOnSignals, INTAKE, OF_EXPORTER, OF_LOGGER, RETRY } from './settings.js';
import type { AdmissionConfig, DeliveryConfig, LoggerConfig } from './settled.js';
import { resolveSpool } from './spool.js';
import { warnOfMisspelt } from './variables.js';

export type { HeaderSource } from './destination.js';
export type { AdmissionConfig, DeliveryConfig, LoggerConfig } from './settled.js';

/** Settles the exporter's settings; `undefined` if it is off. Throws a TypeError for a wrong option. */
export function resolveExporterConfig(
  options: RemoteLogRecordExporterOptions = {},
  env: Env = process.env,
): DeliveryConfig | undefined {
  checkNames(options, EXPORTER_OPTIONS);
  const config = resolveDelivery(options, env, OF_EXPORTER);
  if (!isUsable(config)) return undefined;
  // The limit for a record limits the whole export, as the batch processor waits for all of its records. There is time for one attempt at least.
  const exportTimeoutMillis = Math.max(config.retry.maxElapsedMillis, config.timeoutMillis);
  return { ...config, exportTimeoutMillis };
}

/** What differs between loggers: the options that there are, and defaults. */
export interface LoggerKind {
  readonly names: OptionNames;
  readonly signals: readonly NodeJS.Signals[];
  readonly metadata: boolean;
}

/** `log(data)` sends the data and nothing else. */
const OF_DATA: LoggerKind = { names: LOGGER_OPTIONS, signals: [], metadata: OF_LOGGER.metadata.fallback };

/** Settles the logger's settings; `undefined` if it is off. Throws a TypeError for a wrong option. */
export function resolveLoggerConfig(
  options: RemoteLoggerOptions = {},
  env: Env = process.env,
  kind: LoggerKind = OF_DATA,
): LoggerConfig | undefined {
  checkNames(options, kind.names);
  const config = resolveLogger(options, env, kind);
  return isUsable(config) && !isDisabled(env) ? config : undefined;
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
  checkBeside(options);
  const { redact, ...config } = resolveLogger({ ...options, url: '' }, env);
  if (isDisabled(env) || redact === UNREADABLE) return undefined;
  // The provider's exporters may want to know the trace, so the record keeps its metadata.
  return { ...config, redact, metadata: true, spool: undefined };
}

/** Settles the settings of a logger whose records a test collects, with no need of a URL; `undefined` if none would be sent. Throws a TypeError for a wrong option. */
export function resolveCollected(
  options: RemoteLoggerOptions = {},
  env: Env = process.env,
): LoggerConfig | undefined {
  checkNames(options, LOGGER_OPTIONS);
  const config = resolveLogger({ ...options, url: 'http://127.0.0.1/' }, env);
  return isUsable(config) ? { ...config, spool: undefined, flushOnSignals: [] } : undefined;
}

/** Why there is nothing to do. */
export function whyOff(env: Env = process.env): string {
  if (isDisabled(env)) return 'OTEL_SDK_DISABLED is true';
  if (isUnreadable(env)) return 'REMOTE_LOGGER_REDACT is not readable';
  return 'no usable URL is set, as option or in REMOTE_LOGGER_URL';
}

const isDisabled = (env: Env): boolean => env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true';

/** Settings by which nothing may be sendable: to nowhere, or without knowing what must not be sent. */
type Unchecked<T extends DeliveryConfig> = Omit<T, 'endpoint' | 'redact'> & {
  readonly endpoint: Endpoint | undefined;
  readonly redact: Redaction | typeof UNREADABLE | undefined;
};

const isUsable = <T extends DeliveryConfig>(config: Unchecked<T>): config is Unchecked<T> & T =>
  config.endpoint !== undefined && config.redact !== UNREADABLE;

function resolveLogger(
  options: RemoteLoggerOptions,
  env: Env,
  { signals, metadata }: LoggerKind = OF_DATA,
): Unchecked<LoggerConfig> {
  const defaults = { ...OF_LOGGER, metadata: { ...OF_LOGGER.metadata, fallback: metadata } };
  const delivery = resolveDelivery(options, env, defaults);
  const { exportTimeoutMillis, ...batch } = pickGroup(env, 'batch', options.batch, BATCH);
  const queue = pickAll(env, options, { ...INTAKE, flushOnSignals: flushOnSignals(signals) });
  return { ...delivery, ...queue, batch, exportTimeoutMillis };
}

/** Checks every option, also where there is no URL: a mistake shows in development, not first in production. */
function resolveDelivery(
  options: RemoteLogRecordExporterOptions,
  env: Env,
  { metadata, maxElapsedMillis }: typeof OF_LOGGER,
): Unchecked<DeliveryConfig> {
  setDebugging(pick(env, '', undefined, DEBUG));
  warnOfMisspelt(env);
  const endpoint = resolveEndpoint(options.url, env);
  const headers = resolveHeaders(options.headers, env);
  const spool = resolveSpool(options.spool, env);
  const retry = pickGroup(env, 'retry', options.retry, {
    ...RETRY,
    // What waits on disk waits for as long as it takes.
    maxElapsedMillis:
      spool === undefined ? maxElapsedMillis : { ...maxElapsedMillis, fallback: Number.POSITIVE_INFINITY },
  });
  const config = pickAll(env, options, { ...DELIVERY, metadata });
  return {
    ...config,
    endpoint,
    headers,
    retry: { ...retry, isPatient: spool !== undefined },
    spool,
    redact: resolveRedact(options.redact, env),
    exportTimeoutMillis: Number.POSITIVE_INFINITY,
    maxAgeMillis: spool?.maxAgeMillis ?? Number.POSITIVE_INFINITY,
    proxies: endpoint === undefined || config.dispatcher ? NO_PROXIES : resolveProxies(env),
    thread: config.thread && mayHaveThread(options),
  };
}

/** What the environment asks for, as far as its words tell: a logger, and a queue on disk. */
export const wantedBy = (env: Env = process.env): { readonly logger: boolean; readonly spool: boolean } => ({
  logger: Boolean(env['REMOTE_LOGGER_URL']),
  spool: Boolean(env['REMOTE_LOGGER_SPOOL']),
});

/** For the receiver: what its senders must know. */
export const listenToken = (env: Env = process.env): string | undefined =>
  env['REMOTE_LOGGER_LISTEN_TOKEN'] || undefined;
