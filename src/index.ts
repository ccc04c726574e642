export type { DeliveryStats, DropReason, Loss, LossListener } from './account.js';
export type { DeadlineOptions } from './deadline.js';
export { RemoteLogRecordExporter } from './exporter.js';
export { bridgeLoggerProviders } from './globals.js';
export type { FlatDict, LogData, Scalar } from './json.js';
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
export { flatten } from './record/flatten.js';
export { type ToFlatDictOptions, toFlatDict } from './record/to-dict.js';
export { createRemoteLogger, getRemoteLogger, type RemoteLogger } from './remote-logger.js';
export { type RemoteLogging, registerRemoteLogging } from './remote-logging.js';
export type { FailReason } from './transport/transport.js';
export { type WithFlushOptions, withFlush } from './with-flush.js';
