import { describe, expect, test } from 'vitest';
import { filterOf } from '../../../src/page/browser/live/filter.js';
import { wordFor } from '../../../src/page/browser/live/filter-words.js';
import { type Fields, rowOf } from '../../../src/page/browser/live/row.js';

const record = {
  type: 'chat',
  model: 'Vicuna 13b',
  tokens: 42,
  text: '7',
  say: 'he said "no"',
  empty: '',
  'a.b': 1,
  gone: null,
  gen_params: '{"temperature":0.7,"stop":["x"]}',
  ['__proto__']: 'p',
};

const row = (fields: Fields = record) =>
  rowOf({ file: 'f', offset: 0, record: fields, conversations: ['c1'] }, 0, 0, 0);

describe('a record passes', () => {
  test.each([
    ['', true],
    ['vicuna', true],
    ['VICUNA', true],
    ['tokens', true],
    ['llama', false],
    ['vicuna llama', false],
    ['"vicuna 13b"', true],
    ['"13b vicuna"', false],
    ['type=chat', true],
    ['type=cha', false],
    ['type!=chat', false],
    ['absent!=chat', true],
    ['absent=', false],
    ['empty=', true],
    ['tokens=42', true],
    ['tokens>41', true],
    ['tokens>42', false],
    ['tokens>=42', true],
    ['tokens<1e2', true],
    ['tokens<=41.5', false],
    ['text>6', true],
    ['type>0', false],
    ['empty<1', false],
    ['model="Vicuna 13b"', true],
    ['say="he said \\"no\\""', true],
    ['a.b=1', true],
    ['gone=null', true],
    ['gen_params.temperature<1', true],
    ['gen_params.stop.0=x', true],
    ['gen_params.none=x', false],
    ['conv_id=c1', true],
    ['conv_id=c2', false],
    ['__proto__=p', true],
    ['constructor!=x', true],
    ['constructor=x', false],
    ['toString.name=toString', false],
    ['"type=chat"', false],
  ])('%s: %s', (text, passes) => {
    const filter = filterOf(text);
    expect(filter.error).toBeUndefined();
    expect(filter.matches(row())).toBe(passes);
  });
});

test.each([
  ['=x', 'There is no field before =. A text with it needs quotes: "="'],
  ['tokens>many', 'tokens> needs a number behind it, and "many" is none.'],
  ['tokens>', 'tokens> needs a number behind it, and "" is none.'],
  ['"no end', 'A quote is not closed: "no end'],
])('what is wrong is said: %s', (text, error) => {
  expect(filterOf(text).error).toBe(error);
});

test.each([
  ['type', 'chat'],
  ['a b', 'x=y'],
  ['q"uote', 'back\\slash "'],
  ['empty', ''],
  ['new', 'a\nline'],
])('a word made of a field and its value finds them: %s', (field, value) => {
  const { matches } = filterOf(wordFor(field, value));
  expect(matches(row({ [field]: value }))).toBe(true);
  expect(matches(row({ [field]: `${value}!` }))).toBe(false);
});
