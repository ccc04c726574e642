import { textOf } from './foreign.js';
import { logToDiag } from './otel-api.js';

/**
 * A batch processor that is asked to flush while it flushes answers at once, before the work is done. So one flush
 * runs at a time, and whoever asks meanwhile shares the one after it.
 */
export function oneAtATime(flush: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      running = flush().catch((error) =>
        logToDiag('error', `the batch processor's flush failed: ${textOf(error)}`),
      );
      return running;
    });
    return next;
  };
}
