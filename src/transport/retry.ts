import type { Chance, Clock } from '../clock.js';
import { Slots } from '../slots.js';
import type { BackoffOptions } from './backoff.js';
import { Gate, type Pass } from './gate.js';
import type { Payload, SendResult, Transport } from './transport.js';

export interface RetryPolicy extends BackoffOptions {
  /** How long a payload may be held up by failures. */
  readonly maxElapsedMillis: number;
}

/** Sends again what failed in a way that another try may mend, through one gate for all payloads. */
export function withRetry(
  transport: Transport,
  policy: RetryPolicy,
  concurrency: number,
  clock: Clock,
  chance: Chance = Math.random,
): Transport {
  const gate = new Gate(policy, clock, chance);
  // A slot is for an attempt, not for a payload: those that wait for another try keep no others from theirs.
  const slots = new Slots(concurrency);
  return {
    send: (payload) => new Sending(payload, transport, policy, gate, slots, clock).untilSettled(),
    async close() {
      gate.end();
      await transport.close();
    },
  };
}

/** One payload on its way through as many attempts as it takes. */
class Sending {
  #giveUpAt: number | undefined;
  #failures = 0;
  /** The gate's passes at the last failure, or when the first attempt began. */
  #passesThen = 0;
  /** Whether this payload fails where others get through. */
  #alone = false;

  constructor(
    private readonly payload: Payload,
    private readonly transport: Transport,
    private readonly policy: RetryPolicy,
    private readonly gate: Gate,
    private readonly slots: Slots,
    private readonly clock: Clock,
  ) {}

  async untilSettled(): Promise<SendResult> {
    let cause: string | undefined;
    for (;;) {
      const pass = await this.gate.enter((closedSince) => this.#settleGiveUpAt(closedSince));
      if (pass === undefined) return this.#givenUp(cause);
      const startedAt = this.clock.now();
      const result = await this.slots.run(() => this.#attempt(pass));
      if (result === undefined) continue;
      if (result.outcome !== 'retry') return result;
      cause = result.cause;
      const troubleSince = this.gate.closedSince ?? startedAt;
      const giveUpAt = this.#settleGiveUpAt(troubleSince);
      if (this.#alone) await this.gate.rest(this.#failures, giveUpAt);
      if (this.clock.now() >= giveUpAt) return this.#givenUp(cause);
    }
  }

  /** Runs within a slot, all of it: who gets the slot next must find the gate as this attempt leaves it. */
  async #attempt(pass: Pass): Promise<SendResult | undefined> {
    if (!this.gate.isCurrent(pass)) return undefined; // it closed before there was a slot
    if (this.#failures === 0) this.#passesThen = this.gate.passes;
    const result = await this.transport.send(this.payload);
    if (result.outcome === 'retry') this.#failed(pass, result.afterMillis);
    else this.gate.passed(pass);
    return result;
  }

  /** An endpoint that takes all others is up, whatever it says to this one, which must not hold them up again. */
  #failed(pass: Pass, askedMillis: number | undefined): void {
    const othersGotThrough = this.gate.passes > this.#passesThen;
    this.#alone = othersGotThrough && this.gate.closedSince === undefined && !askedMillis;
    this.#failures++;
    this.#passesThen = this.gate.passes;
    if (!this.#alone) this.gate.failed(pass, askedMillis);
  }

  /**
   * Set once, when the payload first meets trouble: the budget is spent on failures, not on waiting for its turn
   * behind others that get through, and not on an outage that began before it came.
   */
  #settleGiveUpAt(troubleSince: number): number {
    const { since, deadline } = this.payload;
    this.#giveUpAt ??= Math.min(Math.max(troubleSince, since) + this.policy.maxElapsedMillis, deadline);
    return this.#giveUpAt;
  }

  #givenUp(cause: string | undefined): SendResult {
    return this.gate.hasEnded
      ? { outcome: 'refused', reason: 'shutdown', cause: cause ?? 'shut down' }
      : { outcome: 'refused', reason: 'retries_exhausted', cause: cause ?? 'the gate is closed' };
  }
}
