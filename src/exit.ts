import type { DeadlineOptions } from './deadline.js';
import type { DeliveryStats } from './ledger.js';

/** What the end of the process needs of a logger. */
export interface Leaving {
  stats(): DeliveryStats;
  flush(options: DeadlineOptions): Promise<DeliveryStats>;
  shutdown(options: DeadlineOptions): Promise<DeliveryStats>;
}

/** How long the end of a process waits for its last records. */
const EXIT_TIMEOUT_MILLIS = 5000;

/** One listener an event for all loggers of the process: a listener each would pass Node's warning limit at eleven. */
const leaving = new Set<Leaving>();

/** From now on, the natural end of the process delivers what is pending; any other end says what was lost. */
export function flushBeforeExit(logger: Leaving): void {
  if (leaving.size === 0) {
    process.on('beforeExit', onBeforeExit);
    process.on('exit', onExit);
  }
  leaving.add(logger);
}

export function forgetAtExit(logger: Leaving): void {
  leaving.delete(logger);
  if (leaving.size > 0) return;
  process.off('beforeExit', onBeforeExit);
  process.off('exit', onExit);
}

/** Node asks again after each turn that this adds, until there is nothing pending. */
function onBeforeExit(): void {
  for (const logger of leaving) if (logger.stats().pending > 0) void flushOrGiveUp(logger);
}

async function flushOrGiveUp(logger: Leaving): Promise<void> {
  const { pending } = await logger.flush({ timeoutMillis: EXIT_TIMEOUT_MILLIS });
  if (pending === 0) return;
  await logger.shutdown({ timeoutMillis: 0 });
  const account = JSON.stringify(logger.stats());
  say(`the process ends with ${pending} records undelivered after ${EXIT_TIMEOUT_MILLIS} ms: ${account}`);
}

/** process.exit() and an uncaught exception leave no time to send anything. */
function onExit(): void {
  const pending = [...leaving].reduce((sum, logger) => sum + logger.stats().pending, 0);
  if (pending > 0) say(`the process ends with ${pending} records undelivered`);
}

function say(message: string): void {
  process.stderr.write(`otel-remote-logger: ${message}\n`);
}
