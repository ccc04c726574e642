import { setImmediate, setImmediateUnheld } from '../runtime/timers.js';
import { isEndOverdue } from './exit.js';

/**
 * Calls `run` once at the end of a turn of the event loop, however often it was asked for in that turn. Also keeps a process that is
 * about to end, but for one whose natural end has waited often enough.
 */
export class EndOfTurn {
  #isAsked = false;

  constructor(private readonly run: () => void) {}

  ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    const schedule = isEndOverdue() ? setImmediateUnheld : setImmediate;
    schedule(() => {
      this.#isAsked = false;
      this.run();
    });
  }
}
