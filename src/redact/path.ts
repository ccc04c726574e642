import { fold } from './name.js';

/** A part of a path: a key or an index, any of them, any number of levels, or a name however it is written, or what a name ends with. */
export type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'deep' }
  | { readonly kind: 'name' | 'ending'; readonly name: string };

const ANY: Step = { kind: 'any' };
const DEEP: Step = { kind: 'deep' };

/** At the beginning or after a dot: a name, `*`, `**`, or `*` with the end of a name. In brackets: `*`, an index, or a name in quotes. */
const STEP =
  /(?:^|(?<!^)\.)(?:(\*\*?)(?![^.[])|(\*?)([^\s.,;[\]"'`\\*]+))|\[(?:(\*)|(\d+)|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\]/y;

/** Reads a path as pino writes them, with `**` for any depth. `undefined` for what is none. */
export function parsePath(text: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const match = STEP.exec(text);
    if (match === null) return undefined;
    const step = stepOf(match, steps.includes(DEEP));
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps.length === 0 || steps.at(-1) === DEEP ? undefined : steps;
}

function stepOf(match: RegExpExecArray, isBelowDeep: boolean): Step | undefined {
  const [, stars, star, bare, anyIndex, index, ...quoted] = match;
  if (anyIndex !== undefined || stars === '*') return ANY;
  if (stars === '**') return isBelowDeep ? undefined : DEEP;
  const key = bare ?? index ?? (quoted[0] ?? quoted[1] ?? '').replaceAll(/\\(.)/g, '$1');
  if (!isBelowDeep) return star === '*' ? undefined : { kind: 'key', key };
  return { kind: star === '*' ? 'ending' : 'name', name: fold(key) };
}

/** Splits a list at its commas, but not at those in quotes. */
export const splitPaths = (list: string): string[] =>
  (list.match(/(?:\["(?:[^"\\]|\\.)*"\]|\['(?:[^'\\]|\\.)*'\]|[^,])+/g) ?? [])
    .map((path) => path.trim())
    .filter(Boolean);
