import { type Leaving, sayLosses } from './exit.js';

/** Most orchestrators send SIGKILL some seconds after SIGTERM; Docker after 10. */
const SIGNAL_TIMEOUT_MILLIS = 5000;

/** One listener a signal for the whole process, so that any other is known to be the application's. */
const loggersOf = new Map<NodeJS.Signals, Set<Leaving>>();

/**
 * Flushes the logger at the signals; then the process ends of the signal as it would have without us, unless
 * the application listens too: then its end is the application's affair. Returns how to stop listening.
 */
export function flushOnSignals(logger: Leaving, signals: readonly NodeJS.Signals[]): () => void {
  for (const signal of signals) {
    const loggers = loggersOf.get(signal);
    if (loggers !== undefined) loggers.add(logger);
    else {
      loggersOf.set(signal, new Set([logger]));
      // First in line: a listener that the application set with once() is gone when it has been called.
      process.prependListener(signal, onSignal);
    }
  }
  return () => {
    for (const signal of signals) forget(logger, signal);
  };
}

function forget(logger: Leaving, signal: NodeJS.Signals): void {
  const loggers = loggersOf.get(signal);
  loggers?.delete(logger);
  if (loggers?.size === 0) stopListening(signal);
}

function stopListening(signal: NodeJS.Signals): void {
  loggersOf.delete(signal);
  process.off(signal, onSignal);
}

/** Whether a flush is under way. */
let flushing = false;

async function onSignal(signal: NodeJS.Signals): Promise<void> {
  const applicationListens = process.listenerCount(signal) > 1;
  const loggers = [...(loggersOf.get(signal) ?? [])];
  // Whoever sends it again, or another one, does not want to wait.
  if (!flushing) {
    flushing = true;
    await Promise.all(loggers.map((logger) => logger.flush({ timeoutMillis: SIGNAL_TIMEOUT_MILLIS })));
    flushing = false;
  }
  if (applicationListens) return;
  stopListening(signal);
  sayLosses();
  process.kill(process.pid, signal);
}
