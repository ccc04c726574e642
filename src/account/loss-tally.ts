import { forgetWords, sayAtExit } from '../lifecycle/exit.js';
import type { Clock } from '../runtime/clock.js';
import { redactUrl } from '../runtime/redact.js';
import { warn } from '../runtime/warnings.js';
import type { ToldLoss } from '../types/account.js';
import { whyOf } from '../types/send-result.js';

/** After the first warning, at most one in this time: an outage must not become a flood of its own. */
const WARNING_INTERVAL_MILLIS = 60_000;

/** Losses of one kind, for one reason. Only the first detail is kept: each can be different, such as by an id. */
interface Losses extends Pick<ToldLoss, 'kind' | 'reason' | 'cause' | 'detail'> {
  count: number;
}

/** Counts losses on the way to an endpoint until a warning tells of them: the first at once, then at most one a minute. */
export class LossTally {
  #losses = new Map<string, Losses>();
  #since = 0;
  #waiting = false;

  constructor(
    private readonly clock: Clock,
    private readonly warn: (message: string) => void,
    private readonly endpoint?: URL | undefined,
  ) {}

  add({ kind, reason, cause, detail, count }: ToldLoss): void {
    if (this.#losses.size === 0) this.#since = this.clock.wallNow();
    const key = `${kind} ${reason} ${cause}`;
    const losses = this.#losses.get(key);
    if (losses === undefined) this.#losses.set(key, { kind, reason, cause, detail, count });
    else losses.count += count;
    sayAtExit(this.#takeUnsaid);
    // Losses come in batches: the first warning is for all of this turn.
    if (!this.#waiting) this.#warnAfter(0);
  }

  #warnAfter(delayMillis: number): void {
    this.#waiting = true;
    const warn = (): void => {
      this.#waiting = false;
      const message = this.#takeUnsaid();
      if (message === undefined) return;
      // Before the warning: if that is bridged back to the logger, it is a loss itself.
      this.#warnAfter(WARNING_INTERVAL_MILLIS);
      this.warn(message);
    };
    // The process waits for the first warning. If it ends before a later one, `sayAtExit` tells those losses.
    this.clock.setPause(warn, delayMillis, delayMillis === 0);
  }

  /** The message on all losses that were not told yet. They count as told then. Also called at the end of the process. */
  readonly #takeUnsaid = (): string | undefined => {
    forgetWords(this.#takeUnsaid);
    if (this.#losses.size === 0) return undefined;
    const message = sentence(this.#losses, this.#since, this.endpoint);
    this.#losses = new Map();
    return message;
  };
}

function sentence(losses: ReadonlyMap<string, Losses>, since: number, endpoint: URL | undefined): string {
  const total = [...losses.values()].reduce((sum, { count }) => sum + count, 0);
  // Dropped records were never on their way to an endpoint.
  const isOnWay = [...losses.values()].some(({ kind }) => kind === 'failed');
  const to = endpoint === undefined || !isOnWay ? '' : `; endpoint: ${redactUrl(endpoint.href)}`;
  const records = total === 1 ? 'record' : 'records';
  const whys = [...losses.values()].map(wordsOf).join(', ');
  return `${total} ${records} lost since ${new Date(since).toISOString()}: ${whys}${to}`;
}

function wordsOf({ kind, reason, count, cause, detail }: Losses): string {
  const why = whyOf({ cause, detail });
  return `${count} ${kind}: ${reason}${why && ` (${why})`}`;
}

/** The tallies in use, each shared by all loggers of an endpoint, with the number of those loggers. */
const shared = new Map<string, { readonly tally: LossTally; users: number }>();

/** The tally of all that is lost on the way to an endpoint, until `end` is called. */
export function shareTally(
  clock: Clock,
  endpoint: URL | undefined,
): { readonly tally: LossTally; end(): void } {
  const key = endpoint?.href ?? '';
  const entry = shared.get(key) ?? { tally: new LossTally(clock, warnOfLosses, endpoint), users: 0 };
  shared.set(key, entry);
  entry.users++;
  let isUsed = true;
  return {
    tally: entry.tally,
    end() {
      if (isUsed && --entry.users === 0) shared.delete(key);
      isUsed = false;
    },
  };
}

const warnOfLosses = (message: string): void => warn('REMOTE_LOGGER_LOSS', message);
