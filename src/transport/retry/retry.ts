import type { Chance, Clock } from '../../runtime/clock.js';
import { Fifo } from '../../runtime/fifo.js';
import { TimeLimits } from '../../runtime/time-limits.js';
import { type SendResult, SHUT_DOWN } from '../../types/send-result.js';
import type { Payload, Settle, Transport } from '../transport.js';
import { type BackoffOptions, pauseMillis } from './backoff.js';
import { Gate, type Pass } from './gate.js';
import { GiveUps } from './give-ups.js';
import { Others } from './others.js';
import { triedAgain } from './patience.js';
import { type Retry, Sending, type Why } from './sending.js';

export interface RetryPolicy extends BackoffOptions {
  /** How long a payload may be held up by failures. */
  readonly maxElapsedMillis: number;
  /** Whether payloads outlive the process: then a refusal is tried again, too, and only a payload that fails by itself is given up where there is no time limit. */
  readonly isPatient?: boolean;
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

class RetryingTransport implements Transport {
  /** Payloads to be sent as soon as a slot is free and the gate lets one through. */
  readonly #line = new Fifo<Sending>();
  /** Payloads that fail while others get through: each waits for a pause of its own, and holds up no other. */
  readonly #backingOff: TimeLimits<Sending>;
  /** Until when payloads in line wait for a closed gate. */
  readonly #giveUps: GiveUps;
  readonly #gate: Gate;
  /** Why the last attempt failed that closed the gate, or kept it closed. */
  #why: Why = { cause: 'the gate is closed' };
  readonly #others: Others;
  readonly #hasNoLimit: boolean;
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
    this.#others = new Others(this.#gate, clock, policy.isPatient === true);
    this.#hasNoLimit = policy.maxElapsedMillis === Number.POSITIVE_INFINITY;
    this.#giveUps = new GiveUps(this.#gate, clock, {
      giveUp: (sending) => this.#giveUp(sending),
      pump: () => this.#pump(),
    });
    this.#backingOff = new TimeLimits(clock, (sending) => this.#endBackoff(sending));
  }

  send(payload: Payload, settle: Settle): void {
    this.#queue(new Sending(payload, settle));
    this.#pump();
  }

  async close(): Promise<void> {
    this.#gate.end();
    this.#giveUps.clear();
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

  /** Starts as many attempts as there may be. An attempt that ends at once calls this again: the loop that is running does that work. */
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

  /** Whether a payload is in line. Those that were given up there are taken out. */
  #hasNext(): boolean {
    while (this.#line.first?.isSettled) this.#line.shift();
    return this.#line.length > 0;
  }

  #attempt(sending: Sending, pass: Pass): void {
    this.#underWay++;
    this.#giveUps.delete(sending);
    if (sending.failures === 0) this.#others.note(sending);
    const startedAt = this.clock.now();
    let isOver = false;
    const end: Settle = (answer) => {
      if (isOver) return; // it has been said before
      isOver = true;
      this.#underWay--;
      const result = this.policy.isPatient ? triedAgain(answer, sending.payload) : answer;
      if (result.outcome === 'retry') this.#failed(sending, pass, startedAt, result);
      else this.#passed(sending, pass, result);
      this.#pump();
    };
    try {
      sending.number++;
      // A probe goes over a new connection: the connections that are there may all lead to the one machine that is down.
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
    sending.settle(result);
  }

  #opened(): void {
    this.#giveUps.clear();
    for (const sending of this.#line) sending.forgetTrouble();
  }

  #failed(sending: Sending, pass: Pass, startedAt: number, result: Retry): void {
    const isAlone = this.#others.failed(sending, result) === 'alone';
    sending.failed(result);
    if (!isAlone) this.#closeGate(pass, result.afterMillis);
    const giveUpAt = this.#giveUpAt(sending, this.#gate.closedSince ?? startedAt);
    const isHopeless = isAlone && this.#hasNoLimit && this.#others.isHopeless(sending);
    if (this.clock.now() >= giveUpAt && startedAt >= this.clock.wentOnAt()) this.#giveUp(sending);
    else if (sending.isToHalve(result, isAlone, isHopeless)) sending.settle({ ...result, outcome: 'split' });
    else if (isHopeless) this.#giveUp(sending);
    else if (isAlone) this.#backOff(sending, giveUpAt);
    else this.#queue(sending);
    if (isAlone) return;
    this.#why = sending.why ?? this.#why;
    this.#giveUps.attemptFailed(startedAt);
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

  /** Also when its time is up: then it has one more attempt. */
  #endBackoff(sending: Sending): void {
    this.#queue(sending);
    this.#pump();
  }

  #giveUpAt(sending: Sending, troubleSince: number): number {
    return sending.giveUpAt(troubleSince, this.policy.maxElapsedMillis);
  }

  #giveUp(sending: Sending): void {
    const { hasEnded } = this.#gate;
    const { reason = 'retries_exhausted', ...why } = sending.why ?? (hasEnded ? SHUT_DOWN : this.#why);
    sending.settle({ ...why, outcome: 'refused', reason: hasEnded ? 'shutdown' : reason });
  }
}

/** How an attempt ends whose transport throws, which none should. */
const BROKEN: SendResult = { outcome: 'retry', cause: 'the attempt could not be made' };
