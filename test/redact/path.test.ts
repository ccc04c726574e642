import { describe, expect, it } from 'vitest';
import { parsePath, splitPaths } from '../../src/redact/path.js';

describe('a path is read', () => {
  it.each([
    ['a', ['a']],
    ['a.b-c.$d', ['a', 'b-c', '$d']],
    ['a[0][12].b', ['a', '0', '12', 'b']],
    [`["x-y"]['it\\'s']["q\\"\\\\"]`, ['x-y', "it's", 'q"\\']],
  ])('%s', (text, keys) => {
    expect(parsePath(text)).toEqual(keys.map((key) => ({ kind: 'key', key })));
  });

  it('with wildcards', () => {
    const any = { kind: 'any' };
    expect(parsePath('*')).toEqual([any]);
    expect(parsePath('*.a[*]')).toEqual([any, { kind: 'key', key: 'a' }, any]);
    expect(parsePath('["*"]')).toEqual([{ kind: 'key', key: '*' }]);
  });

  it('with any depth, after which names count however they are written', () => {
    const deep = { kind: 'deep' };
    const a = { kind: 'key', key: 'A' };
    expect(parsePath('**.X-Api_Key')).toEqual([deep, { kind: 'name', name: 'xapikey' }]);
    expect(parsePath('A.**.*Token[0]')).toEqual([
      a,
      deep,
      { kind: 'ending', name: 'token' },
      { kind: 'name', name: '0' },
    ]);
    expect(parsePath('**["*Token"]')).toEqual([deep, { kind: 'name', name: '*token' }]);
    expect(parsePath('**.*')).toEqual([deep, { kind: 'any' }]);
    expect(parsePath('**.--')).toEqual([deep, { kind: 'name', name: '--' }]);
  });
});

it.each([
  '',
  ' ',
  '.',
  '.a',
  'a.',
  'a..b',
  'a b',
  'a,b',
  'a[',
  'a]',
  'a[]',
  'a[b]',
  'a["b]',
  'a[\'b"]',
  'a[-1]',
  'a[0]b',
  'a.[0]',
  'a*',
  'a.*b',
  '*a',
  '**',
  'a.**',
  '**.**.a',
  '**.a.**.b',
  '***',
  '**a',
  'a"b"',
  '`a`',
])('%j is no path', (text) => {
  expect(parsePath(text)).toBeUndefined();
});

it('a list is split at its commas, but not at those in quotes', () => {
  expect(splitPaths(" a.b, [\"c,d\"].e ,,['f,\\'g'], **.h,")).toEqual([
    'a.b',
    '["c,d"].e',
    "['f,\\'g']",
    '**.h',
  ]);
  expect(splitPaths(' , ')).toEqual([]);
});
