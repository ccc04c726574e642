import type { Clock } from '../../runtime/clock.js';
import { TimeLimits } from '../../runtime/time-limits.js';
import type { Gate } from './gate.js';
import type { Sending } from './sending.js';

/** Who does what is decided here. */
interface Doer {
  giveUp(sending: Sending): void;
  /** Makes the attempts for which the gate is open now. */
  pump(): void;
}

/**
 * Until when payloads wait for a closed gate. No clock alone ends that, but the outcome of an attempt, a payload's own or a
 * probe's, that was made since the payload came and since the process last stood still. Where there was none, it is made now.
 */
export class GiveUps {
  readonly #limits: TimeLimits<Sending>;
  /** Payloads whose time is up, and which wait for the outcome of an attempt. */
  #overdue: Sending[] = [];
  /** When the last attempt that failed for the gate began. */
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly gate: Gate,
    private readonly clock: Clock,
    private readonly doer: Doer,
  ) {
    this.#limits = new TimeLimits(clock, (sending) => this.#timeIsUp(sending));
  }

  add(sending: Sending, giveUpAt: number): void {
    this.#limits.add(sending, giveUpAt);
  }

  delete(sending: Sending): void {
    this.#limits.delete(sending);
  }

  clear(): void {
    this.#limits.clear();
    this.#overdue = [];
  }

  /** An attempt that began at `startedAt` has failed for the gate. */
  attemptFailed(startedAt: number): void {
    this.#failedAt = startedAt;
    const overdue = this.#overdue;
    this.#overdue = [];
    for (const sending of overdue) this.#timeIsUp(sending);
  }

  #timeIsUp(sending: Sending): void {
    const hasAnswer = this.#failedAt >= Math.max(sending.payload.since, this.clock.wentOnAt());
    if (hasAnswer || !this.gate.hurry()) {
      this.doer.giveUp(sending);
      return;
    }
    this.#overdue.push(sending);
    this.doer.pump();
  }
}
