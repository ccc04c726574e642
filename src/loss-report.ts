import type { Clock } from './clock.js';
import type { LossListener, ToldLoss } from './ledger.js';
import { tell } from './otel-api.js';

/** After the first warning at once, at most one in this time: an outage must not become a flood of its own. */
const WARNING_INTERVAL_MILLIS = 60_000;

/**
 * Tells of losses: each one to `onDrop`; in a warning, the first at once and then at most one a minute with how many,
 * why, and since when. A warning goes to diag and, as diag is silent until an application installs a logger, to the process.
 */
export function createLossReport(
  onDrop: LossListener | undefined,
  clock: Clock,
  warn: (message: string) => void = warnEverywhere,
): (loss: ToldLoss) => void {
  let counts = new Map<string, number>();
  let since = 0;
  let waiting = false;

  const report = (): void => {
    if (counts.size === 0) return;
    warn(sentence(counts, since));
    counts = new Map();
    waiting = true;
    clock.setTimer(() => {
      waiting = false;
      report();
    }, WARNING_INTERVAL_MILLIS);
  };

  return (loss) => {
    if (counts.size === 0) since = clock.wallNow();
    const why = loss.cause === undefined ? loss.reason : `${loss.reason} (${loss.cause})`;
    const key = `${loss.kind}: ${why}`;
    counts.set(key, (counts.get(key) ?? 0) + loss.count);
    if (!waiting) report();
    tellListener(onDrop, loss);
  };
}

function sentence(counts: ReadonlyMap<string, number>, since: number): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const whys = [...counts].map(([why, count]) => `${count} ${why}`).join(', ');
  return `${total} ${total === 1 ? 'record' : 'records'} lost since ${new Date(since).toISOString()}: ${whys}`;
}

function warnEverywhere(message: string): void {
  tell('warn', message);
  process.emitWarning(`otel-remote-logger: ${message}`, { code: 'REMOTE_LOGGER_LOSS' });
}

function tellListener(onDrop: LossListener | undefined, { reason, count, sample }: ToldLoss): void {
  try {
    onDrop?.({ reason, count, sample });
  } catch (error) {
    tell('error', `onDrop threw: ${String(error)}`);
  }
}
