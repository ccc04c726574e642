import type { Chance, Clock, Timer } from '../clock.js';
import { type BackoffOptions, pauseMillis } from './backoff.js';

/** The right to one attempt. A pass from before the gate closed says nothing about the time after. */
export interface Pass {
  readonly round: number;
}

type Admit = (pass: Pass | undefined) => void;

/** When a payload that is held up gives up, given since when the gate has been closed. */
export type GiveUpAt = (closedSince: number) => number;

/**
 * One endpoint's gate. Open, it lets everybody through. A failed attempt closes it for a pause; after the pause
 * one attempt probes while all others wait, and its success opens the gate again for all.
 */
export class Gate {
  #state: 'open' | 'paused' | 'ready' | 'probing' | 'ended' = 'open';
  /** How many attempts have met a definite answer: whoever sees it grow knows that others get through. */
  passes = 0;
  /** Counts the times the gate closed and was probed, so that answers to older attempts change nothing. */
  #round = 0;
  #failures = 0;
  #closedSince = 0;
  #pause: Timer | undefined;
  readonly #waiting = new Set<Admit>();
  readonly #resting = new Set<Admit>();

  constructor(
    private readonly backoff: BackoffOptions,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {}

  /** Since when the gate has been closed, `undefined` while it is open. */
  get closedSince(): number | undefined {
    return this.#state === 'open' ? undefined : this.#closedSince;
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
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
        return this.#wait(giveUpAt(this.#closedSince), this.#waiting);
    }
  }

  /** Whether the gate has not closed since the pass was given. */
  isCurrent(pass: Pass): boolean {
    return this.#state !== 'ended' && pass.round === this.#round;
  }

  /** A pause for one payload alone, after its `failures`-th failure; ends early at `giveUpAt` and with the gate. */
  async rest(failures: number, giveUpAt: number): Promise<void> {
    if (this.hasEnded) return;
    const pause = pauseMillis(failures, undefined, this.backoff, this.chance);
    await this.#wait(Math.min(this.clock.now() + pause, giveUpAt), this.#resting);
  }

  /** The endpoint gave a definite answer to the attempt: it is up. */
  passed(pass: Pass): void {
    if (!this.isCurrent(pass)) return;
    this.passes++;
    if (this.#state !== 'probing') return;
    this.#state = 'open';
    this.#failures = 0;
    for (const admit of [...this.#waiting]) admit({ round: this.#round });
  }

  /** The attempt failed in a way that another one may mend. */
  failed(pass: Pass, askedMillis: number | undefined): void {
    if (!this.isCurrent(pass)) return;
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
    for (const admit of [...this.#waiting, ...this.#resting]) admit(undefined);
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

  #wait(until: number, line: Set<Admit>): Promise<Pass | undefined> {
    return new Promise((resolve) => {
      const admit: Admit = (pass) => {
        line.delete(admit);
        timer.cancel();
        resolve(pass);
      };
      line.add(admit);
      const timer = this.clock.setTimer(() => admit(undefined), until - this.clock.now());
    });
  }
}
