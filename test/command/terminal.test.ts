import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { dataFor, forTerminal, inOneLine } from '../../src/command/terminal.js';

describe('a text from others', () => {
  it.each([
    [
      'moves no cursor and sets no title',
      'a\u001b]0;t\u0007b\bc\u007f',
      'a\\u001b]0;t\\u0007b\\u0008c\\u007f',
    ],
    ['has no controls of 8 bits', '\u009b31m', '\\u009b31m'],
    ['turns no line around', '\u202eabc\u2066d\u061c', '\\u202eabc\\u2066d\\u061c'],
    ['does not write over its line', 'one\rtwo\r\nthree\tfour\n', 'one\\u000dtwo\r\nthree\tfour\n'],
    ['keeps all else', '名前 é \u200d👩\u200d💻', '名前 é \u200d👩\u200d💻'],
  ])('%s', (_what, text, shown) => {
    expect(forTerminal(text)).toBe(shown);
  });

  it('that is JSON says the same', () => {
    const text = JSON.stringify({ a: '\u009b31m\u202e\u2028\u007f' });
    expect(JSON.parse(forTerminal(text))).toEqual(JSON.parse(text));
  });

  it('is one line where it has to be', () => {
    expect(inOneLine('one\r\n\ttwo\rthree')).toBe('one two three');
  });

  it('goes to a program as it is, and to a terminal as it can be shown', () => {
    const pipe = new PassThrough();
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    expect([dataFor(pipe, '\u202e'), dataFor(terminal, '\u202e')]).toEqual(['\u202e', '\\u202e']);
  });
});
