import { describe, expect, test } from 'vitest';
import { decode, faultOfHeaders, mergeHeaders, parseHeaderList } from '../../src/config/headers.js';

describe('a list of headers', () => {
  test.each<[text: string, headers: Record<string, string>, faults?: number]>([
    ['', {}],
    ['a=1,b=2', { a: '1', b: '2' }],
    [' a = 1 , b = 2 ', { a: '1', b: '2' }],
    ['a=1,,b=2,', { a: '1', b: '2' }],
    ['Authorization=Bearer%20t', { authorization: 'Bearer t' }],
    ['authorization=Basic dXNlcjpw==', { authorization: 'Basic dXNlcjpw==' }],
    ['a=%2C%3D%3B', { a: ',=;' }],
    ['a=', { a: '' }],
    ['a=1;of=w3c-baggage', { a: '1' }],
    ['a=1,A=2', { a: '2' }],
    ['a=100%', { a: '100%' }],
    ['a=%C3%A9', { a: 'é' }],
    ['a=%E2%9C%93,b=2', { b: '2' }, 1],
    ['a=%0D%0Ab:1', {}, 1],
    ['stray', {}, 1],
    ['=1', {}, 1],
    ['a b=1', {}, 1],
    ['stray,a=1,=2', { a: '1' }, 2],
  ])('%j', (text, headers, faults = 0) => {
    expect(parseHeaderList(text)).toEqual({ headers, faults });
  });
});

describe('headers have', () => {
  test.each<[headers: unknown, fault: string | undefined]>([
    [{}, undefined],
    [{ 'X-Key': 'a\tb é', "!#$%&'*+.^_`|~": '' }, undefined],
    [undefined, 'must be a plain object of header names and values'],
    [[['a', 'b']], 'must be a plain object of header names and values'],
    ['a: b', 'must be a plain object of header names and values'],
    [{ '': 'a' }, 'must have valid header names, got one that begins with ""'],
    [{ 'a:': 'b' }, 'must have valid header names, got one that begins with "a"'],
    [{ é: 'b' }, 'must have valid header names, got one that begins with ""'],
    [
      { 'Authorization: secret': '' },
      'must have valid header names, got one that begins with "Authorization"',
    ],
    [{ 'Content-Length': '1' }, 'must not have the header "Content-Length", which HTTP itself sets'],
    [new Map([['a', 'b']]), 'must be a plain object of header names and values'],
    [new globalThis.Headers({ a: 'b' }), 'must be a plain object of header names and values'],
    [Object.create(null), undefined],
  ])('valid names: %j', (headers, fault) => {
    expect(faultOfHeaders(headers)).toBe(fault);
  });

  test.each([
    [1],
    [null],
    [undefined],
    [['SECRET']],
    ['SECRET\n'],
    ['SECRET\0'],
    ['SECRET\x7f'],
    ['SECRET ✓'],
  ])('values that HTTP can carry: %j', (value) => {
    const fault = faultOfHeaders({ a: value });
    expect(fault).toContain('which the one of "a" is not');
    expect(fault).not.toContain('SECRET');
  });
});

test('later headers win, whatever their case', () => {
  const merged = mergeHeaders(
    { 'Content-Type': 'a', 'x-one': '1' },
    {},
    { 'content-type': 'b', 'X-Two': '2' },
  );
  expect(merged).toEqual({ 'content-type': 'b', 'x-one': '1', 'x-two': '2' });
});

test.each([
  ['a%20b', 'a b'],
  ['%E2%9C%93', '✓'],
  ['a+b', 'a+b'],
  ['100%', '100%'],
  ['%ff', '%ff'],
  ['p%40s%ss', 'p@s%ss'],
])('%j decodes to %j', (text, decoded) => {
  expect(decode(text)).toBe(decoded);
});
