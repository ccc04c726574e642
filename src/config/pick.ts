import { warnOfSettings } from '../runtime/warnings.js';
import { isObject, type Rule, show, wrongOption } from './rules.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** What an option must be, its default, and the variable that is read where the option is not given. */
export interface Setting<T> {
  readonly rule: Rule<unknown>;
  readonly fallback: T;
  readonly variable: string | undefined;
}

export const setting = <T>(rule: Rule<T>, fallback: T, variable?: string): Setting<T> => ({
  rule,
  fallback,
  variable,
});

/** A setting without a default and without a variable. */
export const optional = <T>(rule: Rule<T>): Setting<T | undefined> => ({
  rule,
  fallback: undefined,
  variable: undefined,
});

/** Settings by the names of their options. */
type Settings = Readonly<Record<string, Setting<unknown>>>;
export type Values<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };
type Given<S> = { readonly [K in keyof S]?: Values<S>[K] | undefined };

/** Settles one setting: option, then variable, then default. A wrong option throws, a wrong variable warns and is ignored. */
export function pick<T>(
  env: Env,
  name: string,
  option: unknown,
  { rule, fallback, variable }: Setting<T>,
): T {
  if (option !== undefined) {
    if (!rule.accepts(option)) throw wrongOption(name, rule, option);
    return option as T;
  }
  const text = variable === undefined ? undefined : env[variable]?.trim();
  if (!text) return fallback;
  const value = rule.read(text);
  if (rule.accepts(value)) return value as T;
  warnOfSettings(`${variable} must ${rule.must}, got ${show(text)}; using ${show(fallback)}`);
  return fallback;
}

/** Settles all of `settings`. */
export function pickAll<S extends Settings>(env: Env, given: Given<S>, settings: S, group = ''): Values<S> {
  const picked = Object.entries(settings).map(([name, one]) => [
    name,
    pick(env, group + name, given[name], one),
  ]);
  return Object.fromEntries(picked);
}

/** Settles a group of options, which is an option itself. */
export function pickGroup<S extends Settings>(
  env: Env,
  name: string,
  given: Given<S> | undefined,
  settings: S,
): Values<S> {
  return pickAll(env, pick(env, name, given, setting(isObject<Given<S>>(), {})), settings, `${name}.`);
}
