import { systemClock } from '../runtime/clock.js';
import { say } from '../runtime/stderr.js';
import { withDeadline } from './deadline.js';
import { drain } from './drain.js';
import { type ExitParticipant, leftBehind, recordsOf } from './exit-participant.js';
import { EXIT_TIMEOUT_MILLIS, endNaturally, hasTried } from './natural-end.js';

/** One listener an event for the whole process: one for each logger would pass Node's warning limit at eleven. */
const loggers = new Set<ExitParticipant>();
/** Flushes of what is not a logger of ours, and has no account. */
const flushes = new Set<() => Promise<void>>();
const lastWords = new Set<() => string | undefined>();

/** From now on, the natural end of the process delivers what is pending, and any other end says what was lost. */
export function watchExit(logger: ExitParticipant): void {
  loggers.add(logger);
  listenWhileNeeded();
}

export function forgetExit(logger: ExitParticipant): void {
  loggers.delete(logger);
  listenWhileNeeded();
}

/** Has the natural end of the process wait for a flush, unless one has come before: then `forgetFlush` it. */
export function flushAtExit(flush: () => Promise<void>): void {
  flushes.add(flush);
  listenWhileNeeded();
}

export function forgetFlush(flush: () => Promise<void>): void {
  flushes.delete(flush);
  listenWhileNeeded();
}

/** Flushes now all that the end of the process would; before an end, if it is one. */
export async function flushAll(timeoutMillis: number, how: 'flush' | 'end' = 'flush'): Promise<void> {
  if (how === 'end') for (const logger of loggers) logger.leave();
  const held = [...loggers].filter((logger) => how === 'flush' || leftBehind(logger) > 0);
  const all = [
    ...held.map((logger) => logger[how]({ timeoutMillis })),
    ...[...flushes].map((flush) => withDeadline(flush(), timeoutMillis, systemClock)),
  ];
  await Promise.all(all);
}

/** Has words written to stderr at the end of the process, when a warning would come too late; at once, if the end is over. */
export function sayAtExit(words: () => string | undefined): void {
  lastWords.add(words);
  listenWhileNeeded();
  if (isOver) sayWords(words);
}

export function forgetWords(words: () => string | undefined): void {
  lastWords.delete(words);
  listenWhileNeeded();
}

let listening = false;

function listenWhileNeeded(): void {
  const needed = loggers.size > 0 || flushes.size > 0 || lastWords.size > 0;
  if (needed === listening) return;
  listening = needed;
  if (needed && isEnding()) isOver = true;
  const change = needed ? process.on : process.off;
  change.call(process, 'beforeExit', onBeforeExit);
  change.call(process, 'exit', onExit);
}

/**
 * So often the natural end waits for records. Node emits `beforeExit` again after each wait, and a listener of the application that logs
 * each time would keep the process alive for ever.
 */
const MOST_ENDS = 10;
let ends = 0;

/** Whether the natural end has waited often enough: records that are logged from now on do not keep the process alive. */
export const isEndOverdue = (): boolean => ends > MOST_ENDS;

/** Node emits `beforeExit` again after the turns of the event loop that this adds, until nothing is pending. */
function onBeforeExit(): void {
  const pending = [...loggers].filter((logger) => logger.stats().pending > 0 && !hasTried(logger));
  if (pending.length > 0 || flushes.size > 0) ends++;
  if (isEndOverdue()) return; // `onExit` deals with the rest, as at any other end
  for (const logger of pending) void endNaturally(logger);
  for (const flush of flushes) {
    forgetFlush(flush); // at its deadline the process ends, flushed or not
    void withDeadline(flush(), EXIT_TIMEOUT_MILLIS, systemClock);
  }
}

/** Whether the process ends and our `exit` listener has been called: what is logged now must be dealt with at once. */
let isOver = false;
/** How much of the time for the end is spent. */
let spentMillis = 0;

/** Node's own mark. An application can emit `exit` itself, and then the process goes on. */
const isEnding = (): boolean => (process as { readonly _exiting?: boolean })._exiting === true;

/** The end of a process that leaves no time for anything else: process.exit(), an uncaught exception. */
function onExit(): void {
  endNow(0);
  isOver = isEnding();
}

/** Delivers what can be delivered without an event loop, and says what is lost. `waitedMillis` of the time have been spent before. */
export function endNow(waitedMillis: number): void {
  spentMillis = waitedMillis;
  for (const logger of loggers) logger.leave();
  drainAll(loggers);
}

/** To be called when something was logged: in an `exit` listener after ours, this delivers it, or says that it is lost. */
export function deliverIfOver(logger: ExitParticipant): void {
  if (isOver) drainAll([logger]);
}

/** All records are handed over first, so that all deliveries go on at the same time. */
function drainAll(leaving: Iterable<ExitParticipant>): void {
  const pending = [...leaving].filter((logger) => logger.stats().pending > 0);
  const all = pending.map((logger) => logger.drain()).filter((draining) => draining !== undefined);
  spentMillis = drain(all, spentMillis, systemClock);
  sayLosses();
}

/** How many records have been said to be undelivered: in all, and before the end was over. */
let told = 0;
let toldInTime = 0;
/** So many that are logged after the end are said one by one; later ones only when their number has doubled, as a loop can log there. */
const SAID_ONE_BY_ONE = 10;

/** Says for how many records the end waits. */
export function sayWaiting(why: string, timeoutMillis: number): void {
  const pending = allPending();
  if (pending > 0) say(`${why} with ${recordsOf(pending)} undelivered: waits ${timeoutMillis} ms at most`);
}

const allPending = (): number => [...loggers].reduce((sum, logger) => sum + leftBehind(logger), 0);

/** Says what is lost by an end that leaves no time to send anything: process.exit(), an uncaught exception, a signal. */
function sayLosses(): void {
  sayPending();
  for (const words of lastWords) sayWords(words);
}

function sayWords(words: () => string | undefined): void {
  const message = words();
  if (message !== undefined) say(message);
}

function sayPending(): void {
  const pending = allPending();
  const late = isOver ? pending - toldInTime : 0;
  const isOneOfMany = late > SAID_ONE_BY_ONE && late < 2 * (told - toldInTime);
  if (pending > told && isOneOfMany) return;
  const atLeast = late < SAID_ONE_BY_ONE ? '' : 'at least ';
  if (pending > told) say(`the process ends with ${atLeast}${recordsOf(pending)} undelivered`);
  told = pending;
  if (!isOver) toldInTime = pending;
}
