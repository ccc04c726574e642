import { expect } from 'vitest';

/** What must stay as it is in a process, whatever happens: it has no unhandled error and keeps no listener. */
export class ProcessWatch {
  readonly #errors: unknown[] = [];
  readonly #before = listeners();

  constructor() {
    process.on('unhandledRejection', this.#note);
    process.on('uncaughtExceptionMonitor', this.#note);
  }

  /** To be called when all loggers are shut down. */
  async expectCalm(): Promise<void> {
    // Node tells of unhandled rejections at the end of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', this.#note);
    process.off('uncaughtExceptionMonitor', this.#note);
    expect(this.#errors).toEqual([]);
    expect(listeners()).toEqual(this.#before);
  }

  readonly #note = (error: unknown): void => {
    this.#errors.push(error);
  };
}

/** How many listen to what. A loss that no warning has told of yet is told at the exit, by a listener that may stay. */
function listeners(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of process.eventNames()) counts[String(event)] = process.listenerCount(event);
  const { exit: _exit, beforeExit: _beforeExit, ...others } = counts;
  return others;
}
