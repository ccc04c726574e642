import type { Chance, Clock, Timer } from '../../runtime/clock.js';
import { isDebugging, step } from '../../runtime/debug.js';
import { type BackoffOptions, pauseMillis } from './backoff.js';

/** The right to one attempt. */
export interface Pass {
  readonly round: number;
}

/**
 * One endpoint's gate (a circuit breaker). While it is open, it lets all attempts through. A failed attempt closes it for a pause. After
 * the pause, one attempt probes while all others wait, and its success opens the gate for all. Until a probe has failed, the
 * success of an attempt that was under way when the gate closed opens it, too: then the failure was that of one connection, to
 * one machine of several.
 */
export class Gate {
  #state: 'open' | 'paused' | 'ready' | 'probing' | 'ended' = 'open';
  /** How many attempts got a definite answer. While this number grows, payloads get through. */
  answers = 0;
  /** All attempts of a round have the same pass. A failure begins a new round, so that later answers to older attempts change nothing. */
  #pass: Pass = { round: 0 };
  /** Whether the gate closed because of a failure alone, and not because the endpoint asked for a pause. */
  #isDoubtful = false;
  #failures = 0;
  #closedSince = 0;
  #pause: Timer | undefined;
  /** Whether the endpoint has asked for the pause. */
  #isAsked = false;

  constructor(
    private readonly backoff: BackoffOptions,
    private readonly clock: Clock,
    private readonly chance: Chance,
    /** Called when it is time for a probe. */
    private readonly onReady: () => void,
  ) {}

  /** Since when the gate has been closed, `undefined` while it is open. */
  get closedSince(): number | undefined {
    return this.#state === 'open' ? undefined : this.#closedSince;
  }

  get hasEnded(): boolean {
    return this.#state === 'ended';
  }

  /** Whether the attempt that has just been let through is a probe. */
  get isProbing(): boolean {
    return this.#state === 'probing';
  }

  /** A pass for one attempt, `undefined` if there is none now. */
  enter(): Pass | undefined {
    if (this.#state === 'ready') this.#state = 'probing';
    else if (this.#state !== 'open') return undefined;
    return this.#pass;
  }

  /** The endpoint gave a definite answer to the attempt: it is up. */
  passed(pass: Pass): void {
    const isCurrent = this.#isCurrent(pass);
    if (!isCurrent && !this.#wasBeside(pass)) return;
    this.answers++;
    if (isCurrent && this.#state !== 'probing') return;
    this.#pause?.cancel();
    this.#state = 'open';
    if (isDebugging) step('the gate opens: records get through again');
    this.#failures = 0;
    this.#isDoubtful = false;
  }

  /** The attempt failed in a way that another one may mend. */
  failed(pass: Pass, askedMillis: number | undefined): void {
    if (!this.#isCurrent(pass)) return;
    if (this.#state === 'open') this.#closedSince = this.clock.now();
    this.#isDoubtful = !askedMillis;
    this.#pass = { round: pass.round + 1 };
    this.#failures++;
    this.#state = 'paused';
    const pause = pauseMillis(this.#failures, askedMillis, this.backoff, this.chance);
    this.#isAsked = pause === askedMillis;
    this.#pause = this.clock.setPause(() => {
      this.#state = 'ready';
      this.onReady();
    }, pause);
    if (isDebugging) step(`the gate is closed for ${Math.round(pause)} ms, then one POST probes`);
  }

  /**
   * Ends a pause; one that the endpoint asked for only where `isBeforeEnd`, before the end of a logger or of the process.
   * Returns whether an attempt can be made now, or is under way.
   */
  hurry(isBeforeEnd = false): boolean {
    if (this.#state !== 'paused') return true;
    if (this.#isAsked && !isBeforeEnd) return false;
    this.#pause?.cancel();
    this.#state = 'ready';
    return true;
  }

  /** Lets nobody through any more. */
  end(): void {
    this.#state = 'ended';
    this.#pause?.cancel();
  }

  /** Whether the gate has not closed since the pass was given. */
  #isCurrent(pass: Pass): boolean {
    return this.#state !== 'ended' && pass.round === this.#pass.round;
  }

  /** Whether the attempt was under way at the same time as the one whose failure closed the gate. At the time of a probe there is no other. */
  #wasBeside(pass: Pass): boolean {
    return this.#isDoubtful && this.#state !== 'ended' && pass.round === this.#pass.round - 1;
  }
}
