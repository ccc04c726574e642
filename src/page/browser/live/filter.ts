import { FilterError, type Operator, type Word, wordsOf } from './filter-words.js';
import { nestedIn } from './parse-json.js';
import { own, type Row, textOf } from './row.js';

export interface Filter {
  readonly text: string;
  readonly matches: (row: Row) => boolean;
  /** What is wrong with the text, for who has written it. */
  readonly error?: string;
}

/** A record passes if it matches every word. */
export function filterOf(text: string): Filter {
  try {
    const tests = wordsOf(text).map(testOf);
    return { text, matches: (row) => tests.every((test) => test(row)) };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { text, matches: () => true, error: error.message };
  }
}

type Test = (row: Row) => boolean;

function testOf({ field, operator, text }: Word): Test {
  if (field === undefined || operator === undefined) return contains(text.toLowerCase());
  if (operator === '=') return (row) => valuesOf(row, field).some((value) => textOf(value) === text);
  if (operator === '!=') return (row) => !valuesOf(row, field).some((value) => textOf(value) === text);
  const bound = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(bound))
    throw new FilterError(`${field}${operator} needs a number behind it, and "${text}" is none.`);
  return (row) => valuesOf(row, field).some((value) => compare(value, operator, bound));
}

/** In names and values, whatever their case. */
const contains =
  (text: string): Test =>
  ({ item: { record } }) =>
    Object.entries(record).some(
      ([field, value]) => field.toLowerCase().includes(text) || textOf(value).toLowerCase().includes(text),
    );

function compare(value: unknown, operator: Operator, bound: number): boolean {
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  if (!isNumber && !(typeof value === 'string' && value.trim() !== '')) return false;
  const number = Number(value);
  if (operator === '>') return number > bound;
  if (operator === '>=') return number >= bound;
  return operator === '<' ? number < bound : number <= bound;
}

/** A field of the record; `conv_id` at any depth; or a path into what is nested: `gen_params.temperature`. */
function valuesOf({ item }: Row, field: string): readonly unknown[] {
  const { record, conversations = [] } = item;
  if (Object.hasOwn(record, field)) return [own(record, field)];
  if (field === 'conv_id') return conversations;
  const [first = '', ...path] = field.split('.');
  if (path.length === 0 || !Object.hasOwn(record, first)) return [];
  let value = own(record, first);
  for (const key of path) {
    const nested = typeof value === 'string' ? nestedIn(value) : value;
    if (typeof nested !== 'object' || nested === null || !Object.hasOwn(nested, key)) return [];
    value = own(nested, key);
  }
  return [value];
}
