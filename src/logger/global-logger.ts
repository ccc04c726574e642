import { show } from '../config/rules.js';
import { textOf } from '../runtime/foreign.js';
import { warnSometimes } from '../runtime/warnings.js';
import { createRemoteLogger } from './create-remote-logger.js';
import { createNoOp, type RemoteLogger } from './remote-logger.js';

/** For all copies of this package in the process. */
const GLOBAL_KEY = Symbol.for('otel-remote-logger.logger');
const global = globalThis as { [GLOBAL_KEY]?: RemoteLogger | undefined };

/**
 * Returns the one logger of the process: the one that `setRemoteLogger()` was given, or one that is set up from environment variables at the first
 * call. Without `REMOTE_LOGGER_URL`, that one does nothing.
 */
export function getRemoteLogger(): RemoteLogger {
  try {
    global[GLOBAL_KEY] ??= createRemoteLogger();
    return global[GLOBAL_KEY];
  } catch (error) {
    // Its files can't be read, such as for want of a file descriptor. The next call tries again.
    warnSometimes(
      'REMOTE_LOGGER_LOSS',
      `the logger can't be loaded (${textOf(error)}), so what is logged now is lost`,
      'error',
      'loading',
    );
    return createNoOp();
  }
}

/**
 * Makes `getRemoteLogger()` return `logger` from now on, for all copies of this package in the process. After `undefined`, it sets one up from
 * environment variables at its next call. Returns the logger before, `undefined` if there was none. That one goes on as it is: whoever
 * has it may log to it, and shuts it down. Throws a `TypeError` for what is no logger.
 */
export function setRemoteLogger(logger: RemoteLogger | undefined): RemoteLogger | undefined {
  if (logger !== undefined && !isLogger(logger)) {
    throw new TypeError(
      `otel-remote-logger: the logger must be a RemoteLogger, or undefined, got ${show(logger)}`,
    );
  }
  const before = global[GLOBAL_KEY];
  global[GLOBAL_KEY] = logger;
  return before;
}

/** What is called of a logger, by `withFlush()` and by its users. */
const METHODS = ['log', 'child', 'stats', 'flush', 'shutdown'];

const isLogger = (given: unknown): boolean =>
  METHODS.every(
    (method) => typeof (given as Readonly<Record<string, unknown>> | null)?.[method] === 'function',
  );
