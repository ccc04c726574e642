export type { DeliveryStats, DropReason, Loss, LossListener } from './account.js';
export type { DeadlineOptions } from './deadline.js';
export { bridgeLoggerProviders } from './globals.js';
export type { FlatDict, LogData, Scalar } from './json.js';
export { createRemoteLogger, getRemoteLogger, type RemoteLogger } from './logger/remote-logger.js';
export { type RemoteLogging, registerRemoteLogging } from './logger/remote-logging.js';
export { type WithFlushOptions, withFlush } from './logger/with-flush.js';
export type {
  BatchOptions,
  Compression,
  Format,
  HeaderFields,
  RemoteLoggerOptions,
  RemoteLoggingOptions,
  RemoteLogRecordExporterOptions,
  RetryOptions,
} from './options.js';
export { RemoteLogRecordExporter } from './otel/exporter.js';
export { flatten } from './record/flatten.js';
export { type ToFlatDictOptions, toFlatDict } from './record/to-dict.js';
export type { FailReason } from './transport/transport.js';
