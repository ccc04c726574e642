import type { Leaving } from './exit.js';

/** Most orchestrators send SIGKILL some seconds after SIGTERM; Docker after 10. */
const SIGNAL_TIMEOUT_MILLIS = 5000;

/**
 * Flushes the logger at the signals; then the process ends of the signal as it would have without us, unless
 * the application listens too: then its end is the application's affair. Returns how to stop listening.
 */
export function flushOnSignals(logger: Leaving, signals: readonly NodeJS.Signals[]): () => void {
  const stop = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = async (signal: NodeJS.Signals): Promise<void> => {
    const applicationListens = process.listenerCount(signal) > 1;
    await logger.flush({ timeoutMillis: SIGNAL_TIMEOUT_MILLIS });
    if (applicationListens) return;
    stop();
    process.kill(process.pid, signal);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return stop;
}
