import * as types from 'node:util/types';
import type { LossListener, ToldLoss } from './account.js';
import type { Clock } from './clock.js';
import { forgetWords, sayAtExit } from './exit.js';
import { asOwnWork } from './feedback.js';
import { tell } from './otel-api.js';
import { warn as warnProcess } from './warnings.js';

/** After the first warning, at most one in this time: an outage must not become a flood of its own. */
const WARNING_INTERVAL_MILLIS = 60_000;

/**
 * Tells of losses: each one to `onDrop`; in a warning, the first at once and then at most one a minute with how many,
 * why, and since when. A warning goes to diag and, as diag is silent until an application installs a logger, to the process.
 */
export class LossReport {
  readonly #onDrop: LossListener | undefined;
  readonly #clock: Clock;
  readonly #warn: (message: string) => void;
  #counts = new Map<string, number>();
  #since = 0;
  #waiting = false;

  constructor(
    onDrop: LossListener | undefined,
    clock: Clock,
    warn: (message: string) => void = (message) => warnProcess('REMOTE_LOGGER_LOSS', message),
  ) {
    this.#onDrop = onDrop;
    this.#clock = clock;
    this.#warn = warn;
  }

  add(loss: ToldLoss): void {
    if (this.#counts.size === 0) this.#since = this.#clock.wallNow();
    const why = loss.cause === undefined ? loss.reason : `${loss.reason} (${loss.cause})`;
    const key = `${loss.kind}: ${why}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + loss.count);
    sayAtExit(this.#takeUnsaid);
    // Losses come in batches: the first warning is for all of this turn.
    if (!this.#waiting) this.#warnAfter(0);
    // A listener that logs would otherwise be told of its own record, and so on.
    if (loss.reason !== 'feedback') tellListener(this.#onDrop, loss);
  }

  #warnAfter(delayMillis: number): void {
    this.#waiting = true;
    const warn = (): void => {
      this.#waiting = false;
      const message = this.#takeUnsaid();
      if (message === undefined) return;
      // First, as a warning that is bridged back to the logger is itself a loss.
      this.#warnAfter(WARNING_INTERVAL_MILLIS);
      this.#warn(message);
    };
    // The first warning is worth a moment of the process; a later one is said at its end, if that comes before.
    this.#clock.setPause(warn, delayMillis, delayMillis === 0);
  }

  /** What no warning has said yet, which is then said. Also asked at the end of the process. */
  readonly #takeUnsaid = (): string | undefined => {
    forgetWords(this.#takeUnsaid);
    if (this.#counts.size === 0) return undefined;
    const message = sentence(this.#counts, this.#since);
    this.#counts = new Map();
    return message;
  };
}

function sentence(counts: ReadonlyMap<string, number>, since: number): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const whys = [...counts].map(([why, count]) => `${count} ${why}`).join(', ');
  return `${total} ${total === 1 ? 'record' : 'records'} lost since ${new Date(since).toISOString()}: ${whys}`;
}

function tellListener(onDrop: LossListener | undefined, { reason, count, sample }: ToldLoss): void {
  if (onDrop === undefined) return;
  try {
    const answer: unknown = asOwnWork(() => onDrop({ reason, count, sample: sample() }));
    if (types.isPromise(answer)) answer.catch(tellFault);
  } catch (error) {
    tellFault(error);
  }
}

const tellFault = (error: unknown): void => tell('error', `onDrop failed: ${String(error)}`);
