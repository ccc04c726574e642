import type { MessagePort } from 'node:worker_threads';
import { clearTimeout, setImmediate, setTimeout } from '../runtime/timers.js';
import type { Attempt, SettledResult } from '../types/send-result.js';
import type { Lost, Report } from './messages.js';

/** Reports are gathered while more records are under way: one message costs the main thread as much as some records. */
const REPORT_SIZE = 256;
const REPORT_DELAY_MILLIS = 10;

/** So many of the last stretches may be extended. */
const LOOKED_AT = 16;

interface Stretch {
  readonly id: number;
  readonly from: number;
  to: number;
}

/** What the thread tells the one that has started it. */
export class Reports {
  #delivered: Stretch[] = [];
  #lost: Lost[] = [];
  #attempts: Attempt[] = [];
  #settledSince = 0;
  #underWay = 0;
  #timer: NodeJS.Timeout | undefined;
  #isSoon = false;

  constructor(
    private readonly port: MessagePort,
    private readonly posted: Int32Array,
    /** Whether each attempt is measured. */
    private readonly measures: boolean,
  ) {}

  post(message: Report): void {
    this.port.postMessage(message);
    Atomics.add(this.posted, 0, 1);
    Atomics.notify(this.posted, 0);
  }

  /** So many records have come. */
  began(records: number): void {
    this.#underWay += records;
  }

  /** Also called for failures that are tried again. Where nobody measures, of attempts in a row with the same outcome only the last one is reported. */
  attempted(attempt: Attempt): void {
    const { outcome } = attempt.result;
    if (!this.measures && this.#attempts.at(-1)?.result.outcome === outcome) this.#attempts.pop();
    this.#attempts.push(attempt);
    if (outcome !== 'delivered') this.#reportLater();
  }

  settled(id: number, from: number, to: number, result: SettledResult): void {
    this.#underWay -= to - from;
    this.#settledSince += to - from;
    if (result.outcome === 'refused') this.#lost.push([id, from, to, result]);
    else this.#addDelivered(id, from, to);
    if (this.#underWay > 0 && this.#settledSince < REPORT_SIZE) this.#reportLater();
    else this.#reportSoon();
  }

  close(): void {
    this.#report();
    this.post({ kind: 'closed' });
  }

  /** Extends one of the last stretches if these records follow it. Not only the very last one: POSTs end in any order. */
  #addDelivered(id: number, from: number, to: number): void {
    const stretches = this.#delivered;
    const oldest = Math.max(0, stretches.length - LOOKED_AT);
    for (let at = stretches.length - 1; at >= oldest; at--) {
      const stretch = stretches[at];
      if (stretch?.to !== from || stretch.id !== id) continue;
      stretch.to = to;
      return;
    }
    stretches.push({ id, from, to });
  }

  #reportLater(): void {
    this.#timer ??= setTimeout(() => this.#report(), REPORT_DELAY_MILLIS);
  }

  #reportSoon(): void {
    if (this.#isSoon) return;
    this.#isSoon = true;
    setImmediate(() => this.#report());
  }

  #report(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isSoon = false;
    if (this.#settledSince === 0 && this.#attempts.length === 0) return;
    const delivered = joined(this.#delivered);
    const lost = this.#lost;
    const attempts = this.#attempts;
    this.#delivered = [];
    this.#lost = [];
    this.#attempts = [];
    this.#settledSince = 0;
    this.post({ kind: 'settled', delivered, lost, attempts });
  }
}

/** Joins stretches that follow each other. Gives three numbers for each: id, from, to. */
function joined(stretches: Stretch[]): number[] {
  const numbers: number[] = [];
  let last: Stretch | undefined;
  for (const stretch of stretches.sort((a, b) => a.id - b.id || a.from - b.from)) {
    if (last?.id === stretch.id && last.to === stretch.from) {
      last.to = stretch.to;
      numbers[numbers.length - 1] = stretch.to;
    } else {
      numbers.push(stretch.id, stretch.from, stretch.to);
      last = stretch;
    }
  }
  return numbers;
}
