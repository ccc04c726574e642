import type { MeterProvider } from '@opentelemetry/api';
import type { Dispatcher } from 'undici';
import type { Redaction } from '../redact/redaction.js';
import type { LossListener } from '../types/account.js';
import type { LoggerFields } from '../types/json.js';
import type {
  BatchOptions,
  BeforeSend,
  Compression,
  Format,
  Oversize,
  RetryOptions,
} from '../types/options.js';
import type { HeaderSource } from './destination.js';
import type { Endpoint } from './endpoint.js';
import type { Proxies } from './proxy.js';
import type { SpoolConfig } from './spool.js';

/** What both need that admits records and that delivers them. */
interface RecordConfig {
  readonly format: Format;
  readonly metadata: boolean;
  readonly maxPayloadBytes: number;
  readonly meterProvider: MeterProvider | undefined;
  readonly onDrop: LossListener | undefined;
  readonly spool: SpoolConfig | undefined;
  readonly redact: Redaction | undefined;
  readonly oversize: Oversize;
  readonly shutdownTimeoutMillis: number;
  readonly beforeSend: BeforeSend | undefined;
}

/** Everything that delivery needs, decided once. */
export interface DeliveryConfig extends RecordConfig {
  readonly endpoint: Endpoint;
  readonly headers: HeaderSource;
  readonly compression: Compression;
  readonly timeoutMillis: number;
  readonly resource: boolean;
  readonly concurrency: number;
  readonly maxConnectionAgeMillis: number;
  /** `isPatient`: whether what waits outlives the process, and so has time. */
  readonly retry: Settled<RetryOptions> & { readonly isPatient: boolean };
  /** Limit of one batch with all its retries; `Infinity` for none. */
  readonly exportTimeoutMillis: number;
  /** A record that waits for longer is given up; `Infinity` for none. */
  readonly maxAgeMillis: number;
  readonly dispatcher: Dispatcher | undefined;
  readonly proxies: Proxies;
  readonly thread: boolean;
  readonly exitTimeoutMillis: number;
}

/** Options with every default in place. */
type Settled<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> };

/** The settings by which a record is admitted, wherever it goes then. */
export interface AdmissionConfig extends RecordConfig {
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly flushOnSignals: readonly NodeJS.Signals[];
  readonly fields: LoggerFields | undefined;
}

export interface LoggerConfig extends DeliveryConfig, AdmissionConfig {
  readonly batch: Settled<Omit<BatchOptions, 'exportTimeoutMillis'>>;
}
