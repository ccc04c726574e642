import type { Clock } from '../runtime/clock.js';
import { isOwnForever, runAsOwnWork } from '../runtime/own-work.js';
import { TimeLimits } from '../runtime/time-limits.js';
import { type Attempt, type SendResult, SHUT_DOWN } from '../types/send-result.js';
import type {
  AttemptSpec,
  Carrier,
  OpenAttempt,
  Payload,
  Settle,
  StopCause,
  Stoppable,
  Transport,
} from './transport.js';

/**
 * Does for a carrier what every attempt needs: it is the logger's own work, ends at `timeoutMillis`, at the payload's deadline and
 * when the transport is closed, and `attempted` is told how it ended, before the payload is settled.
 */
export const withAttempts = (
  carrier: Carrier,
  timeoutMillis: number,
  attempted: (attempt: Attempt) => void,
  clock: Clock,
): Transport => new Attempts(carrier, timeoutMillis, attempted, clock);

const FIRST: AttemptSpec = { number: 1, afresh: false };

const TIMED_OUT: SendResult = { outcome: 'retry', cause: 'timeout' };

class Attempts implements Transport {
  readonly #limits: TimeLimits<RunningAttempt>;
  #isClosed = false;

  constructor(
    private readonly carrier: Carrier,
    private readonly timeoutMillis: number,
    private readonly attempted: (attempt: Attempt) => void,
    private readonly clock: Clock,
  ) {
    this.#limits = new TimeLimits(clock, (attempt) => attempt.stop('timeout'));
  }

  send(payload: Payload, settle: Settle, spec = FIRST): void {
    if (this.#isClosed) {
      settle(SHUT_DOWN);
      return;
    }
    const startedAt = this.clock.now();
    const attempt = new RunningAttempt(this, payload, settle, spec, startedAt);
    this.#limits.add(attempt, Math.min(startedAt + this.timeoutMillis, payload.deadline));
    attempt.start(this.carrier);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const attempt of this.#limits.clear()) attempt.stop('shutdown');
    this.carrier.close();
  }

  ended(attempt: RunningAttempt, { bodyBytes }: Payload, result: SendResult): void {
    this.#limits.delete(attempt);
    this.attempted({ seconds: (this.clock.now() - attempt.startedAt) / 1000, bodyBytes, result });
  }
}

class RunningAttempt implements OpenAttempt {
  payload: Payload | undefined;
  readonly number: number;
  readonly afresh: boolean;
  #settle: Settle | undefined;
  #running: Stoppable | undefined;

  constructor(
    private readonly attempts: Attempts,
    payload: Payload,
    settle: Settle,
    { number, afresh }: AttemptSpec,
    readonly startedAt: number,
  ) {
    this.payload = payload;
    this.number = number;
    this.afresh = afresh;
    this.#settle = settle;
  }

  get over(): boolean {
    return this.payload === undefined;
  }

  start(carrier: Carrier): void {
    // Most attempts start when the answer to another one comes, on a socket that is marked for good. A second mark would cost time.
    if (isOwnForever()) this.#running = carrier.start(this);
    else this.#running = runAsOwnWork(this, () => carrier.start(this));
  }

  stop(cause: StopCause): void {
    this.#running?.stop(cause);
    this.end(cause === 'timeout' ? TIMED_OUT : SHUT_DOWN);
  }

  end(result: SendResult): void {
    const { payload } = this;
    const settle = this.#settle;
    if (payload === undefined) return;
    this.payload = undefined;
    this.#settle = undefined;
    this.attempts.ended(this, payload, result);
    settle?.(result);
  }
}
