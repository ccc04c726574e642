import type { Transform } from 'node:stream';
import { isMainThread, workerData } from 'node:worker_threads';
import { ofPino, type PinoConfig } from './loggers/of-pino.js';
import { needPeer } from './loggers/peer.js';
import { createRecordLogger } from './loggers/record-logger.js';
import { say } from './runtime/stderr.js';
import type { DeliveryStats } from './types/account.js';
import type { RemoteLoggingOptions } from './types/options.js';

/**
 * The target of `pino.transport({ target: 'otel-remote-logger/pino', options })`: each line of pino is sent as a log record, with
 * metadata. Options and variables are those of `registerRemoteLogging()`; functions can't cross to pino's worker thread. The end of the
 * process waits for pending records, for `shutdownTimeoutMillis` (5 s) at most. Without a URL, it does nothing.
 *
 * Also a stream for `pino(stream)` in the main thread. Throws a `TypeError` for a wrong option, and an Error where
 * `pino-abstract-transport` is not installed.
 */
export default function pinoTransport(options: RemoteLoggingOptions = {}): Transform {
  const build = needPeer(
    'pino-abstract-transport',
    'otel-remote-logger/pino',
    () => require('pino-abstract-transport') as typeof import('pino-abstract-transport'),
  );
  const logger = createRecordLogger(here(options), 'otel-remote-logger/pino', ({ line, config }: Line) =>
    ofPino(line, config),
  );
  const read = (lines: Transform & PinoConfig): void => {
    lines.on('data', (line: object) => logger.log({ line, config: lines }));
    // Not JSON: it is sent as it is.
    lines.on('unknown', (line: string) => logger.log({ line: { msg: line }, config: {} }));
  };
  // Until this settles, the end of the process waits.
  const close = async (): Promise<void> => {
    await logger.shutdown();
    if (!isMainThread) sayLosses(logger.stats());
  };
  // Where pino tells what its logger's levels and keys are, it waits for that; it is a promise then, and pino awaits it.
  return isTold() ? (build(read, { close, expectPinoConfig: true }) as never) : build(read, { close });
}

interface Line {
  readonly line: object;
  readonly config: PinoConfig;
}

/** What pino puts among the options for itself. */
interface OfPino {
  readonly $context?: unknown;
  readonly pinoWillSendConfig?: unknown;
  readonly levels?: unknown;
  readonly dedupe?: unknown;
}

/** A worker thread of pino is told of no signal, and it is a thread already. */
function here(options: RemoteLoggingOptions & OfPino): RemoteLoggingOptions {
  if (isMainThread) return options;
  const { $context, pinoWillSendConfig, levels, dedupe, ...own } = options;
  if (own.flushOnSignals?.length) {
    throw new TypeError(
      'otel-remote-logger: option "flushOnSignals" must not be given to a transport of pino, as no signal reaches its worker ' +
        "thread; end the process at a signal: process.once('SIGTERM', () => process.exit())",
    );
  }
  return { thread: false, ...own };
}

/** The main thread stands still at its end, and writes no warning of this one any more. */
function sayLosses(stats: DeliveryStats): void {
  if (Object.keys({ ...stats.failed, ...stats.dropped }).length === 0) return;
  say(`the transport of pino ends, and not all was delivered: ${JSON.stringify(stats)}`);
}

const isTold = (): boolean =>
  (workerData as { workerData?: { pinoWillSendConfig?: boolean } } | null)?.workerData?.pinoWillSendConfig ===
  true;
