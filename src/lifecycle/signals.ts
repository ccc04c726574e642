import { systemClock } from '../runtime/clock.js';
import { endNow, flushAll, sayWaiting } from './exit.js';

/** Most orchestrators send SIGKILL some seconds after SIGTERM; Docker after 10. */
const SIGNAL_TIMEOUT_MILLIS = 5000;
/** When to say how many records are undelivered. Some orchestrators send SIGKILL early, PM2 after 1.6 s, and nothing can be said after that. */
const WORDS_AFTER_MILLIS = 1000;
/**
 * Ctrl-C goes to all processes of a terminal, and npm passes it on to its child again. So a signal that comes so soon after the first one
 * is the same Ctrl-C, and does not mean that somebody does not want to wait.
 */
const SAME_MOMENT_MILLIS = 500;

/** Who asked for which signal. There is one listener for each signal in the whole process, so that any other is known to be the application's. */
const asked = new Map<NodeJS.Signals, Set<object>>();

/**
 * Flushes all loggers at the signals; then the process ends of the signal as it would have without us, unless
 * the application listens too: then its end is the application's affair. Returns how to stop listening.
 */
export function flushOnSignals(signals: readonly NodeJS.Signals[]): () => void {
  const asker = {};
  for (const signal of signals) {
    const askers = asked.get(signal);
    if (askers !== undefined) askers.add(asker);
    else {
      asked.set(signal, new Set([asker]));
      // First in line: a listener that the application set with once() is gone when it has been called.
      process.prependListener(signal, onSignal);
    }
  }
  return () => {
    for (const signal of signals) forget(asker, signal);
  };
}

function forget(asker: object, signal: NodeJS.Signals): void {
  const askers = asked.get(signal);
  askers?.delete(asker);
  if (askers?.size === 0) stopListening(signal);
}

function stopListening(signal: NodeJS.Signals): void {
  asked.delete(signal);
  process.off(signal, onSignal);
}

/** The flush that is under way. */
let flush: { readonly since: number; readonly done: Promise<void> } | undefined;

async function onSignal(signal: NodeJS.Signals): Promise<void> {
  const isLeftToOthers = process.pid === INIT || applicationListens(signal);
  flush ??= startFlush(signal);
  const { since, done } = flush;
  // Somebody who sends another signal later does not want to wait.
  if (systemClock.now() - since < SAME_MOMENT_MILLIS) await done;
  if (!isLeftToOthers && asked.has(signal)) endOf(signal, systemClock.now() - since);
}

function startFlush(signal: NodeJS.Signals): NonNullable<typeof flush> {
  const words = systemClock.setTimer(() => sayWaiting(signal, SIGNAL_TIMEOUT_MILLIS), WORDS_AFTER_MILLIS);
  const done = flushAll(SIGNAL_TIMEOUT_MILLIS, 'end').finally(() => {
    words.cancel();
    flush = undefined;
  });
  return { since: systemClock.now(), done };
}

/** Ends the process as the signal would have without us. */
function endOf(signal: NodeJS.Signals, waitedMillis: number): void {
  stopListening(signal);
  endNow(waitedMillis);
  // Another copy of this package may still be flushing.
  if (!process.listeners(signal).some(isOurs)) process.kill(process.pid, signal);
}

/** The first process of a container. The kernel gives it only the signals that it listens to: without our listener, the signal would not have ended it. */
const INIT = 1;

/** Whether somebody else decides on how the process ends. */
const applicationListens = (signal: NodeJS.Signals): boolean =>
  process.listeners(signal).filter((listener) => !isOurs(listener)).length > listenersThatYield();

/** A mark on the listener of every copy of this package. */
const MARK = Symbol.for('otel-remote-logger.on-signal');
const isOurs = (listener: object): boolean => MARK in listener;
Object.defineProperty(onSignal, MARK, { value: true });

/**
 * Listeners of the package `signal-exit`, which many others depend on, decide nothing where somebody else listens: they leave the
 * end to that one. The package counts its listeners where all copies of a version find the number.
 */
function listenersThatYield(): number {
  const { __signal_exit_emitter__: version3 } = process as { __signal_exit_emitter__?: Counting };
  const version4 = (globalThis as Record<symbol, Counting | undefined>)[Symbol.for('signal-exit emitter')];
  return (version3?.count ?? 0) + (version4?.count ?? 0);
}

interface Counting {
  readonly count?: number;
}
