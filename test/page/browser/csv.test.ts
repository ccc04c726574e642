import { expect, test } from 'vitest';
import { csvOf, MOST_COLUMNS } from '../../../src/page/browser/live/csv.js';

test('a column for each field that a record has, in the order in which they are met', () => {
  expect(
    csvOf([
      { a: 1, b: 'x' },
      { b: null, c: { d: [1] } },
    ]).join(''),
  ).toBe('a,b,c\r\n1,x,\r\n,,"{""d"":[1]}"\r\n');
});

test.each([
  ['=1+1', `"'=1+1"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['  =1', `"'  =1"`],
  ['\t1', `"'\t1"`],
  ['\r1', `"'\r1"`],
  ['＝1', `"'＝1"`],
  [-1, '-1'],
  [12345678901234567890n, '12345678901234567890'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
  [true, 'true'],
  ['', ''],
])('the cell of %s is no formula, and one cell', (value, cell) => {
  expect(csvOf([{ a: value }]).join('')).toBe(`a\r\n${cell}\r\n`);
});

test('a name of a field is no formula either, and __proto__ is one', () => {
  expect(csvOf([JSON.parse('{"=a":1,"__proto__":2}')]).join('')).toBe(`"'=a",__proto__\r\n1,2\r\n`);
});

test('there are no more columns than a spreadsheet can show', () => {
  const record = Object.fromEntries(
    Array.from({ length: MOST_COLUMNS + 5 }, (_, index) => [`k${index}`, index]),
  );
  expect(csvOf([record])[0]?.split(',')).toHaveLength(MOST_COLUMNS);
});
