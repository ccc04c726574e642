import { expect, test } from 'vitest';
import { filterOf } from '../../../src/page/browser/live/filter.js';
import { jsonOf, parseJson } from '../../../src/page/browser/live/parse-json.js';
import { MOST_RECORDS, Records } from '../../../src/page/browser/live/records.js';
import { inOneLine, partsOf } from '../../../src/page/browser/shared/visible.js';

const items = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    file: 'f',
    offset: from + index,
    record: { type: (from + index) % 2 === 0 ? 'even' : 'odd', id: `id ${from + index}` },
  }));

test('the newest records are kept, with the facets of those that pass the filter', () => {
  const records = new Records();
  records.setFilter(filterOf('type=even'));
  for (let from = 0; from < 3 * MOST_RECORDS; from += 1000) records.add(items(from, 1000), 100_000, 0);
  expect(records.rows).toHaveLength(MOST_RECORDS);
  expect(records.rows[0]?.item.offset).toBe(2 * MOST_RECORDS);
  expect(records.matching).toHaveLength(MOST_RECORDS / 2);
  expect(records.facets.list()).toEqual([{ field: 'type', values: [['even', MOST_RECORDS / 2]] }]);
});

test('records are kept up to a size in all, however few they are', () => {
  const records = new Records();
  for (let from = 0; from < 100; from++) records.add(items(from, 1), 1024 * 1024, 0);
  expect(records.rows).toHaveLength(24);
});

test('a record that comes twice is there once', () => {
  const records = new Records();
  expect(records.add(items(0, 10), 100, 0)).toBe(10);
  expect(records.add(items(5, 10), 100, 0)).toBe(5);
  expect(records.rows.map(({ item }) => item.offset)).toEqual(
    Array.from({ length: 15 }, (_, index) => index),
  );
});

test('rates count what arrived and what passed, second by second', () => {
  const { rates } = new Records();
  rates.add(10_000, 3, 1);
  rates.add(10_999, 2, 1);
  rates.add(11_000, 7, 7);
  const { x, all, matching } = rates.until(12_000);
  expect(x.at(-1)).toBe(11);
  expect([all.at(-2), all.at(-1), matching.at(-2)]).toEqual([5, 7, 2]);
  expect(rates.until(12_000 + 400_000).all.some((count) => count > 0)).toBe(false);
});

test('a long whole number keeps its digits, where the engine can tell', () => {
  const text = '{"n":12345678901234567890,"f":0.1234567890123456,"__proto__":1}';
  const isAble = 'rawJSON' in JSON;
  expect(jsonOf(parseJson(text))).toBe(
    isAble ? text : '{"n":12345678901234567000,"f":0.1234567890123456,"__proto__":1}',
  );
});

test.each([
  ['plain \u{1f468}\u200d\u{1f469}', [['plain \u{1f468}\u200d\u{1f469}', false]]],
  [
    'a\u202eb',
    [
      ['a', false],
      ['U+202E', true],
      ['b', false],
    ],
  ],
  [
    '\u0000\u0000\u0007',
    [
      ['U+0000 ×2', true],
      ['U+0007', true],
    ],
  ],
  ['\ud800', [['U+D800', true]]],
  ['\u{e0041}', [['U+E0041', true]]],
  ['', []],
])('what nobody would see is named: %j', (text, parts) => {
  expect(partsOf(text).map((part) => [part.text, part.isUnseen])).toEqual(parts);
});

test('a text of a row is one line', () => {
  expect(inOneLine('a\n b\u2028c')).toBe('a b[U+2028]c');
});
