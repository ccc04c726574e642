import { type Level, logToDiag, PREFIX } from './otel-api.js';
import { asOwnWork } from './own-work.js';
import { maskUserInfo } from './redact.js';
import { monotonicNow, nextTurn } from './timers.js';

/** What a process warning is about: the `code` that it carries. */
export type WarningCode =
  /** Something is set up wrongly. */
  | 'REMOTE_LOGGER_CONFIG'
  /** An endpoint lets nothing through, or does so again. */
  | 'REMOTE_LOGGER_OUTAGE'
  /** Records are lost. */
  | 'REMOTE_LOGGER_LOSS'
  /** The queue on disk can't be written, or can again; or something in it is damaged. */
  | 'REMOTE_LOGGER_SPOOL'
  /** This package is at fault. */
  | 'REMOTE_LOGGER_FAULT';

/**
 * The one way to tell people of trouble: on diag and, as diag is silent until an application installs a logger, as a
 * warning of the process. Never throws, and what is logged because of it is not sent.
 */
export function warn(code: WarningCode, message: string, level: Level = 'warn'): void {
  const text = maskUserInfo(message);
  logToDiag(level, text);
  emit(code, text);
}

/** What is told of the same thing is told once in this time, however many loggers it is about. */
const REPEAT_MILLIS = 60_000;
const saidAt = new Map<string, number>();

/** Tells of something that is set up wrongly. What it is about is the message, unless that can differ each time. */
export const warnOfSettings = (message: string, level?: Level, about?: string): void =>
  warnSometimes('REMOTE_LOGGER_CONFIG', message, level, about);

/** Tells of something that happens again and again. */
export function warnSometimes(
  code: WarningCode,
  message: string,
  level: Level = 'warn',
  about: string = message,
): void {
  const now = monotonicNow();
  for (const [old, at] of saidAt) if (now - at >= REPEAT_MILLIS) saidAt.delete(old);
  if (saidAt.has(about)) {
    logToDiag(level, maskUserInfo(message));
    return;
  }
  saidAt.set(about, now);
  warn(code, message, level);
}

/** The application may have replaced `process.emitWarning`, and process.stderr can be closed. */
function emit(code: WarningCode, text: string): void {
  try {
    void asOwnWork(() => {
      const over = nextTurn().then(bearFaults()); // its listeners are called on the next tick
      process.emitWarning(`${PREFIX} ${text}`, { code });
      return over;
    });
  } catch {
    // There is nowhere left to say it.
  }
}

let bearers = 0;

/**
 * Node writes a warning to stderr. Where nobody reads that any more, the failed write must not end the process. With
 * `--no-warnings` nobody writes, and stderr is not opened.
 */
function bearFaults(): () => void {
  if (process.listenerCount('warning') === 0) return ignore;
  const { stderr } = process;
  if (bearers++ === 0) {
    // Each thread of the process listens there, too: after ten of them, Node would tell of one more listener as a leak.
    const most = stderr.getMaxListeners();
    stderr.setMaxListeners(0).on('error', ignore).setMaxListeners(most);
  }
  return () => {
    if (--bearers === 0) stderr.off('error', ignore);
  };
}

const ignore = (): void => {};
