import type { Clock } from '../../runtime/clock.js';
import { textOf } from '../../runtime/foreign.js';
import type { Kept } from './store-files.js';
import { failureIn, tellFailure, tellStored } from './told.js';

/** So long a disk that has failed is left in peace. */
const RETRY_MILLIS = 1000;
/** So much is written at a time, or one payload. */
const MOST_GROUP_BYTES = 8 * 1024 * 1024;

/** Records that come or go together. */
export interface Payload {
  readonly bytes: Buffer;
  readonly count: number;
  /** See `keyOf`. */
  readonly key: string | undefined;
}

/** Payloads can't be stored now. */
export class StoreUnavailable extends Error {}

interface Waiting {
  readonly payload: Payload;
  resolve(): void;
  reject(error: Error): void;
}

export interface GroupTarget {
  write(bytes: Buffer, keys: readonly string[]): Promise<Kept>;
}

/** Writes payloads in groups: those that come while a group is on its way to the disk are the next one. */
export class GroupWriter {
  readonly #waiting: Waiting[] = [];
  #isRunning = false;
  #retryAt: number | undefined;
  #failure = '';
  #onIdle: () => void = () => {};

  constructor(
    private readonly directory: string,
    private readonly target: GroupTarget,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly onKept: (bytes: Buffer, kept: Kept) => void,
    private readonly tell: (message: string) => void,
  ) {}

  /** Settles when it is on the disk. Rejects with `StoreUnavailable`. */
  write(payload: Payload): Promise<void> {
    if (this.#retryAt !== undefined && this.clock.now() < this.#retryAt)
      return Promise.reject(new StoreUnavailable(this.#failure));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ payload, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  /** Settles when nothing waits. */
  async idle(): Promise<void> {
    if (!this.#isRunning) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) await this.#writeGroup(this.#takeGroup());
    this.#isRunning = false;
    this.#onIdle();
  }

  #takeGroup(): Waiting[] {
    let [count, size] = [0, 0];
    for (const { payload } of this.#waiting) {
      size += payload.bytes.length;
      if (count > 0 && size > MOST_GROUP_BYTES) break;
      count++;
    }
    return this.#waiting.splice(0, count);
  }

  async #writeGroup(group: readonly Waiting[]): Promise<void> {
    const all = group.map(({ payload }) => payload.bytes);
    // One that is large comes alone, and is not copied.
    const bytes = all.length === 1 ? (all[0] as Buffer) : Buffer.concat(all);
    const keys = group.flatMap(({ payload: { key } }) => (key === undefined ? [] : [key]));
    let kept: Kept;
    try {
      kept = await this.target.write(bytes, keys);
    } catch (error) {
      this.#fails(error);
      for (const { reject } of group) reject(new StoreUnavailable(this.#failure));
      return;
    }
    this.#works();
    for (const { resolve } of group) resolve();
    try {
      this.onKept(bytes, kept);
    } catch (error) {
      this.tell(`records could not be shown (${textOf(error)}); they are stored`);
    }
  }

  #works(): void {
    if (this.#retryAt === undefined) return;
    this.#retryAt = undefined;
    tellStored(this.tell, this.directory);
  }

  #fails(error: unknown): void {
    const wasWorking = this.#retryAt === undefined;
    this.#retryAt = this.clock.now() + RETRY_MILLIS;
    this.#failure = failureIn(this.directory, error);
    if (wasWorking) tellFailure(this.tell, this.#failure);
  }
}
