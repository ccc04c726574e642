import type { Chance } from '../../runtime/clock.js';
import { Fifo } from '../../runtime/fifo.js';
import type { Sending } from './sending.js';

/** While payloads wait that have not failed, so many of the attempts go to those that have. They must neither starve nor hold up the rest. */
const SHARE_OF_FAILED = 0.1;

/** Payloads to be sent as soon as a slot is free and the gate lets one through. */
export class Line {
  readonly #fresh = new Fifo<Sending>();
  readonly #failed = new Fifo<Sending>();

  constructor(private readonly chance: Chance) {}

  /** Whether one is to be sent. Those that were given up here are taken out. */
  hasNext(): boolean {
    while (this.#fresh.first?.isSettled) this.#fresh.shift();
    while (this.#failed.first?.isSettled) this.#failed.shift();
    return this.#fresh.length + this.#failed.length > 0;
  }

  push(sending: Sending): void {
    const fifo = sending.failures === 0 ? this.#fresh : this.#failed;
    fifo.push(sending);
  }

  /** Takes the next one. */
  shift(): Sending | undefined {
    if (this.#failed.length === 0) return this.#fresh.shift();
    if (this.#fresh.length === 0 || this.chance() < SHARE_OF_FAILED) return this.#failed.shift();
    return this.#fresh.shift();
  }

  /**
   * Takes one that probes: the last that came and has not failed. What fails by itself often comes with more of its kind, and
   * they would close the gate for all others, if they probed one after the other.
   */
  shiftProbe(): Sending | undefined {
    while (this.#fresh.last?.isSettled) this.#fresh.pop();
    return this.#fresh.pop() ?? this.#failed.shift();
  }

  *[Symbol.iterator](): Generator<Sending> {
    yield* this.#fresh;
    yield* this.#failed;
  }

  /** Takes all out. */
  clear(): Sending[] {
    return [...this.#fresh.clear(), ...this.#failed.clear()];
  }
}
