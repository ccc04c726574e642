import type { TransportStreamOptions } from 'winston-transport';
import { checkNames, LOGGING_OPTIONS, type OptionNames } from './config/option-names.js';
import { ofWinston, type WinstonInfo } from './loggers/of-winston.js';
import { needPeer } from './loggers/peer.js';
import { createRecordLogger } from './loggers/record-logger.js';
import type { RemoteLoggingOptions } from './types/options.js';

export type { WinstonInfo };

const TransportStream = needPeer(
  'winston-transport',
  'otel-remote-logger/winston',
  () => require('winston-transport') as typeof import('winston-transport'),
);

/** The options that winston has for any transport, and those of this package. */
export interface RemoteTransportOptions
  extends Pick<
    TransportStreamOptions,
    'level' | 'format' | 'silent' | 'handleExceptions' | 'handleRejections'
  > {
  /** Options of `registerRemoteLogging()`. Default: environment variables. */
  readonly remote?: RemoteLoggingOptions | undefined;
}

const NAMES: OptionNames = {
  level: true,
  format: true,
  silent: true,
  handleExceptions: true,
  handleRejections: true,
  remote: LOGGING_OPTIONS,
};

/**
 * A transport of winston: each info is sent as a log record, with metadata. It never holds up the application's logger. `logger.end()`, and the
 * natural end of the process, deliver pending records, for `shutdownTimeoutMillis` (5 s) at most; then comes `finish`. Without a URL, it does
 * nothing. Throws a `TypeError` for a wrong option.
 */
export class RemoteTransport extends TransportStream {
  readonly #logger;

  /** Throws a `TypeError` for a wrong option. */
  constructor(options: RemoteTransportOptions = {}) {
    checkNames(options, NAMES);
    const { remote = {}, ...own } = options;
    super(own);
    this.#logger = createRecordLogger(remote, 'otel-remote-logger/winston', ofWinston);
  }

  /** Called by winston for each record. Returns at once. */
  override log(info: WinstonInfo, callback: () => void): void {
    this.#logger.log(info);
    this.emit('logged', info);
    callback();
  }

  /** Called by winston when the transport is removed from a logger. Another logger may still have it, so it goes on. */
  override close(): void {
    void this.#logger.flush();
  }

  /** Called by winston at the end of the logger: delivers pending records, and then calls back. */
  override _final(callback: (error?: Error | null) => void): void {
    void this.#logger.shutdown().then(() => callback());
  }
}
