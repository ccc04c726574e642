import type { Clock, Timer } from '../runtime/clock.js';
import { textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { nextTurn } from '../runtime/timers.js';
import { type Files, unlinkIfThere } from './files.js';
import { type FoundSegment, findSegment, segmentsIn } from './found-segments.js';
import type { Life } from './life.js';
import { settledName } from './segment-file.js';

export interface TakeoverListener {
  /** Takes over what there is to take over. */
  takeOverDead(): Promise<readonly Life[]>;
  /** Records wait in a segment; `onGone` is to be called when its files are gone. */
  found(segment: FoundSegment, onGone: () => void): void;
  /** A file has the name of a segment, and is none. */
  foreign(path: string): void;
}

/** So often a process looks for what others have left. */
const INTERVAL_MILLIS = 60_000;

/** Takes over what dead lives have left. */
export class Takeover {
  #timer: Timer | undefined;
  #hasEnded = false;
  readonly #folders = new Set<Life>();
  #isTaking = false;

  constructor(
    private readonly files: Files,
    private readonly clock: Pick<Clock, 'setPause'>,
    private readonly listener: TakeoverListener,
  ) {}

  /** Whether there is something that is this process's as long as it has a life of its own. */
  get isBusy(): boolean {
    return this.#isTaking || this.#folders.size > 0;
  }

  start(): void {
    void this.#takeOver().then(() => {
      if (!this.#hasEnded) this.#timer = this.clock.setPause(() => this.start(), INTERVAL_MILLIS);
    });
  }

  /** Leaves what it has taken to others. */
  end(): void {
    this.#hasEnded = true;
    this.#timer?.cancel();
    for (const folder of this.#folders) folder.close();
    this.#folders.clear();
  }

  async #takeOver(): Promise<void> {
    this.#isTaking = true;
    try {
      for (const folder of await this.listener.takeOverDead()) await this.#take(folder);
    } catch (error) {
      logToDiag('warn', `what others have left in the spool could not be taken over: ${textOf(error)}`);
    } finally {
      this.#isTaking = false;
    }
  }

  async #take(folder: Life): Promise<void> {
    const paths = segmentsIn(this.files, folder.path);
    let left = paths.length + 1;
    const oneLess = (): void => {
      if (--left > 0) return;
      this.#folders.delete(folder);
      folder.close();
    };
    this.#folders.add(folder);
    for (const path of paths) {
      if (this.#hasEnded) return;
      this.#takeSegment(path, oneLess);
      await nextTurn();
    }
    oneLess();
  }

  #takeSegment(path: string, onGone: () => void): void {
    try {
      const found = findSegment(this.files, path);
      if (found.unsettled > 0) {
        this.listener.found(found, onGone);
        return;
      }
      if (found.isForeign) this.listener.foreign(path);
      else unlinkIfThere(this.files, path);
      unlinkIfThere(this.files, settledName(path));
    } catch (error) {
      logToDiag('warn', `${path} is left where it is: ${textOf(error)}`);
    }
    onGone();
  }
}
