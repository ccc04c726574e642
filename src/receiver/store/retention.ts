import { join } from 'node:path';
import type { Clock, Timer } from '../../runtime/clock.js';
import { textOf } from '../../runtime/foreign.js';
import type { Disk } from './disk.js';
import { beginOf, HOUR_MILLIS } from './file-names.js';
import { type Current, dataNames } from './stored-files.js';

/** Which files are kept. */
export interface RetentionSettings {
  /** Older files are removed; `undefined` for none. */
  readonly retentionMillis: number | undefined;
  /** When all files have more, the oldest are removed; `undefined` for no limit. */
  readonly maxBytes: number | undefined;
}

const INTERVAL_MILLIS = 60_000;
/** Files are removed by their age only when nobody has set the clock for so long: one that is wrong would make all of them old. */
const STEADY_MILLIS = HOUR_MILLIS;
/** A clock that is kept right moves by less between two looks. */
const MOST_DRIFT_MILLIS = 5000;

/** Removes what is too old, or too much. Never the file that is written, or will be written on, which is the newest. */
export class Retention {
  #offset: number;
  #steadySince: number;
  #pause: Timer | undefined;
  #hasStarted = false;
  #hasEnded = false;

  constructor(
    private readonly settings: RetentionSettings,
    private readonly disk: Disk,
    private readonly directory: string,
    private readonly current: () => Current,
    private readonly tell: (message: string) => void,
    private readonly clock: Pick<Clock, 'now' | 'wallNow' | 'setPause'>,
  ) {
    this.#offset = clock.wallNow() - clock.now();
    this.#steadySince = clock.now();
  }

  /** Looks now, and every minute from then on. Settles after the first look; does nothing when it is called again. */
  async start(): Promise<void> {
    const { retentionMillis, maxBytes } = this.settings;
    if (this.#hasStarted || (retentionMillis === undefined && maxBytes === undefined)) return;
    this.#hasStarted = true;
    await this.#lookAgain();
  }

  end(): void {
    this.#hasEnded = true;
    this.#pause?.cancel();
  }

  async #lookAgain(): Promise<void> {
    await this.#look().catch((error) => this.tell(`old files could not be removed (${textOf(error)})`));
    if (!this.#hasEnded) this.#pause = this.clock.setPause(() => void this.#lookAgain(), INTERVAL_MILLIS);
  }

  async #look(): Promise<void> {
    const isSteady = this.#isSteady();
    const current = this.current();
    const all = await dataNames(this.disk, this.directory, current);
    const [names, newest] = [all.slice(0, -1), all.slice(-1)];
    const tooOld = isSteady ? names.filter((name) => this.#isTooOld(name)) : [];
    const left = names.filter((name) => !tooOld.includes(name));
    for (const name of [...tooOld, ...this.#tooMuch(left, newest)])
      await this.disk.unlink(join(this.directory, name));
  }

  #isSteady(): boolean {
    const now = this.clock.now();
    const offset = this.clock.wallNow() - now;
    if (Math.abs(offset - this.#offset) > MOST_DRIFT_MILLIS) this.#steadySince = now;
    this.#offset = offset;
    return now - this.#steadySince >= STEADY_MILLIS;
  }

  #isTooOld(name: string): boolean {
    const { retentionMillis } = this.settings;
    return (
      retentionMillis !== undefined && beginOf(name) + HOUR_MILLIS + retentionMillis <= this.clock.wallNow()
    );
  }

  /** The oldest that have to go. */
  #tooMuch(names: readonly string[], kept: readonly string[]): string[] {
    const { maxBytes } = this.settings;
    if (maxBytes === undefined) return [];
    let left = maxBytes - this.#bytesOf(kept);
    return names
      .toReversed()
      .filter((name) => {
        left -= this.#bytesOf([name]);
        return left < 0;
      })
      .toReversed();
  }

  #bytesOf(names: readonly string[]): number {
    const sizes = names.map(
      (name) => this.disk.statSync(join(this.directory, name), { throwIfNoEntry: false })?.size ?? 0,
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }
}
