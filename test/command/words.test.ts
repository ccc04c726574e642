import { expect, test } from 'vitest';
import { ageOf, counted, sizeOf } from '../../src/command/words.js';

test.each([
  [0, '0 records'],
  [1, '1 record'],
  [2, '2 records'],
])('of %i, it is %s', (count, words) => expect(counted(count, 'record')).toBe(words));

test.each([
  [0, '0 bytes'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [1.5 * 1024 ** 2, '1.5 MiB'],
  [3 * 1024 ** 5, '3072.0 TiB'],
])('%i bytes are %s', (bytes, words) => expect(sizeOf(bytes)).toBe(words));

test.each([
  [-5, '0 s'], // the wall clock was set back
  [1, '1 s'],
  [59, '59 s'],
  [60, '1 min'],
  [3 * 3600 + 5 * 60 + 7, '3 h 5 min'],
  [3 * 3600 + 7, '3 h'],
  [2 * 86_400 + 7200, '2 d 2 h'],
])('%i s are %s', (seconds, words) => expect(ageOf(1000, 1000 + seconds * 1000)).toBe(words));
