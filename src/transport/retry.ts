import type { Chance, Clock } from '../clock.js';
import type { BackoffOptions } from './backoff.js';
import { Gate } from './gate.js';
import type { Payload, SendResult, Transport } from './transport.js';

export interface RetryPolicy extends BackoffOptions {
  /** How long a payload may be held up by failures. */
  readonly maxElapsedMillis: number;
}

/** Sends again what failed in a way that another try may mend, through one gate for all payloads. */
export function withRetry(
  transport: Transport,
  policy: RetryPolicy,
  clock: Clock,
  chance: Chance = Math.random,
): Transport {
  const gate = new Gate(policy, clock, chance);
  let closed = false;
  return {
    send: (payload) => sendUntilSettled(payload, transport, gate, policy, clock, () => closed),
    async close() {
      closed = true;
      gate.end();
      await transport.close();
    },
  };
}

async function sendUntilSettled(
  payload: Payload,
  transport: Transport,
  gate: Gate,
  policy: RetryPolicy,
  clock: Clock,
  isClosed: () => boolean,
): Promise<SendResult> {
  let giveUpAt: number | undefined;
  let cause: string | undefined;
  // Set once, when the payload first meets trouble: the budget is spent on failures, not on waiting for its turn
  // behind others that get through, and not on an outage that began before it came.
  const settleGiveUpAt = (troubleSince: number): number => {
    giveUpAt ??= Math.min(Math.max(troubleSince, payload.since) + policy.maxElapsedMillis, payload.deadline);
    return giveUpAt;
  };
  for (;;) {
    const pass = await gate.enter(settleGiveUpAt);
    if (isClosed()) return { outcome: 'refused', reason: 'shutdown', cause: cause ?? 'shut down' };
    if (pass === undefined) {
      return { outcome: 'refused', reason: 'retries_exhausted', cause: cause ?? 'others fail too' };
    }
    const startedAt = clock.now();
    const result = await transport.send(payload);
    if (result.outcome !== 'retry') {
      gate.passed(pass);
      return result;
    }
    cause = result.cause;
    gate.failed(pass, result.afterMillis);
    if (clock.now() >= settleGiveUpAt(gate.closedSince ?? startedAt)) {
      return { outcome: 'refused', reason: isClosed() ? 'shutdown' : 'retries_exhausted', cause };
    }
  }
}
