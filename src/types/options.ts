import type { MeterProvider } from '@opentelemetry/api';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { Dispatcher } from 'undici';
import type { LossListener } from './account.js';
import type { FlatDict, LoggerFields } from './json.js';

export type Format = 'object' | 'ndjson' | 'array';
export type Compression = 'none' | 'gzip';
/** What becomes of a record that is too large. */
export type Oversize = 'refuse' | 'trim';
export type HeaderFields = Readonly<Record<string, string>>;

export interface RetryOptions {
  /** Upper bound of the first pause after a failure, in milliseconds; it doubles with each further failure. Default: `REMOTE_LOGGER_RETRY_INITIAL_DELAY`, then 1000. */
  readonly initialDelayMillis?: number | undefined;
  /** Upper bound of any pause that the endpoint did not ask for, in milliseconds. Default: `REMOTE_LOGGER_RETRY_MAX_DELAY`, then 30000. */
  readonly maxDelayMillis?: number | undefined;
  /**
   * How long a record may be held up by failures before it is given up, in milliseconds. Default: `REMOTE_LOGGER_RETRY_MAX_ELAPSED`, then 300000 (5 minutes);
   * in the exporter 25000, which also limits each export as a whole (but never to less than `timeoutMillis`), to stay below the 30 s after which a batch processor stops waiting.
   */
  readonly maxElapsedMillis?: number | undefined;
}

/** The names and, but for `exportTimeoutMillis`, the defaults of the SDK's BatchLogRecordProcessor. */
export interface BatchOptions {
  /** Longest wait of a record for its batch, in milliseconds. Default: `OTEL_BLRP_SCHEDULE_DELAY`, then 1000. */
  readonly scheduledDelayMillis?: number | undefined;
  /** Most records of a batch. Default: `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`, then 512. */
  readonly maxExportBatchSize?: number | undefined;
  /** Longest time for one batch with all its retries, in milliseconds. Default: `OTEL_BLRP_EXPORT_TIMEOUT`, then no limit but `retry.maxElapsedMillis`. */
  readonly exportTimeoutMillis?: number | undefined;
}

/** When the disk is told to keep what was written: after each turn of the event loop, within a second, or by the system alone. */
export type SpoolSync = 'always' | 'interval' | 'never';

/** A queue on disk. */
export interface SpoolOptions {
  /** Where its files are. It is made if it is not there; several processes can share it, if they send to the same endpoint. Default: `REMOTE_LOGGER_SPOOL`. */
  readonly directory?: string | undefined;
  /** Most bytes of a process's files; the newest record is refused. Default: `REMOTE_LOGGER_SPOOL_MAX_BYTES`, then 1073741824 (1 GiB). */
  readonly maxBytes?: number | undefined;
  /**
   * What outlives the death of the machine, and not only of the process: `always` all that was logged in turns of the event loop that are over,
   * at the cost of a wait for the disk in each; `interval` what was logged a second ago; `never` what the system has written by itself.
   * Default: `REMOTE_LOGGER_SPOOL_SYNC`, then `interval`.
   */
  readonly sync?: SpoolSync | undefined;
  /**
   * Most bytes of the records that were given up, such as those that the endpoint has rejected, which are kept in the folder `dead-letters` of the
   * directory; 0 for none. Default: `REMOTE_LOGGER_SPOOL_MAX_DEAD_LETTER_BYTES`, then 67108864 (64 MiB).
   */
  readonly maxDeadLetterBytes?: number | undefined;
  /**
   * How long a record may wait, in milliseconds; then it is given up, reason `expired`. In the process that logged it, that is time in which it
   * ran; of what earlier processes left, the time since the last write to the file, by the wall clock. Default: `REMOTE_LOGGER_SPOOL_MAX_AGE`, then no limit.
   */
  readonly maxAgeMillis?: number | undefined;
  /**
   * So many bytes of the disk are left to others: where fewer are free, no file is begun, and records wait in memory as where the disk is full; 0 for
   * none. Default: `REMOTE_LOGGER_SPOOL_MIN_FREE_BYTES`, then 5 % of the disk, but no more than 268435456 (256 MiB).
   */
  readonly minFreeBytes?: number | undefined;
  /**
   * Size of a file, in bytes, from 65536 (64 KiB) to 33554432 (32 MiB): it is removed when all of its records are settled. Never more than an eighth of
   * `maxBytes`, but with room for two payloads where a payload is many records. Default: `REMOTE_LOGGER_SPOOL_SEGMENT_BYTES`, then 1048576 (1 MiB).
   */
  readonly segmentBytes?: number | undefined;
}

/** What stands in the place of a value: a text, or a function that is given a copy of the value, and the keys that lead to it. */
export type Censor = string | ((value: unknown, path: readonly string[]) => unknown);

/** A rule of redaction. */
export interface RedactOptions {
  /**
   * What is redacted, by paths as pino writes them: `ip`, `headers.authorization`, `messages[*][1]`, `*.email`, `["x-api-key"]`. After `**`, a
   * name is found at any depth and however it is written: `**.api-key` finds `apiKey`, `X_API_KEY` needs `**.*api-key`. Default: none.
   */
  readonly paths?: readonly string[] | undefined;
  /** What is redacted in all texts: each match, wherever it is. Default: none. */
  readonly patterns?: readonly RegExp[] | undefined;
  /** What stands in its place. Where a function throws, or returns a promise, that is the default. Default: `[Redacted]`. */
  readonly censor?: Censor | undefined;
  /** Whether the field is left out instead; an item of an array becomes `null`, a match of a pattern nothing. Default: `false`. */
  readonly remove?: boolean | undefined;
  /** Whether texts that are JSON are looked into with all rules, and parameters of URLs and forms, where names after `**` are found anyway. Default: `false`. */
  readonly inText?: boolean | undefined;
}

/** Decides what is sent of a record: what it returns, which may be the record itself, changed or not, or nothing for `null`. */
export type BeforeSend = (record: FlatDict) => Readonly<Record<string, unknown>> | null;

/** What the exporter and the logger share. For each option: the value given here, then its variable, then its default. */
export interface RemoteLogRecordExporterOptions {
  /**
   * Where records are POSTed: an absolute `http:` or `https:` URL. `user:password@` becomes Basic authorization.
   * Default: `REMOTE_LOGGER_URL`; without either, nothing is sent.
   */
  readonly url?: string | URL | undefined;
  /** Headers of each POST, or a function, sync or async, that is asked before each one. Default: `REMOTE_LOGGER_HEADERS` (`key=value,key=value`, percent-encoded). */
  readonly headers?: HeaderFields | (() => HeaderFields | Promise<HeaderFields>) | undefined;
  /** One JSON object a POST, or many records a POST: one a line, or in an array. Default: `REMOTE_LOGGER_FORMAT`, then `object`. */
  readonly format?: Format | undefined;
  /** Default: `REMOTE_LOGGER_COMPRESSION`, then `none`. */
  readonly compression?: Compression | undefined;
  /** Time limit of one POST until the end of its answer, in milliseconds. Default: `REMOTE_LOGGER_TIMEOUT`, then 10000. */
  readonly timeoutMillis?: number | undefined;
  /**
   * Whether metadata fields such as `timestamp` and `trace_id` are added; in a logger also `sequence`, the record's number among the admitted.
   * Default: `REMOTE_LOGGER_METADATA` (`true` or `false`), then `true` in the exporter, `false` in the logger.
   */
  readonly metadata?: boolean | undefined;
  /** Whether the metadata holds `resource`. Default: `REMOTE_LOGGER_RESOURCE` (`true` or `false`), then `true`. */
  readonly resource?: boolean | undefined;
  /** Most bytes of a POST's body before compression. A record above it is refused, or trimmed. Default: `REMOTE_LOGGER_MAX_PAYLOAD_BYTES`, then 1048576 (1 MiB). */
  readonly maxPayloadBytes?: number | undefined;
  /** Most POSTs under way at a time. Default: `REMOTE_LOGGER_CONCURRENCY`, then 10. */
  readonly concurrency?: number | undefined;
  /**
   * Greatest age of a connection, in milliseconds, less up to a fifth by chance. An older one is closed between two POSTs, so that
   * new machines behind a load balancer, and changes of a name's address, are noticed. Default: `REMOTE_LOGGER_MAX_CONNECTION_AGE`, then 180000 (3 minutes).
   */
  readonly maxConnectionAgeMillis?: number | undefined;
  readonly retry?: RetryOptions | undefined;
  /**
   * A directory for a queue on disk: what was logged outlives the process, and a later one that has the same directory delivers it. Records wait for
   * as long as it takes then, also where the endpoint refuses them (401, 403, 404, ...), unless `retry.maxElapsedMillis` is given; only one that
   * fails while most others get through is given up, after 5 minutes. Default: `REMOTE_LOGGER_SPOOL`, then none, and the queue is in memory.
   */
  readonly spool?: string | SpoolOptions | undefined;
  /** Where this package's own metrics go. Default: the global meter provider. */
  readonly meterProvider?: MeterProvider | undefined;
  /** Called when records are dropped or failed, but for those with reason `feedback`. What it throws is reported on `diag`. It must not log to the same logger later on, which would not end. Default: none. */
  readonly onDrop?: LossListener | undefined;
  /** Whether all that comes after the queue runs in a worker thread, and leaves the main thread to the application. Not together with `dispatcher`. Default: `REMOTE_LOGGER_THREAD` (`true` or `false`), then `false`. */
  readonly thread?: boolean | undefined;
  /**
   * With `thread`: longest wait of `process.exit()`, or of an uncaught exception, until what is pending is delivered, in milliseconds; 0 for
   * none. With `spool`: longest wait of a process that ends by itself, until an attempt has failed; the rest is left to a later one. Default: `REMOTE_LOGGER_EXIT_TIMEOUT`, then 2000.
   */
  readonly exitTimeoutMillis?: number | undefined;
  /**
   * Longest time of `shutdown()`, in milliseconds, for what is pending then; of an exporter's with the flush that its batch processor makes
   * before. Four fifths of it are the longest time of a provider's `forceFlush()`. Connections take up to 3 s more to close, but
   * hardly ever do. Default: `REMOTE_LOGGER_SHUTDOWN_TIMEOUT`, then 5000, as a container is killed 10 s after it was asked to stop.
   */
  readonly shutdownTimeoutMillis?: number | undefined;
  /** An undici `Dispatcher` for all requests, for a proxy, a certificate or a unix socket of your own. It is not closed by this package. Default: one that respects `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly dispatcher?: Dispatcher | undefined;
  /**
   * What is not to leave the process: paths, or a rule, or a list of both, of which the first that finds a value counts. `SECRET_KEYS` has the paths of
   * credentials. Default: `REMOTE_LOGGER_REDACT` (paths with commas between, and the words `SECRET_KEYS` and `CONTENT_KEYS`), then nothing.
   */
  readonly redact?: RedactOptions | readonly (string | RedactOptions)[] | undefined;
  /**
   * Called with each record as it would be sent: flat, redacted, with its metadata. What it returns is sent in its place, flattened again; it may be
   * the same object. `null` drops the record, reason `filtered`, and no warning tells of it. If it throws, or returns anything else,
   * nothing is sent, reason `filter_failed`. That holds for `undefined`, too: a function without a `return` may have changed the record, or
   * have meant to drop it. It runs within `log()`, or `export()`, and must answer at once. What it logs is not sent, reason `feedback`. Default: none.
   */
  readonly beforeSend?: BeforeSend | undefined;
  /**
   * Whether a record above `maxPayloadBytes` is refused, or its longest texts are cut until it fits, each with a marker that says how many
   * bytes are gone and the hash of the whole text. What is above eight times the limit, or not for its texts, is refused all the same. Default: `REMOTE_LOGGER_OVERSIZE`, then `refuse`.
   */
  readonly oversize?: Oversize | undefined;
}

/** What a logger has on its own, and `registerRemoteLogging()` too. */
export interface RemoteLoggingOptions extends RemoteLogRecordExporterOptions {
  /** Most records pending at a time; the newest is refused. Default: `OTEL_BLRP_MAX_QUEUE_SIZE`, then 100000. */
  readonly maxQueueSize?: number | undefined;
  /** Most bytes of text pending at a time, with its metadata; the newest is refused. Default: `REMOTE_LOGGER_MAX_QUEUE_BYTES`, then 67108864 (64 MiB). */
  readonly maxQueueBytes?: number | undefined;
  readonly batch?: BatchOptions | undefined;
  /**
   * Signals at which all loggers and exporters of the process are flushed, for 5 s at the most, before it ends of them. Where the
   * application listens too, its end is the application's affair. Default: `REMOTE_LOGGER_FLUSH_ON_SIGNALS` (`SIGTERM,SIGINT`, or
   * `none`), then none; with `otel-remote-logger/register` SIGTERM and SIGINT.
   */
  readonly flushOnSignals?: readonly NodeJS.Signals[] | undefined;
}

export interface RemoteLoggerOptions extends RemoteLoggingOptions {
  /**
   * A logger provider of the application, to log to in place of an endpoint: `url` must not be given, `REMOTE_LOGGER_URL` is
   * not read, and where records go, and how, is the affair of its processors and exporters. `delivered` then means handed
   * to it. `flush()` flushes it; `shutdown()` leaves it alone. Default: none, the logger has a pipeline of its own.
   */
  readonly loggerProvider?: LoggerProvider | undefined;
  /**
   * Fields that each record has, unless it brings its own of that name: those of an object, as they are when the logger is made, or those that a
   * function returns, which is asked within each `log()`, such as for a request's id in an `AsyncLocalStorage`. It must answer at once;
   * `undefined` and `null` are no fields. If it throws, or returns what has no fields, records are sent without, and a warning says so.
   * What it logs is not sent, reason `feedback`. Default: none.
   */
  readonly fields?: LoggerFields | undefined;
}
