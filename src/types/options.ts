import type { MeterProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { Dispatcher } from 'undici';
import type { LossListener } from './account.js';
import type { FlatDict, LoggerFields } from './json.js';

/** How records fill a POST: one JSON object, one object a line, or one array of objects. */
export type Format = 'object' | 'ndjson' | 'array';
/** How a POST's body is compressed. */
export type Compression = 'none' | 'gzip';
/** What becomes of a record that is too large: it is refused, or its longest texts are cut. */
export type Oversize = 'refuse' | 'trim';
/** Headers of a POST, by name. */
export type HeaderFields = Readonly<Record<string, string>>;

/** How a failed POST is retried. */
export interface RetryOptions {
  /** The longest first pause after a failure, in milliseconds. The bound doubles with each further failure. Default: `REMOTE_LOGGER_RETRY_INITIAL_DELAY`, then 1000. */
  readonly initialDelayMillis?: number | undefined;
  /** The longest pause that the endpoint did not ask for, in milliseconds. Default: `REMOTE_LOGGER_RETRY_MAX_DELAY`, then 30000. */
  readonly maxDelayMillis?: number | undefined;
  /**
   * How long failures may hold a record up before it is given up, in milliseconds. In the exporter, it also limits each export, unless `timeoutMillis` is
   * longer, as a batch processor stops waiting after 30 s.
   * Default: `REMOTE_LOGGER_RETRY_MAX_ELAPSED`, then 300000 (5 minutes), in the exporter 25000, with `spool` no limit.
   */
  readonly maxElapsedMillis?: number | undefined;
}

/** When a batch is sent. Names and defaults are those of the SDK's BatchLogRecordProcessor, except the defaults of `scheduledDelayMillis` and `exportTimeoutMillis`. */
export interface BatchOptions {
  /**
   * How long after the last batch one is sent that is not full, in milliseconds; 0 for at once. So no record waits longer for its batch, and one that comes
   * after a pause does not wait at all. Default: `OTEL_BLRP_SCHEDULE_DELAY`, then 200.
   */
  readonly scheduledDelayMillis?: number | undefined;
  /** The most records in a batch. Default: `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`, then 512. */
  readonly maxExportBatchSize?: number | undefined;
  /** The longest time for one batch with all its retries, in milliseconds. Default: `OTEL_BLRP_EXPORT_TIMEOUT`, then none of its own: `retry.maxElapsedMillis` limits each record. */
  readonly exportTimeoutMillis?: number | undefined;
}

/** When the disk is told to keep what was written: after each turn of the event loop, within a second, or when the system does so by itself. */
export type SpoolSync = 'always' | 'interval' | 'never';

/** A queue on disk. */
export interface SpoolOptions {
  /** The directory of its files. It is made if it is missing. Several processes can share it. Default: `REMOTE_LOGGER_SPOOL`. */
  readonly directory?: string | undefined;
  /** The most bytes of a process's files. Above that, the newest record is refused. Default: `REMOTE_LOGGER_SPOOL_MAX_BYTES`, then 1073741824 (1 GiB). */
  readonly maxBytes?: number | undefined;
  /**
   * Which records outlive the death of the machine, and not only of the process. `always`: all of turns of the event loop that are over, for the price
   * of a wait for the disk in each turn. `interval`: those logged more than a second ago. `never`: those that the system has written by itself.
   * Default: `REMOTE_LOGGER_SPOOL_SYNC`, then `interval`.
   */
  readonly sync?: SpoolSync | undefined;
  /**
   * The most bytes of records that were given up, for example because the endpoint rejected them. They are kept in the directory's folder
   * `dead-letters`; 0 for none. Default: `REMOTE_LOGGER_SPOOL_MAX_DEAD_LETTER_BYTES`, then 67108864 (64 MiB).
   */
  readonly maxDeadLetterBytes?: number | undefined;
  /**
   * How long a record may wait, in milliseconds; then it is given up, reason `expired`. In the process that logged it, only time in which the process
   * ran counts. For what earlier processes left, the time since the last write to the file counts, by the wall clock. Default: `REMOTE_LOGGER_SPOOL_MAX_AGE`, then no limit.
   */
  readonly maxAgeMillis?: number | undefined;
  /** Free bytes of the disk that are left to others. Where fewer are free, no file is begun, and records wait in memory; 0 for none. Default: `REMOTE_LOGGER_SPOOL_MIN_FREE_BYTES`, then 5 % of the disk, but no more than 268435456 (256 MiB). */
  readonly minFreeBytes?: number | undefined;
  /**
   * The size of a file, in bytes, from 65536 (64 KiB) to 33554432 (32 MiB). A file is removed when all of its records are settled. The size is never above
   * an eighth of `maxBytes`; where a payload is many records, it has room for two payloads. Default: `REMOTE_LOGGER_SPOOL_SEGMENT_BYTES`, then 1048576 (1 MiB).
   */
  readonly segmentBytes?: number | undefined;
}

/** What replaces a value: a text, or a function that is called with a copy of the value and the keys that lead to it. */
export type Censor = string | ((value: unknown, path: readonly string[]) => unknown);

/** A rule of redaction. */
export interface RedactOptions {
  /**
   * Paths of what is redacted, as pino writes them: `ip`, `headers.authorization`, `messages[*][1]`, `*.email`, `["x-api-key"]`. After `**`, a
   * name is found at any depth and in any spelling: `**.api-key` finds `apiKey`. `X_API_KEY` needs `**.*api-key`. Default: none.
   */
  readonly paths?: readonly string[] | undefined;
  /** Each match in any text is redacted. Default: none. */
  readonly patterns?: readonly RegExp[] | undefined;
  /** What replaces it. Where a function throws or returns a promise, the default does. Default: `[Redacted]`. */
  readonly censor?: Censor | undefined;
  /** Whether the field is left out. An item of an array becomes `null`, and a match of a pattern is cut out. Default: `false`. */
  readonly remove?: boolean | undefined;
  /** Whether all rules look into texts that are JSON, URLs or forms. Names after `**` are found in URLs and forms anyway. Default: `false`. */
  readonly inText?: boolean | undefined;
}

/** Returns what is sent in the place of a record: the record itself, changed or not, another object, or `null` for nothing. */
export type BeforeSend = (record: FlatDict) => Readonly<Record<string, unknown>> | null;

/** The options that the exporter and the logger share. For each one, the value given here counts first, then its variable, then its default. */
export interface RemoteLogRecordExporterOptions {
  /** Where records are POSTed: an absolute `http:` or `https:` URL. `user:password@` becomes Basic authorization. Default: `REMOTE_LOGGER_URL`; without either, nothing is sent. */
  readonly url?: string | URL | undefined;
  /** Headers of each POST, or a function, sync or async, that is called before each POST. Default: `REMOTE_LOGGER_HEADERS` (`key=value,key=value`, percent-encoded). */
  readonly headers?: HeaderFields | (() => HeaderFields | Promise<HeaderFields>) | undefined;
  /** How records fill a POST: one JSON object, one object a line (`ndjson`), or one array. Default: `REMOTE_LOGGER_FORMAT`, then `object`. */
  readonly format?: Format | undefined;
  /** How a POST's body is compressed. Default: `REMOTE_LOGGER_COMPRESSION`, then `none`. */
  readonly compression?: Compression | undefined;
  /** The longest time of one POST, to the end of its answer, in milliseconds. Default: `REMOTE_LOGGER_TIMEOUT`, then 10000. */
  readonly timeoutMillis?: number | undefined;
  /**
   * Whether metadata fields such as `timestamp` and `trace_id` are added. A logger also adds `sequence`, the record's number among the admitted ones.
   * Default: `REMOTE_LOGGER_METADATA` (`true` or `false`), then `true` in the exporter, `false` in the logger.
   */
  readonly metadata?: boolean | undefined;
  /** Whether the metadata has `resource`. Default: `REMOTE_LOGGER_RESOURCE` (`true` or `false`), then `true`. */
  readonly resource?: boolean | undefined;
  /** The largest body of a POST, in bytes before compression. A larger record is refused, or trimmed. Default: `REMOTE_LOGGER_MAX_PAYLOAD_BYTES`, then 1048576 (1 MiB). */
  readonly maxPayloadBytes?: number | undefined;
  /** The most POSTs at a time. Default: `REMOTE_LOGGER_CONCURRENCY`, then 10. */
  readonly concurrency?: number | undefined;
  /**
   * The greatest age of a connection, in milliseconds, minus a random part of up to a fifth. An older connection is closed between two POSTs. So new
   * machines behind a load balancer, and changes of a name's address, are noticed. Default: `REMOTE_LOGGER_MAX_CONNECTION_AGE`, then 180000 (3 minutes).
   */
  readonly maxConnectionAgeMillis?: number | undefined;
  /** How a failed POST is retried. */
  readonly retry?: RetryOptions | undefined;
  /**
   * A directory for a queue on disk. Records there outlive the process, and a later process with the same directory delivers them. Records wait for
   * as long as it takes, also where the endpoint refuses them (401, 403, 404, ...), unless `retry.maxElapsedMillis` is given. A record that
   * fails while most others get through is given up after 5 minutes. Default: `REMOTE_LOGGER_SPOOL`, then none, and the queue is in memory.
   */
  readonly spool?: string | SpoolOptions | undefined;
  /** Where this package's own metrics go. Default: the global meter provider. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Called when records are dropped or failed, except with reason `feedback`. What it throws is reported on `diag`. It must not log to the same logger later on: that would not end. Default: none. */
  readonly onDrop?: LossListener | undefined;
  /** Whether a worker thread does everything after the queue, which leaves the main thread to the application. Not together with `dispatcher`. Default: `REMOTE_LOGGER_THREAD` (`true` or `false`), then `false`. */
  readonly thread?: boolean | undefined;
  /**
   * With `thread`: the longest wait of `process.exit()`, or of an uncaught exception, for pending records, in milliseconds; 0 for none. With `spool`:
   * how long a process that ends by itself tries to deliver, until an attempt fails; a later process delivers the rest. Default: `REMOTE_LOGGER_EXIT_TIMEOUT`, then 2000.
   */
  readonly exitTimeoutMillis?: number | undefined;
  /**
   * How long `shutdown()` waits for pending records, in milliseconds; in an exporter, including the flush that its batch processor makes
   * before. Four fifths of it are for a provider's `forceFlush()`. Connections may take up to 3 s more to close, but hardly ever do. Default: `REMOTE_LOGGER_SHUTDOWN_TIMEOUT`, then 5000, as a container is killed 10 s after it was asked to stop.
   */
  readonly shutdownTimeoutMillis?: number | undefined;
  /** An undici `Dispatcher` for all requests, for a proxy, a certificate or a unix socket of your own. This package never closes it. Default: one that respects `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly dispatcher?: Dispatcher | undefined;
  /**
   * What must not leave the process: a rule, or a list of paths and rules, of which the first that finds a value counts. `SECRET_KEYS` has the paths of
   * credentials. Default: `REMOTE_LOGGER_REDACT` (paths with commas between, and the words `SECRET_KEYS` and `CONTENT_KEYS`), then nothing.
   */
  readonly redact?: RedactOptions | readonly (string | RedactOptions)[] | undefined;
  /**
   * Called with each record as it would be sent: flat, redacted, with its metadata. What it returns is flattened again and sent in its place; it may
   * return the same object. `null` drops the record, reason `filtered`, and no warning tells of it. If it throws, or returns anything else,
   * nothing is sent, reason `filter_failed`. This includes `undefined`: a function without a `return` may have changed the record, or may have meant
   * to drop it. It runs within `log()` or `export()`, and must answer at once. What it logs is not sent, reason `feedback`. Default: none.
   */
  readonly beforeSend?: BeforeSend | undefined;
  /**
   * Whether a record above `maxPayloadBytes` is refused, or its longest texts are cut until it fits. Each cut text ends in a marker with the number of
   * bytes that are gone and the hash of the whole text. A record above eight times the limit, or too large for other reasons, is still refused. Default: `REMOTE_LOGGER_OVERSIZE`, then `refuse`.
   */
  readonly oversize?: Oversize | undefined;
}

/** The options of `registerRemoteLogging()`: those of the exporter, and those of a queue of its own. */
export interface RemoteLoggingOptions extends RemoteLogRecordExporterOptions {
  /** The most pending records; above that, the newest is refused. Default: `OTEL_BLRP_MAX_QUEUE_SIZE`, then 100000. */
  readonly maxQueueSize?: number | undefined;
  /** The most bytes of pending text, with its metadata; above that, the newest is refused. Default: `REMOTE_LOGGER_MAX_QUEUE_BYTES`, then 67108864 (64 MiB). */
  readonly maxQueueBytes?: number | undefined;
  /** When a batch is sent. */
  readonly batch?: BatchOptions | undefined;
  /**
   * Signals at which all loggers and exporters of the process are flushed, for 5 s at most. Then the process ends of the signal, unless the
   * application listens to it as well: then the application decides. Default: `REMOTE_LOGGER_FLUSH_ON_SIGNALS` (`SIGTERM,SIGINT`, or
   * `none`), then none; with `otel-remote-logger/register` SIGTERM and SIGINT.
   */
  readonly flushOnSignals?: readonly NodeJS.Signals[] | undefined;
}

/** The options of `createRemoteLogger()`. */
export interface RemoteLoggerOptions extends RemoteLoggingOptions {
  /**
   * A logger provider of the application, which takes the records in place of an endpoint. `url` must not be given, and `REMOTE_LOGGER_URL` is
   * not read: the provider's processors and exporters decide where records go. `delivered` then means handed to the provider.
   * `flush()` flushes it; `shutdown()` leaves it alone. Default: none, the logger has a pipeline of its own.
   */
  readonly loggerProvider?: LoggerProvider | undefined;
  /**
   * Fields that are added to each record, unless it has a field of that name. An object is copied when the logger is made. A function is called within
   * each `log()`, for example for a request's id in an `AsyncLocalStorage`, and must answer at once; `undefined` and `null` are no fields. If it throws,
   * or returns something without fields, records are sent without them, and a warning says so. What it logs is not sent, reason `feedback`. Default: none.
   */
  readonly fields?: LoggerFields | undefined;
}
