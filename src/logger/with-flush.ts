import type { LoggerProvider } from '@opentelemetry/api-logs';
import { checkNames } from '../config/option-names.js';
import { isLoggerProvider, show, wrongOption } from '../config/rules.js';
import { timeoutOf, withDeadline } from '../lifecycle/deadline.js';
import { flushAll } from '../lifecycle/exit.js';
import { systemClock } from '../runtime/clock.js';
import { promiseOf, textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { setImmediate } from '../runtime/timers.js';
import { getRemoteLogger } from './global-logger.js';
import { flushProvider } from './provided.js';
import { registeredLogging } from './remote-logging.js';

/** The options of `withFlush()`. */
export interface WithFlushOptions {
  /** The longest wait for records after the handler's end, in milliseconds. Default: 5000. */
  readonly timeoutMillis?: number | undefined;
  /** A logger provider of the application, which is flushed too, as its batch processors hold records back. Default: none. */
  readonly loggerProvider?: LoggerProvider | undefined;
}

const DEFAULT_TIMEOUT_MILLIS = 5000;

/** What the last parameter is of a handler that answers through a callback. */
type Callback = (...answer: never[]) => unknown;

/** The answer of a handler with a flush: a promise, unless it answers through a callback; then what it returns itself. */
export type Flushed<Args extends unknown[], Result> = Args extends [...unknown[], Callback]
  ? Result
  : Promise<Awaited<Result>>;

/**
 * Wraps the handler of a function that freezes after it answers, as on AWS Lambda, Vercel and Cloud Run. The result (or error) comes when every record
 * logged before is delivered or given up, or at the deadline. It flushes all loggers and exporters of this package, and what
 * `registerRemoteLogging()` has set up. It does not wait for records logged after the handler's end, for example while the answer streams.
 *
 * The answer is what the handler returns, a promise or not, or what it passes to a callback: its last parameter, which it
 * declares (`(event, context, callback)`). The name, the number of parameters and the marks of a platform stay as they are. A handler that answers by
 * other means, such as `response.end()`, has to flush before.
 * Throws a `TypeError` for a handler that is no function, and for a wrong option.
 */
export function withFlush<This, Args extends unknown[], Result>(
  handler: (this: This, ...args: Args) => Result,
  options: WithFlushOptions = {},
): (this: This, ...args: Args) => Flushed<Args, Result> {
  if (typeof handler !== 'function') {
    throw new TypeError(`otel-remote-logger: the handler must be a function, got ${show(handler)}`);
  }
  checkNames(options, { timeoutMillis: true, loggerProvider: true });
  const { timeoutMillis = DEFAULT_TIMEOUT_MILLIS, loggerProvider } = options;
  const deadline = { timeoutMillis: timeoutOf({ timeoutMillis }) };
  if (loggerProvider !== undefined && !isLoggerProvider.accepts(loggerProvider)) {
    throw wrongOption('loggerProvider', isLoggerProvider, loggerProvider);
  }
  const flush = (): Promise<void> => flushEverything(deadline, loggerProvider);
  // A Proxy, and no function of our own: platforms look at the number of a handler's parameters, and mark handlers with symbols.
  return new Proxy(handler, {
    apply(_, self: This, args: Args): unknown {
      const call: Call = (given) => Reflect.apply(handler, self, given);
      const callback: unknown = args.at(-1);
      if (typeof callback !== 'function') return answer(async () => call(args), flush);
      const isDeclared = handler.length >= args.length;
      return callBack(call, args.slice(0, -1), callback as Callback, isDeclared, flush);
    },
  }) as (this: This, ...args: Args) => Flushed<Args, Result>;
}

type Call = (args: unknown[]) => unknown;
type Flush = () => Promise<void>;

async function answer(work: () => Promise<unknown>, flush: Flush): Promise<unknown> {
  try {
    return await work();
  } finally {
    await flush();
  }
}

/**
 * Calls a handler that is given a callback, and answers with what comes first: what it returns, or what it gives to the callback.
 * `undefined` is no answer: the handler may call back later. Or never: then the platform answers once nothing is left to do, which a flush holds up.
 */
function callBack(
  call: Call,
  args: unknown[],
  callback: Callback,
  isDeclared: boolean,
  flush: Flush,
): unknown {
  const late = (...given: never[]): void => {
    // What a callback throws is no rejection.
    void flush()
      .then(() => callback(...given))
      .catch((error) => setImmediate(raise, error));
  };
  let returned: unknown;
  try {
    returned = call([...args, late]);
  } catch (error) {
    return late(error as never); // as the platform does
  }
  const promise = promiseOf(returned);
  if (promise !== undefined) return answer(() => promise, flush);
  if (returned !== undefined && !isDeclared) return answer(async () => returned, flush);
  void flush();
  return returned;
}

function raise(error: unknown): never {
  throw error;
}

/** `flushAll` knows the loggers of this copy of the package. The process's one logger, and what is registered, are shared by all copies. */
async function flushEverything(
  deadline: { readonly timeoutMillis: number },
  loggerProvider: LoggerProvider | undefined,
): Promise<void> {
  const work = async (): Promise<void> => {
    // The provider comes first: its batch processor hands its records to an exporter, which is flushed then.
    if (loggerProvider !== undefined) await flushProvider(loggerProvider);
    // The process's one logger may be of any making. Whatever goes wrong keeps no other from its flush, and the answer is the handler's.
    const flushes: (() => Promise<unknown>)[] = [
      async () => getRemoteLogger().flush(deadline),
      async () => (await registeredLogging())?.flush(deadline),
      () => flushAll(deadline.timeoutMillis),
    ];
    await Promise.all(flushes.map((flush) => flush().catch(tellFault)));
  };
  await withDeadline(work(), deadline.timeoutMillis, systemClock);
}

const tellFault = (error: unknown): void => logToDiag('error', `a flush failed: ${textOf(error)}`);
