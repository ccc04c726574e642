import { forgetWords, sayAtExit } from '../lifecycle/exit.js';
import type { Clock, Timer } from '../runtime/clock.js';
import { redactUrl } from '../runtime/redact.js';
import { warn, warnOfSettings } from '../runtime/warnings.js';
import { type SendResult, whyOf } from '../types/send-result.js';
import { adviceOn } from './advice.js';

/** How an endpoint fails: since when, on the clock's `now()` and `wallNow()`, and how the last attempt ended. */
interface Trouble {
  readonly since: number;
  readonly wallSince: number;
  last: Failed;
}

type Failed = Exclude<SendResult, { readonly outcome: 'delivered' }>;

/** An outage is told after this time: most restarts are over by then, and somebody who has just deployed is still looking. */
const OUTAGE_MILLIS = 5000;
/** In this time, at most one outage of an endpoint is told, and its end. */
const TELLING_INTERVAL_MILLIS = 60_000;

/** Where the messages go. */
export interface Tellings {
  readonly outage: (message: string) => void;
  readonly settings: (message: string) => void;
}

const WARNINGS: Tellings = {
  outage: (message) => warn('REMOTE_LOGGER_OUTAGE', message),
  settings: (message) => warnOfSettings(message),
};

/**
 * The health of an endpoint, for all loggers and exporters that send to it. Tells when records wait and nothing has got through for some
 * seconds, and when records get through again. What looks like a mistake in the settings is told at once.
 */
export class EndpointHealth {
  readonly #url: string;
  readonly #members = new Set<() => number>();
  #trouble: Trouble | undefined;
  #timer: Timer | undefined;
  #isTold = false;
  #nextTellingAt = Number.NEGATIVE_INFINITY;
  #hasDelivered = false;
  #isRefusalTold = false;
  #isPageTold = false;

  constructor(
    url: URL,
    private readonly clock: Clock,
    private readonly tellings: Tellings = WARNINGS,
  ) {
    this.#url = redactUrl(url.href);
  }

  /** Since when nothing has got through although it was tried, in ISO 8601; `undefined` while the endpoint does not fail. */
  get failingSince(): string | undefined {
    return this.#failing && new Date(this.#failing.wallSince).toISOString();
  }

  /** For how long the endpoint has failed; 0 while it does not. */
  get failingSeconds(): number {
    return this.#failing === undefined ? 0 : (this.clock.now() - this.#failing.since) / 1000;
  }

  /** The trouble, if it still counts: where no record waits, nothing is tried any more, and an outage may be over. A refusal does not pass by itself. */
  get #failing(): Trouble | undefined {
    return this.#trouble?.last.outcome === 'refused' || this.#pending() > 0 ? this.#trouble : undefined;
  }

  get isInUse(): boolean {
    return this.#members.size > 0;
  }

  /** From now on until `leave`, the records that `pending` counts wait for this endpoint. */
  join(pending: () => number): void {
    this.#members.add(pending);
    sayAtExit(this.#lastWords);
  }

  leave(pending: () => number): void {
    this.#members.delete(pending);
    if (this.isInUse) return;
    this.#rest();
    forgetWords(this.#lastWords);
  }

  /** How an attempt ended, and whether what was refused is tried again. */
  heard(result: SendResult, isTriedAgain = false): void {
    if (result.outcome === 'delivered') this.#delivered(result.detail);
    else if (result.outcome !== 'refused') this.#failed(result);
    else if (result.reason === 'refused') this.#refused(result, isTriedAgain);
    else if (result.status !== undefined) this.#works(); // the endpoint has judged the records, so it works
  }

  #delivered(page: string | undefined): void {
    this.#hasDelivered = true;
    if (page !== undefined && !this.#isPageTold) {
      this.#isPageTold = true;
      this.#tellSoon(
        `${this.#url} answers with a page for browsers, ${page}: what it takes counts as delivered; check whether it is the right URL`,
      );
    }
    this.#works();
  }

  /** In a turn of its own, for which a process that ends waits. */
  #tellSoon(message: string): void {
    this.clock.setPause(() => this.tellings.settings(message), 0, true);
  }

  #failed(result: Failed): void {
    this.#note(result);
    this.#timer ??= this.clock.setTimer(() => this.#look(), OUTAGE_MILLIS);
  }

  /** Where refused records do not wait, there is no outage to tell; that they are lost is told elsewhere. */
  #refused(result: Failed, isTriedAgain: boolean): void {
    this.#failed(result);
    if (!isTriedAgain) this.#rest();
    if (this.#hasDelivered || this.#isRefusalTold) return;
    this.#isRefusalTold = true;
    const waits = isTriedAgain ? '; records wait on disk, and are tried again' : '';
    this.#tellSoon(
      `${this.#url} refuses what it is sent (${whyOf(result)}), so nothing is delivered; ${adviceOn(result.status)}${waits}`,
    );
  }

  #note(last: Failed): void {
    this.#trouble ??= { since: this.clock.now(), wallSince: this.clock.wallNow(), last };
    this.#trouble.last = last;
  }

  #works(): void {
    if (this.#trouble === undefined) return;
    const { since } = this.#trouble;
    this.#trouble = undefined;
    this.#rest();
    if (!this.#isTold) return;
    this.#isTold = false;
    this.tellings.outage(
      `${this.#url} takes records again, after ${secondsOf(this.clock.now() - since)}; ${this.#waiting()}`,
    );
  }

  #rest(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #look(): void {
    this.#timer = undefined;
    const trouble = this.#untold;
    if (trouble === undefined) return; // until the next attempt fails
    const now = this.clock.now();
    const dueAt = Math.max(trouble.since + OUTAGE_MILLIS, this.#nextTellingAt);
    if (now < dueAt) {
      this.#timer = this.clock.setTimer(() => this.#look(), dueAt - now);
      return;
    }
    this.#nextTellingAt = now + TELLING_INTERVAL_MILLIS;
    this.tellings.outage(`${this.#sentence(trouble)}; ${this.#waiting()}`);
  }

  /** What to say of an outage at the end of the process, if it was not told before. How many records are lost is said elsewhere. */
  readonly #lastWords = (): string | undefined => {
    const trouble = this.#untold;
    return trouble?.last.outcome === 'retry' ? this.#sentence(trouble) : undefined;
  };

  get #untold(): Trouble | undefined {
    return this.#isTold ? undefined : this.#failing;
  }

  #sentence({ since, last }: Trouble): string {
    this.#isTold = true;
    const seconds = secondsOf(this.clock.now() - since);
    return `${this.#url} has let nothing through for ${seconds} (${whyOf(last)})`;
  }

  #pending(): number {
    return [...this.#members].reduce((sum, pending) => sum + pending(), 0);
  }

  #waiting(): string {
    const pending = this.#pending();
    return pending === 1 ? '1 record waits' : `${pending} records wait`;
  }
}

const secondsOf = (millis: number): string => `${Math.round(millis / 1000)} s`;
