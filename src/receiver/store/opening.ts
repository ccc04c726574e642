import type { Clock, Timer } from '../../runtime/clock.js';
import { isFull } from './disk.js';
import { failureIn, tellFailure, tellStored } from './told.js';

/** Each try reads the whole journal. */
const RETRY_MILLIS = 5000;

/** Opens the files of a store. Where the disk is full, it tries again every five seconds: what is stored can be shown and asked meanwhile. */
export class Opening {
  #failure: string | undefined;
  #pause: Timer | undefined;
  #underWay: Promise<void> = Promise.resolve();

  constructor(
    private readonly directory: string,
    private readonly open: () => Promise<void>,
    private readonly clock: Pick<Clock, 'setPause'>,
    private readonly tell: (message: string) => void,
  ) {}

  /** Why the files are not open; `undefined` when they are. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Throws where they can't be opened, and not for want of room. */
  async start(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#fails(error);
    }
  }

  /** Settles when it opens nothing any more. */
  async end(): Promise<void> {
    this.#pause?.cancel();
    await this.#underWay;
    this.#pause?.cancel();
  }

  #fails(error: unknown): void {
    const failure = failureIn(this.directory, error);
    if (failure !== this.#failure) tellFailure(this.tell, failure);
    this.#failure = failure;
    this.#pause = this.clock.setPause(() => {
      this.#underWay = this.#again();
    }, RETRY_MILLIS);
  }

  async #again(): Promise<void> {
    try {
      await this.open();
      this.#failure = undefined;
      tellStored(this.tell, this.directory);
    } catch (error) {
      this.#fails(error);
    }
  }
}
