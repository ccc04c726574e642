import { expect, it } from 'vitest';
import { csvOf } from '../../src/record/csv.js';

it.each([
  ['=1+1', "'=1+1"],
  ['@a', "'@a"],
  ['-1', "'-1"],
  ['  =1', "'  =1"],
  ['＝1', "'＝1"],
  ['a,b', '"a,b"'],
  ['a"b\nc', '"a""b\nc"'],
  [null, ''],
  [-1, '-1'],
])('CSV has %j as %s', (cell, written) => {
  expect(csvOf(['a'], [[cell]])).toBe(`a\r\n${written}\r\n`);
});
