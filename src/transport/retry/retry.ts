import type { Chance, Clock } from '../../runtime/clock.js';
import { Fifo } from '../../runtime/fifo.js';
import { TimeLimits } from '../../runtime/time-limits.js';
import type { SendResult } from '../../types/send-result.js';
import type { AttemptSpec, Payload, Settle, Transport } from '../transport.js';
import { type BackoffOptions, pauseMillis } from './backoff.js';
import { Gate, type Pass } from './gate.js';

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
  return new RetryingTransport(transport, policy, concurrency, clock, chance);
}

/** So often a payload of several records is sent as it is, while the endpoint answers 500: then one of them may be the cause. */
const TRIES_BEFORE_HALVES = 3;

/** One payload on its way through as many attempts as it takes. */
interface Sending extends AttemptSpec {
  number: number;
  afresh: boolean;
  readonly payload: Payload;
  readonly settle: Settle;
  failures: number;
  /** How many of them were a 500. */
  serverErrors: number;
  /** Whether the endpoint may have taken it, for it gave no whole answer of its own. */
  mayBeTaken: boolean;
  /** The gate's passes at the last failure, or when the first attempt began. */
  answersThen: number;
  giveUpAt: number | undefined;
  /** Of its last failure. */
  why: Why | undefined;
  isSettled: boolean;
}

class RetryingTransport implements Transport {
  /** Those whose turn comes as soon as there is a slot and the gate lets one through. */
  readonly #line = new Fifo<Sending>();
  /** Those that fail where others get through: each waits for itself, in nobody's way. */
  readonly #backingOff: TimeLimits<Sending>;
  /** Until when those in line wait for a closed gate. */
  readonly #giveUps: TimeLimits<Sending>;
  /** Those whose time is up, and who wait in line for the outcome of an attempt. */
  #overdue: Sending[] = [];
  readonly #gate: Gate;
  /** When the last attempt that failed for the gate began, and of what it failed. */
  #failedAt = Number.NEGATIVE_INFINITY;
  #why: Why = { cause: 'the gate is closed' };
  #underWay = 0;
  #isPumping = false;

  constructor(
    private readonly transport: Transport,
    private readonly policy: RetryPolicy,
    private readonly concurrency: number,
    private readonly clock: Clock,
    private readonly chance: Chance,
  ) {
    this.#gate = new Gate(policy, clock, chance, () => this.#pump());
    this.#giveUps = new TimeLimits(clock, (sending) => this.#timeIsUp(sending));
    this.#backingOff = new TimeLimits(clock, (sending) => this.#endBackoff(sending));
  }

  send(payload: Payload, settle: Settle): void {
    this.#queue({
      number: 0,
      afresh: false,
      payload,
      settle,
      failures: 0,
      serverErrors: 0,
      mayBeTaken: false,
      answersThen: 0,
      giveUpAt: undefined,
      why: undefined,
      isSettled: false,
    });
    this.#pump();
  }

  async close(): Promise<void> {
    this.#gate.end();
    this.#giveUps.clear();
    this.#overdue = [];
    for (const sending of [...this.#line.clear(), ...this.#backingOff.clear()]) this.#giveUp(sending);
    await this.transport.close();
  }

  hurry(): void {
    this.#gate.hurry(true);
    for (const sending of this.#backingOff.clear()) this.#queue(sending);
    this.#pump();
  }

  #queue(sending: Sending): void {
    if (this.#gate.hasEnded) {
      this.#giveUp(sending);
      return;
    }
    this.#line.push(sending);
    const { closedSince } = this.#gate;
    if (closedSince !== undefined) this.#giveUps.add(sending, this.#giveUpAt(sending, closedSince));
  }

  /** Starts as many attempts as there may be. What an attempt that ends at once starts in turn goes round the loop. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#underWay < this.concurrency && this.#hasNext()) {
        const pass = this.#gate.enter();
        if (pass === undefined) break;
        this.#attempt(this.#line.shift() as Sending, pass);
      }
    } finally {
      this.#isPumping = false;
    }
  }

  /** Whether somebody is in line, other than those that gave up there. */
  #hasNext(): boolean {
    while (this.#line.first?.isSettled) this.#line.shift();
    return this.#line.length > 0;
  }

  #attempt(sending: Sending, pass: Pass): void {
    this.#underWay++;
    this.#giveUps.delete(sending);
    if (sending.failures === 0) sending.answersThen = this.#gate.answers;
    const startedAt = this.clock.now();
    let isOver = false;
    const end: Settle = (result) => {
      if (isOver) return; // it has been said before
      isOver = true;
      this.#underWay--;
      if (result.outcome === 'retry') this.#failed(sending, pass, startedAt, result);
      else this.#passed(sending, pass, result);
      this.#pump();
    };
    try {
      sending.number++;
      // Whether the endpoint is up is asked over a new connection: those that are there may lead to the one machine that is not.
      sending.afresh = this.#gate.isProbing;
      this.transport.send(sending.payload, end, sending);
    } catch {
      end(BROKEN);
    }
  }

  #passed(sending: Sending, pass: Pass, result: SendResult): void {
    const wasClosed = this.#gate.closedSince !== undefined;
    this.#gate.passed(pass);
    if (wasClosed && this.#gate.closedSince === undefined) this.#opened();
    this.#settle(sending, result);
  }

  #settle(sending: Sending, result: SendResult): void {
    if (sending.isSettled) return;
    sending.isSettled = true;
    sending.settle(result);
  }

  /** Those in line were held up, and are no more: what befalls them from now on is another trouble. */
  #opened(): void {
    this.#giveUps.clear();
    this.#overdue = [];
    for (const sending of this.#line) if (sending.failures === 0) sending.giveUpAt = undefined;
  }

  /** An endpoint that takes all others is up, whatever it says to this one, which must not hold them up again. */
  #failed(sending: Sending, pass: Pass, startedAt: number, result: Retry): void {
    const { cause, detail, status, afterMillis } = result;
    const why: Why = { cause, detail };
    const othersGotThrough = this.#gate.answers > sending.answersThen;
    const isAlone = othersGotThrough && this.#gate.closedSince === undefined && !afterMillis;
    sending.failures++;
    if (status === 500) sending.serverErrors++;
    if (status === undefined || status === 502 || status === 504) sending.mayBeTaken = true;
    sending.answersThen = this.#gate.answers;
    sending.why = why;
    if (!isAlone) this.#closeGate(pass, afterMillis);
    const giveUpAt = this.#giveUpAt(sending, this.#gate.closedSince ?? startedAt);
    if (this.clock.now() >= giveUpAt && startedAt >= this.clock.wentOnAt()) this.#giveUp(sending);
    else if (mayBeSpoilt(sending) && status === 500) this.#settle(sending, { ...result, outcome: 'split' });
    else if (isAlone) this.#backOff(sending, giveUpAt);
    else this.#queue(sending);
    if (!isAlone) this.#tellOverdue(startedAt, why);
  }

  #closeGate(pass: Pass, askedMillis: number | undefined): void {
    const wasOpen = this.#gate.closedSince === undefined;
    this.#gate.failed(pass, askedMillis);
    const { closedSince } = this.#gate;
    if (!wasOpen || closedSince === undefined) return;
    for (const sending of this.#line) this.#giveUps.add(sending, this.#giveUpAt(sending, closedSince));
  }

  #backOff(sending: Sending, giveUpAt: number): void {
    const pause = pauseMillis(sending.failures, undefined, this.policy, this.chance);
    this.#backingOff.add(sending, Math.min(this.clock.now() + pause, giveUpAt));
  }

  /** With another attempt, also at the end of its time. */
  #endBackoff(sending: Sending): void {
    this.#queue(sending);
    this.#pump();
  }

  /**
   * No clock ends what waits in line, but the outcome of an attempt, its own or a probe's, that was made since it came and
   * since the process last stood still. Where there was none, it is made now.
   */
  #timeIsUp(sending: Sending): void {
    const hasAnswer = this.#failedAt >= Math.max(sending.payload.since, this.clock.wentOnAt());
    if (hasAnswer || !this.#gate.hurry()) {
      this.#giveUp(sending);
      return;
    }
    this.#overdue.push(sending);
    this.#pump();
  }

  #tellOverdue(failedAt: number, why: Why): void {
    this.#failedAt = failedAt;
    this.#why = why;
    const overdue = this.#overdue;
    this.#overdue = [];
    for (const sending of overdue) this.#timeIsUp(sending);
  }

  /**
   * Set once, when the payload first meets trouble: the budget is spent on failures, not on waiting for its turn
   * behind others that get through, and not on an outage that began before it came.
   */
  #giveUpAt(sending: Sending, troubleSince: number): number {
    const { since, deadline } = sending.payload;
    sending.giveUpAt ??= Math.min(Math.max(troubleSince, since) + this.policy.maxElapsedMillis, deadline);
    return sending.giveUpAt;
  }

  #giveUp(sending: Sending): void {
    const { hasEnded } = this.#gate;
    const why = sending.why ?? (hasEnded ? SHUT_DOWN : this.#why);
    this.#settle(sending, {
      outcome: 'refused',
      reason: hasEnded ? 'shutdown' : 'retries_exhausted',
      ...why,
    });
  }
}

/**
 * Of the answers that another try may mend, 500 is the one that also says: this body breaks me. What may have been taken goes
 * on as it is, under the key by which an endpoint knows it again.
 */
const mayBeSpoilt = ({ payload, serverErrors, mayBeTaken }: Sending): boolean =>
  payload.isDivisible && !mayBeTaken && serverErrors >= TRIES_BEFORE_HALVES;

const SHUT_DOWN: Why = { cause: 'shut down' };
/** Of an attempt that threw, which no transport should. */
const BROKEN: SendResult = { outcome: 'retry', cause: 'the attempt could not be made' };

type Retry = Extract<SendResult, { readonly outcome: 'retry' }>;

/** What people are told of a failure. */
type Why = Pick<Retry, 'cause' | 'detail'>;
