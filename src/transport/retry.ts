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
  let closed = false;
  return {
    send: (payload) => sendUntilSettled(payload, { transport, policy, gate, slots, clock }, () => closed),
    async close() {
      closed = true;
      gate.end();
      await transport.close();
    },
  };
}

interface Means {
  readonly transport: Transport;
  readonly policy: RetryPolicy;
  readonly gate: Gate;
  readonly slots: Slots;
  readonly clock: Clock;
}

async function sendUntilSettled(
  payload: Payload,
  { transport, policy, gate, slots, clock }: Means,
  isClosed: () => boolean,
): Promise<SendResult> {
  let giveUpAt: number | undefined;
  let failures = 0;
  let passesThen = 0;
  let alone = false;
  let cause: string | undefined;
  // Set once, when the payload first meets trouble: the budget is spent on failures, not on waiting for its turn
  // behind others that get through, and not on an outage that began before it came.
  const settleGiveUpAt = (troubleSince: number): number => {
    giveUpAt ??= Math.min(Math.max(troubleSince, payload.since) + policy.maxElapsedMillis, payload.deadline);
    return giveUpAt;
  };
  const attempt = async (pass: Pass): Promise<SendResult | undefined> => {
    if (!gate.isCurrent(pass)) return undefined; // it closed before there was a slot
    const result = await transport.send(payload);
    if (result.outcome !== 'retry') {
      gate.passed(pass);
      return result;
    }
    failures++;
    // An endpoint that takes all others is up, whatever it says to this one, which must not hold them up again.
    alone = failures > 1 && gate.passes > passesThen && gate.closedSince === undefined && !result.afterMillis;
    passesThen = gate.passes;
    if (!alone) gate.failed(pass, result.afterMillis);
    return result;
  };
  for (;;) {
    const pass = await gate.enter(settleGiveUpAt);
    if (isClosed()) return { outcome: 'refused', reason: 'shutdown', cause: cause ?? 'shut down' };
    if (pass === undefined) {
      return { outcome: 'refused', reason: 'retries_exhausted', cause: cause ?? 'others fail too' };
    }
    const startedAt = clock.now();
    // All of it within the slot: who gets it next must find the gate as this attempt leaves it.
    const result = await slots.run(() => attempt(pass));
    if (result === undefined) continue;
    if (result.outcome !== 'retry') return result;
    cause = result.cause;
    if (clock.now() >= settleGiveUpAt(gate.closedSince ?? startedAt)) {
      return { outcome: 'refused', reason: isClosed() ? 'shutdown' : 'retries_exhausted', cause };
    }
    if (alone) await gate.rest(failures);
  }
}
