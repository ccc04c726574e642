import type { Chance, Clock, Timer } from '../clock.js';
import { type BackoffOptions, pauseMillis } from './backoff.js';

/** The right to one attempt. A pass from before the gate closed says nothing about the time after. */
export interface Pass {
  readonly round: number;
}

/** When a payload that is held up gives up, given since when the gate has been closed. */
export type GiveUpAt = (closedSince: number) => number;

/**
 * One endpoint's gate. Open, it lets everybody through. A failed attempt closes it for a pause; after the pause
 * one attempt probes while all others wait, and its success opens the gate again for all.
 */
export class Gate {
  #state: 'open' | 'paused' | 'ready' | 'probing' | 'ended' = 'open';
  /** Counts the times the gate closed and was probed, so that answers to older attempts change nothing. */
  #round = 0;
  #failures = 0;
  #closedSince = 0;
  #pause: Timer | undefined;
  readonly #waiting = new Set<(pass: Pass | undefined) => void>();

  constructor(
    private readonly backoff: BackoffOptions,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  /** Since when the gate has been closed, `undefined` while it is open. */
  get closedSince(): number | undefined {
    return this.#state === 'open' ? undefined : this.#closedSince;
  }

  /** A pass as soon as there is one, `undefined` once it is time to give up or the gate has ended. */
  enter(giveUpAt: GiveUpAt): Promise<Pass | undefined> {
    switch (this.#state) {
      case 'open':
        return Promise.resolve({ round: this.#round });
      case 'ended':
        return Promise.resolve(undefined);
      case 'ready':
        return Promise.resolve(this.#probe());
      default:
        return this.#wait(giveUpAt(this.#closedSince));
    }
  }

  /** The endpoint gave a definite answer to the attempt: it is up. */
  passed(pass: Pass): void {
    if (pass.round !== this.#round || this.#state !== 'probing') return;
    this.#state = 'open';
    this.#failures = 0;
    for (const admit of [...this.#waiting]) admit({ round: this.#round });
  }

  /** The attempt failed in a way that another one may mend. */
  failed(pass: Pass, askedMillis: number | undefined): void {
    if (this.#state === 'ended' || pass.round !== this.#round) return;
    if (this.#state === 'open') this.#closedSince = this.clock.now();
    this.#round++;
    this.#failures++;
    this.#state = 'paused';
    const pause = pauseMillis(this.#failures, askedMillis, this.backoff, this.chance);
    this.#pause = this.clock.setTimer(() => this.#ready(), pause);
  }

  /** Lets nobody through any more. */
  end(): void {
    this.#state = 'ended';
    this.#pause?.cancel();
    for (const admit of [...this.#waiting]) admit(undefined);
  }

  #ready(): void {
    this.#state = 'ready';
    const [first] = this.#waiting;
    first?.(this.#probe());
  }

  #probe(): Pass {
    this.#state = 'probing';
    return { round: this.#round };
  }

  #wait(giveUpAt: number): Promise<Pass | undefined> {
    return new Promise((resolve) => {
      const admit = (pass: Pass | undefined): void => {
        this.#waiting.delete(admit);
        timer.cancel();
        resolve(pass);
      };
      this.#waiting.add(admit);
      const timer = this.clock.setTimer(() => admit(undefined), giveUpAt - this.clock.now());
    });
  }
}
