import { isRegExp } from 'node:util/types';
import { LISTS } from '../redact/keys.js';
import { parsePath, type Step, splitPaths } from '../redact/path.js';
import { OF_PATHS, type Redaction, type RuleSettings, redactionOf } from '../redact/redaction.js';
import { CENSORED } from '../redact/rule.js';
import { warnOfSettings } from '../runtime/warnings.js';
import type { RedactOptions, RemoteLogRecordExporterOptions } from '../types/options.js';
import { checkNames, REDACT } from './option-names.js';
import { type Env, optional, pick, setting } from './pick.js';
import { isBoolean, isCensor, isList, isObject, show, wrongOption } from './rules.js';

const VARIABLE = 'REMOTE_LOGGER_REDACT';
const SUCH_AS = 'such as "headers.authorization", "messages[*][1]", "*.email" or "**.password"';
const IS_PATH = { must: `be a path ${SUCH_AS}`, shows: true };
const IS_RULE = { must: 'be an object with paths or patterns', shows: false };
const IS_RULE_OR_LIST = { must: 'be a list of paths, or an object with paths or patterns', shows: false };
const IS_PATTERN = { must: 'be a RegExp', shows: false };

/** The variable can't be read, so nobody knows what must not be sent: nothing may be. */
export const UNREADABLE = 'unreadable';

/** What is redacted; `undefined` for nothing. */
export function resolveRedact(
  option: RemoteLogRecordExporterOptions['redact'],
  env: Env,
): Redaction | typeof UNREADABLE | undefined {
  if (option === undefined) return ofVariable(env);
  if (typeof option !== 'object' || option === null) throw wrongOption('redact', IS_RULE_OR_LIST, option);
  if (!Array.isArray(option)) return redactionOf([ruleOf(option as RedactOptions, 'redact')]);
  return redactionOf(
    Array.from(option, (one: unknown, index) => {
      const name = `redact[${index}]`;
      if (typeof one === 'object' && one !== null) return ruleOf(one, name);
      return { ...OF_PATHS, paths: pathsOf(one, name) };
    }),
  );
}

export const isUnreadable = (env: Env): boolean => wrongOf(env[VARIABLE]?.trim() ?? '') !== undefined;

function ofVariable(env: Env): Redaction | typeof UNREADABLE | undefined {
  const list = env[VARIABLE]?.trim() ?? '';
  const wrong = wrongOf(list);
  if (wrong === undefined) {
    const paths = splitPaths(list).flatMap((text) => readPaths(text) ?? []);
    return redactionOf([{ ...OF_PATHS, paths }]);
  }
  warnOfSettings(
    `${VARIABLE} must be paths ${SUCH_AS}, with commas between, got ${show(wrong)}; nothing will be sent`,
    'error',
  );
  return UNREADABLE;
}

/** What is no path in a list. */
function wrongOf(list: string): string | undefined {
  const texts = splitPaths(list);
  return texts.length === 0 ? list || undefined : texts.find((text) => readPaths(text) === undefined);
}

function ruleOf(given: RedactOptions, name: string): RuleSettings {
  if (!isObject().accepts(given)) throw wrongOption(name, IS_RULE, given);
  checkNames({ redact: given }, { redact: REDACT });
  const { paths, patterns, censor, remove, inText } = given;
  const of = (part: string): string => `${name}.${part}`;
  const rule = {
    paths: listOf(paths, of('paths')).flatMap((path, index) => pathsOf(path, of(`paths[${index}]`))),
    patterns: listOf(patterns, of('patterns')).map((one, index) => patternOf(one, of(`patterns[${index}]`))),
    censor: pick({}, of('censor'), censor, setting(isCensor, CENSORED)),
    remove: pick({}, of('remove'), remove, setting(isBoolean, false)),
    inText: pick({}, of('inText'), inText, setting(isBoolean, false)),
  };
  if (rule.paths.length + rule.patterns.length === 0) throw wrongOption(name, IS_RULE, given);
  if (rule.remove && censor !== undefined) {
    throw new TypeError(`otel-remote-logger: option "${of('censor')}" must not be given with "remove"`);
  }
  return rule;
}

const listOf = (given: unknown, name: string): readonly unknown[] => [
  ...(pick({}, name, given, optional(isList)) ?? []),
];

function patternOf(given: unknown, name: string): RegExp {
  if (!isRegExp(given)) throw wrongOption(name, IS_PATTERN, given);
  return given;
}

function pathsOf(given: unknown, name: string): readonly (readonly Step[])[] {
  const paths = typeof given === 'string' ? readPaths(given) : undefined;
  if (paths === undefined) throw wrongOption(name, IS_PATH, given);
  return paths;
}

/** The paths that a text stands for, which can be the name of a list; `undefined` for what is none. */
function readPaths(text: string): readonly (readonly Step[])[] | undefined {
  const paths = (Object.hasOwn(LISTS, text) ? (LISTS[text] ?? []) : [text]).map(parsePath);
  return paths.includes(undefined) ? undefined : (paths as (readonly Step[])[]);
}
