import type { Censor } from '../types/options.js';
import { SECRET_KEYS } from './keys.js';
import { parsePath, type Step } from './path.js';
import { CENSORED, type Rule } from './rule.js';
import { type State, startOf } from './state.js';

/** A rule as an application has given it, checked and with its defaults. */
export interface RuleSettings {
  readonly paths: readonly (readonly Step[])[];
  readonly patterns: readonly RegExp[];
  readonly censor: Censor;
  readonly remove: boolean;
  readonly inText: boolean;
}

export const OF_PATHS: RuleSettings = {
  paths: [],
  patterns: [],
  censor: CENSORED,
  remove: false,
  inText: false,
};

/** A regular expression for all texts, and what becomes of each match. */
interface Pattern {
  readonly regExp: RegExp;
  readonly rule: Rule;
}

/** What is to be redacted in a record. */
export interface Redaction {
  /** Where the paths of a record begin. */
  readonly start: State;
  readonly patterns: readonly Pattern[];
  /** Whether texts that are JSON or a form are looked into. */
  readonly inText: boolean;
}

/** All rules as one; `undefined` where nothing is to be redacted. */
export function redactionOf(settings: readonly RuleSettings[]): Redaction | undefined {
  const rules = settings.map(({ censor, remove }, order) => ({ order, censor, removes: remove }));
  const ofAll = <T, U>(list: (one: RuleSettings) => readonly T[], make: (item: T, rule: Rule) => U): U[] =>
    settings.flatMap((one, index) => list(one).map((item) => make(item, rules[index] as Rule)));
  const paths = ofAll(
    (one) => one.paths,
    (steps, rule) => ({ steps, rule }),
  );
  const patterns = ofAll(
    (one) => one.patterns,
    (regExp, rule) => ({ regExp: forAllMatches(regExp), rule }),
  );
  if (paths.length === 0 && patterns.length === 0) return undefined;
  return { start: startOf(paths), patterns, inText: settings.some(({ inText }) => inText) };
}

/** A copy that finds all matches, wherever they are: one that is sticky, or has a `lastIndex`, would miss some. */
const forAllMatches = ({ source, flags }: RegExp): RegExp =>
  new RegExp(source, `${flags.replace(/[gy]/g, '')}g`);

let ofSecrets: Redaction | undefined;

/** `SECRET_KEYS`, for Errors. */
export function secretsRedaction(): Redaction {
  if (ofSecrets !== undefined) return ofSecrets;
  const paths = SECRET_KEYS.map((path) => parsePath(path) ?? []);
  ofSecrets = redactionOf([{ ...OF_PATHS, paths }]) as Redaction;
  return ofSecrets;
}
