import { wantedBy } from './config/config.js';
import { loadAhead } from './delivery/load-ahead.js';

export type { DeadlineOptions } from './lifecycle/deadline.js';
export { createRemoteLogger } from './logger/create-remote-logger.js';
export { getRemoteLogger, setRemoteLogger } from './logger/global-logger.js';
export type { RemoteLogger } from './logger/remote-logger.js';
export { type RemoteLogging, registerRemoteLogging } from './logger/remote-logging.js';
export { type Flushed, type WithFlushOptions, withFlush } from './logger/with-flush.js';
export { RemoteLogRecordExporter } from './otel/exporter.js';
export { bridgeLoggerProviders } from './otel/globals.js';
export { flatten } from './record/flatten.js';
export { type ToFlatDictOptions, toFlatDict } from './record/to-dict.js';
export { keyedHash } from './redact/keyed-hash.js';
export { CONTENT_KEYS, SECRET_KEYS } from './redact/keys.js';
export type { DeliveryStats, DropReason, Loss, LossListener } from './types/account.js';
export type { FlatDict, LogData, LoggerFields, Scalar } from './types/json.js';
export type {
  BatchOptions,
  BeforeSend,
  Censor,
  Compression,
  Format,
  HeaderFields,
  Oversize,
  RedactOptions,
  RemoteLoggerOptions,
  RemoteLoggingOptions,
  RemoteLogRecordExporterOptions,
  RetryOptions,
  SpoolOptions,
  SpoolSync,
} from './types/options.js';
export type { FailReason } from './types/send-result.js';

// Later, no file can be opened, perhaps, or a new version has taken the place of this one: what is needed is loaded now.
const wanted = wantedBy();
if (wanted.logger) loadAhead(wanted.spool);
