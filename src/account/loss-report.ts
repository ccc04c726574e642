import type { Clock } from '../runtime/clock.js';
import { isDebugging, step } from '../runtime/debug.js';
import { Fifo } from '../runtime/fifo.js';
import { promiseOf, textOf } from '../runtime/foreign.js';
import { logToDiag } from '../runtime/otel-api.js';
import { asOwnWork } from '../runtime/own-work.js';
import type { LossListener, ToldLoss } from '../types/account.js';
import { LossTally, shareTally } from './loss-tally.js';

/** Tells of the losses of a logger: `onDrop` is called for each one, and warnings tell of those of all loggers of an endpoint together. */
export class LossReport {
  readonly #onDrop: LossListener | undefined;
  readonly #tally: LossTally;
  /** To be called when the logger ends. Losses that are still under way are told all the same. */
  readonly end: () => void = () => {};
  readonly #untold = new Fifo<ToldLoss>();
  #isTelling = false;

  constructor(
    onDrop: LossListener | undefined,
    clock: Clock,
    warn?: (message: string) => void,
    endpoint?: URL | undefined,
  ) {
    this.#onDrop = onDrop;
    if (warn === undefined) ({ tally: this.#tally, end: this.end } = shareTally(clock, endpoint));
    else this.#tally = new LossTally(clock, warn, endpoint);
  }

  add(loss: ToldLoss): void {
    if (isDebugging) step(`${loss.count} ${loss.kind}: ${loss.reason}`);
    // What the application drops on purpose is no news to it.
    if (loss.reason !== 'filtered') this.#tally.add(loss);
    // A listener that logs would otherwise be told of its own record, and so on.
    if (loss.reason !== 'feedback' && this.#onDrop !== undefined) this.#tellListener(this.#onDrop, loss);
  }

  /** One call after the other: where a listener calls process.exit(), which never returns, the losses at the end of the process must not call it again. */
  #tellListener(onDrop: LossListener, loss: ToldLoss): void {
    this.#untold.push(loss);
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      for (let next = this.#untold.shift(); next; next = this.#untold.shift()) tellListener(onDrop, next);
    } finally {
      this.#isTelling = false;
    }
  }
}

function tellListener(onDrop: LossListener, { reason, count, sample }: ToldLoss): void {
  try {
    const answer: unknown = asOwnWork(() => onDrop({ reason, count, sample: sample() }));
    promiseOf(answer)?.catch(tellFault);
  } catch (error) {
    tellFault(error);
  }
}

const tellFault = (error: unknown): void => logToDiag('error', `onDrop failed: ${textOf(error)}`);
