import { describe, expect, test } from 'vitest';
import {
  areSignals,
  hasMethod,
  integer,
  isBoolean,
  isFunction,
  isObject,
  oneOf,
  type Rule,
  show,
  wrongOption,
} from '../../src/config/rules.js';

describe('a rule accepts and refuses', () => {
  const rows: [name: string, rule: Rule<unknown>, accepted: unknown[], refused: unknown[]][] = [
    ['integer', integer(1, 10), [1, 10], [0, 11, 1.5, Number.NaN, '1', 1n, null, undefined]],
    [
      'integer with no end',
      integer(0),
      [0, -0, Number.MAX_SAFE_INTEGER],
      [-1, 2 ** 53, Number.POSITIVE_INFINITY],
    ],
    ['oneOf', oneOf('a', 'b'), ['a', 'b'], ['A', '', 'ab', undefined]],
    ['isBoolean', isBoolean, [true, false], ['true', 0, null]],
    ['isFunction', isFunction(), [() => {}, class {}], [{}, 'f', null]],
    ['isObject', isObject(), [{}, new Map()], [null, [], 'a', () => {}]],
    ['hasMethod', hasMethod('getMeter', ''), [{ getMeter() {} }], [null, 'a', {}, { getMeter: 1 }]],
    [
      'areSignals',
      areSignals,
      [[], ['SIGTERM', 'SIGINT']],
      ['SIGTERM', ['SIGNOT'], [15], ['toString'], null],
    ],
  ];
  test.each(rows)('%s', (_name, rule, accepted, refused) => {
    expect(accepted.filter((value) => !rule.accepts(value))).toEqual([]);
    expect(refused.filter((value) => rule.accepts(value))).toEqual([]);
  });
});

test.each([
  ['5', 5],
  ['+5', 5],
  ['-5', -5],
  ['007', 7],
  ['5s', '5s'],
  ['1e3', '1e3'],
  ['5.0', '5.0'],
  ['0x5', '0x5'],
])('the text %j reads as %j', (text, value) => {
  expect(integer(0).read(text)).toBe(value);
});

test.each<[value: unknown, shown: string]>([
  ['a "b"', '"a \\"b\\""'],
  [1, '1'],
  [1n, '1'],
  [null, 'null'],
  [undefined, 'undefined'],
  [Symbol('s'), 'Symbol(s)'],
  [{ token: 'SECRET' }, 'an object'],
  [['SECRET'], 'an array'],
  [() => 'SECRET', 'a function'],
])('%s is shown as %s', (value, shown) => {
  expect(show(value)).toBe(shown);
});

test('an error names option, rule and value', () => {
  expect(wrongOption('timeoutMillis', integer(1, 9), 0)).toEqual(
    new TypeError('otel-remote-logger: option "timeoutMillis" must be an integer from 1 to 9, got 0'),
  );
});
