import { warnOfSettings } from '../runtime/warnings.js';
import { type Rule, show, wrongOption } from './rules.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** Settles one setting, by its option's name: option, then variable, then default. */
export type Picker = <T, D>(
  name: string,
  option: T | undefined,
  rule: Rule<T>,
  fallback: D,
  variable?: string,
) => T | D;

/** A wrong option throws, a wrong variable warns and is ignored. */
export const picker =
  (env: Env): Picker =>
  (name, option, rule, fallback, variable) => {
    if (option !== undefined) {
      if (!rule.accepts(option)) throw wrongOption(name, rule, option);
      return option;
    }
    const text = variable === undefined ? undefined : env[variable]?.trim();
    if (!text) return fallback;
    const value = rule.read(text);
    if (rule.accepts(value)) return value;
    warnOfSettings(`${variable} must ${rule.must}, got ${show(text)}; using ${show(fallback)}`);
    return fallback;
  };
