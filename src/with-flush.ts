import type { LoggerProvider } from '@opentelemetry/api-logs';
import { systemClock } from './clock.js';
import { timeoutOf, withDeadline } from './deadline.js';
import { flushAll } from './exit.js';
import { checkNames } from './option-names.js';
import { flushProvider } from './provided.js';
import { getRemoteLogger } from './remote-logger.js';
import { registeredLogging } from './remote-logging.js';
import { isLoggerProvider, wrongOption } from './rules.js';

export interface WithFlushOptions {
  /** When to answer all the same, in milliseconds from the handler's end. Default: 5000. */
  readonly timeoutMillis?: number | undefined;
  /** A logger provider of the application, to be flushed too: its batch processors hold records back. Default: none. */
  readonly loggerProvider?: LoggerProvider | undefined;
}

const DEFAULT_TIMEOUT_MILLIS = 5000;

/**
 * For functions that freeze after they answer, such as those of AWS Lambda, Vercel and Cloud Run: the same handler,
 * whose result (or error) comes when every record logged before is delivered or given up, or at the deadline. It flushes all
 * loggers and exporters of this package, and what `registerRemoteLogging()` has set up. What is logged after the handler's
 * end, while its answer streams, say, is not waited for.
 * Throws a `TypeError` for a wrong option.
 */
export function withFlush<This, Args extends unknown[], Result>(
  handler: (this: This, ...args: Args) => Result,
  options: WithFlushOptions = {},
): (this: This, ...args: Args) => Promise<Awaited<Result>> {
  checkNames(options, { timeoutMillis: true, loggerProvider: true });
  const { timeoutMillis = DEFAULT_TIMEOUT_MILLIS, loggerProvider } = options;
  const deadline = { timeoutMillis: timeoutOf({ timeoutMillis }) };
  if (loggerProvider !== undefined && !isLoggerProvider.accepts(loggerProvider)) {
    throw wrongOption('loggerProvider', isLoggerProvider, loggerProvider);
  }
  return async function (this: This, ...args: Args): Promise<Awaited<Result>> {
    try {
      return await handler.apply(this, args);
    } finally {
      await flushEverything(deadline, loggerProvider);
    }
  };
}

/** The loggers of the process are there for all copies of this package; `flushAll` knows those of this copy. */
async function flushEverything(
  deadline: { readonly timeoutMillis: number },
  loggerProvider: LoggerProvider | undefined,
): Promise<void> {
  const work = async (): Promise<void> => {
    // First, as its batch processor hands on to an exporter that is flushed then.
    if (loggerProvider !== undefined) await flushProvider(loggerProvider);
    await Promise.all([
      getRemoteLogger().flush(deadline),
      registeredLogging()?.then((logging) => logging.flush(deadline)),
      flushAll(deadline.timeoutMillis),
    ]);
  };
  await withDeadline(work(), deadline.timeoutMillis, systemClock);
}
