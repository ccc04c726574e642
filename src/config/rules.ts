import { constants } from 'node:os';
import type { LoggerProvider } from '@opentelemetry/api-logs';
import type { LoggerFields } from '../types/json.js';
import type { Censor } from '../types/options.js';

/** What a setting must be: the sentence for people, the check, and how the text of an environment variable is read. */
export interface Rule<T> {
  readonly must: string;
  accepts(value: unknown): value is T;
  read(text: string): unknown;
  /** Whether a wrong value may be shown: where the rule wants no text, a text can be a secret. */
  readonly shows: boolean;
}

const rule = <T>(
  must: string,
  accepts: (value: unknown) => boolean,
  read: (text: string) => unknown = (text) => text,
  shows = true,
): Rule<T> => ({ must, accepts: accepts as Rule<T>['accepts'], read, shows });

/** A rule for values that can't be written as text. */
const noText = <T>(must: string, accepts: (value: unknown) => boolean): Rule<T> =>
  rule(must, accepts, undefined, false);

export const integer = (min: number, max = Number.MAX_SAFE_INTEGER): Rule<number> =>
  rule(
    max === Number.MAX_SAFE_INTEGER
      ? `be an integer of at least ${min}`
      : `be an integer from ${min} to ${max}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    (text) => (/^[+-]?\d+$/.test(text) ? Number(text) : text),
  );

export const oneOf = <T extends string>(...words: readonly T[]): Rule<T> =>
  rule(`be one of ${words.map((word) => `"${word}"`).join(', ')}`, (value) => words.includes(value as T));

export const isBoolean: Rule<boolean> = rule(
  'be true or false',
  (value) => typeof value === 'boolean',
  (text) => ({ true: true, false: false })[text.toLowerCase()] ?? text,
);

/** For a setting that is only a variable: 1 as well as true. */
export const isSwitch: Rule<boolean> = rule(
  'be 1 or 0',
  (value) => typeof value === 'boolean',
  (text) => ({ 1: true, 0: false, true: true, false: false })[text.toLowerCase()] ?? text,
);

export const isFunction = <T>(): Rule<T> => noText('be a function', (value) => typeof value === 'function');

export const hasMethod = <T>(method: string, what: string): Rule<T> =>
  noText(`be ${what}`, (value) => typeof (value as Record<string, unknown> | null)?.[method] === 'function');

export const isLoggerProvider = hasMethod<LoggerProvider>('getLogger', 'a LoggerProvider');

export const isObject = <T extends object>(): Rule<T> =>
  noText('be an object', (value) => typeof value === 'object' && value !== null && !Array.isArray(value));

export const isList: Rule<readonly unknown[]> = noText('be an array', Array.isArray);

export const isCensor: Rule<Censor> = noText(
  'be a text or a function',
  (value) => typeof value === 'string' || typeof value === 'function',
);

/** A promise of fields is a mistake that is made easily, such as by an async function that is called and not passed. */
export const haveFields: Rule<LoggerFields> = noText(
  'be an object with fields, or a function that returns one',
  (value) =>
    typeof value === 'function' ||
    (isObject<{ then?: unknown }>().accepts(value) && typeof value.then !== 'function'),
);

export const isPath: Rule<string> = rule(
  'be the path of a directory',
  (value) => typeof value === 'string' && value !== '' && !value.includes('\0'),
);

export const areSignals: Rule<readonly NodeJS.Signals[]> = rule(
  'be a list of catchable signals such as "SIGTERM"',
  (value) => Array.isArray(value) && value.every(isCatchable),
  (text) => (text.toLowerCase() === 'none' ? [] : text.toUpperCase().split(/[\s,]+/)),
);

const isCatchable = (name: unknown): boolean =>
  typeof name === 'string' &&
  Object.hasOwn(constants.signals, name) &&
  name !== 'SIGKILL' &&
  name !== 'SIGSTOP';

/** What `value` looks like in a message. A string is quoted, an object only named: it can hold a secret. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'an array' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}

export const wrongOption = (
  name: string,
  { must, shows }: Pick<Rule<unknown>, 'must' | 'shows'>,
  value: unknown,
): TypeError =>
  new TypeError(
    `otel-remote-logger: option "${name}" must ${must}, got ${shows ? show(value) : kindOf(value)}`,
  );

const kindOf = (value: unknown): string => (typeof value === 'string' ? 'a string' : show(value));
