import { takeException } from './exception.js';
import { hrTimeOf } from './log-time.js';
import type { Logged } from './logged.js';
import { severityOfName, severityOfPino } from './severity.js';

/** What pino tells a transport of its logger's settings. */
export interface PinoConfig {
  readonly levels?: { readonly labels: Readonly<Record<string, string>> } | undefined;
  readonly messageKey?: string | undefined;
  readonly errorKey?: string | undefined;
}

/** Pino's own levels, where it does not tell of others. */
const LABELS: Readonly<Record<string, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};

/** What is in a line of pino. A level and a time that make no sense stay the fields that they are. */
export function ofPino(line: object, { levels, messageKey = 'msg', errorKey = 'err' }: PinoConfig): Logged {
  const { [messageKey]: body, level, time, ...fields } = line as Record<string, unknown>;
  const hrTime = hrTimeOf(time);
  if (time !== undefined && hrTime === undefined) fields['time'] = time;
  const severity = severityOf(level, levels?.labels ?? LABELS);
  if (level !== undefined && severity === undefined) fields['level'] = level;
  const exception = takeException(fields, [errorKey]);
  return {
    body,
    attributes: { ...exception, ...fields },
    hrTime,
    severityText: severity?.text,
    severityNumber: severity?.number,
  };
}

interface Severity {
  readonly text: string | undefined;
  readonly number: number | undefined;
}

/** A formatter of the application may have put a level's name in the place of its number. */
function severityOf(level: unknown, labels: Readonly<Record<string, string>>): Severity | undefined {
  if (typeof level === 'number') return { text: labels[level], number: severityOfPino(level) };
  if (typeof level !== 'string') return undefined;
  const known = Object.keys(labels).find((number) => labels[number] === level);
  const number = known === undefined ? severityOfName(level) : severityOfPino(Number(known));
  return { text: level, number };
}
