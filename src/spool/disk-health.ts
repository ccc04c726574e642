import type { Clock } from '../runtime/clock.js';
import { textOf } from '../runtime/foreign.js';
import { warn } from '../runtime/warnings.js';

/** So long a disk that has failed is left in peace. */
const RETRY_MILLIS = 5000;
/** At most one failure is told in this time, with its end. */
const TELLING_INTERVAL_MILLIS = 60_000;

/** How it goes with the disk under a spool: tells when it fails, and when it works again. */
export class DiskHealth {
  #retryAt: number | undefined;
  #isTold = false;
  #nextTellingAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly directory: string,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly tell = (message: string): void => warn('REMOTE_LOGGER_SPOOL', message),
  ) {}

  get isFailing(): boolean {
    return this.#retryAt !== undefined;
  }

  /** Whether it is time to try it: it works, or has been left in peace for long enough. */
  get isDue(): boolean {
    return this.#retryAt === undefined || this.clock.now() >= this.#retryAt;
  }

  /** It is being tried: once in this time. */
  tried(): void {
    this.#retryAt = this.clock.now() + RETRY_MILLIS;
  }

  failed(error: unknown): void {
    const now = this.clock.now();
    this.#retryAt = now + RETRY_MILLIS;
    if (this.#isTold || now < this.#nextTellingAt) return;
    this.#isTold = true;
    this.#nextTellingAt = now + TELLING_INTERVAL_MILLIS;
    this.tell(
      `the spool in ${this.directory} can't be written (${textOf(error)}); going on in memory, within maxQueueSize and maxQueueBytes`,
    );
  }

  works(): void {
    if (this.#retryAt === undefined) return;
    this.#retryAt = undefined;
    if (!this.#isTold) return;
    this.#isTold = false;
    this.tell(`the spool in ${this.directory} is written again`);
  }
}
