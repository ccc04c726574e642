export type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=';

/** A word of a filter: a text to look for, or a field with what it's compared to. */
export interface Word {
  readonly field?: string;
  readonly operator?: Operator;
  readonly text: string;
}

export class FilterError extends Error {}

const OPERATOR = /^(!=|>=|<=|=|>|<)/;

/** Splits at spaces, but for those in quotes. In quotes, `\"` is a quote and `\\` a backslash. */
export function wordsOf(filter: string): readonly Word[] {
  const words: Word[] = [];
  let rest = filter.trimStart();
  while (rest !== '') {
    const [word, end] = firstOf(rest);
    words.push(word);
    rest = rest.slice(end).trimStart();
  }
  return words;
}

/** The first word of a text, and where it ends. */
function firstOf(text: string): readonly [Word, number] {
  let part = '';
  let field: string | undefined;
  let operator: Operator | undefined;
  let at = 0;
  while (at < text.length && !/\s/.test(text.charAt(at))) {
    const found = operator === undefined ? (OPERATOR.exec(text.slice(at))?.[0] as Operator) : undefined;
    if (found !== undefined) {
      if (part === '')
        throw new FilterError(`There is no field before ${found}. A text with it needs quotes: "${found}"`);
      [field, operator, part] = [part, found, ''];
      at += found.length;
    } else {
      const [piece, end] = pieceAt(text, at);
      part += piece;
      at = end;
    }
  }
  return [
    field === undefined || operator === undefined ? { text: part } : { field, operator, text: part },
    at,
  ];
}

/** A character, or what stands in quotes. */
function pieceAt(text: string, at: number): readonly [string, number] {
  if (text.charAt(at) !== '"') return [text.charAt(at), at + 1];
  const quoted = /^"((?:[^"\\]|\\.)*)"/s.exec(text.slice(at));
  if (quoted === null) throw new FilterError(`A quote is not closed: ${text.slice(at, at + 40)}`);
  return [(quoted[1] ?? '').replace(/\\(.)/gs, '$1'), at + quoted[0].length];
}

/** `field=value`, with quotes where they are needed. */
export const wordFor = (field: string, value: string, operator: Operator = '='): string =>
  `${quoted(field)}${operator}${value === '' ? '' : quoted(value)}`;

export const quoted = (text: string): string =>
  /[\s"=<>!\\]/.test(text) || text === '' ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
