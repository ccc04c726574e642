import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BadBody, placeOf } from '../../../src/receiver/body/bad-body.js';
import { findRecords } from '../../../src/receiver/body/find-records.js';

const textsIn = (text: string | Buffer): string[] => {
  const body = Buffer.from(text);
  return findRecords(body, []).map(({ start, end }) => body.toString('utf8', start, end));
};

function faultOf(body: Buffer): { message: string; line: number; column: number } | undefined {
  try {
    findRecords(body, []);
    return undefined;
  } catch (error) {
    if (!(error instanceof BadBody)) throw error;
    return { message: error.message, ...placeOf(body, error.at) };
  }
}

const isObject = (text: string): boolean => {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

describe('the records of a body', () => {
  it.each([
    ['one object', '{"a":1}', ['{"a":1}']],
    ['an empty object', ' {} ', ['{}']],
    ['lines', '{"a":1}\n{"a":2}', ['{"a":1}', '{"a":2}']],
    ['lines with an end, and empty ones', '\n{"a":1}\r\n\r\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    ['an array', '[{"a":1}, {"a":2}]', ['{"a":1}', '{"a":2}']],
    ['an array of none', ' [ ] ', []],
    ['objects one behind the other', '{"a":1}{"a":2} {}', ['{"a":1}', '{"a":2}', '{}']],
    ['an object over several lines', '{\n  "a": [\n1]\n}', ['{\n  "a": [\n1]\n}']],
    ['a byte order mark', '\ufeff{"a":1}', ['{"a":1}']],
    ['numbers of all kinds', '{"a":[0,-0,1.5,1e5,-1E-5,1e+5,123456789012345678901234567890]}', undefined],
    ['every escape', '{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00"}', undefined],
    ['characters of all lengths', '{"ä":"日本語 😀 \u2028"}', undefined],
    ['keys that stand there twice', '{"a":1,"a":2,"__proto__":{"a":1},"constructor":1}', undefined],
  ])('of %s', (_name, body, texts) => {
    expect(textsIn(body)).toEqual(texts ?? [body]);
  });

  it.each([
    ['nothing', '', 'the body is empty', 1, 1],
    ['white space', ' \n ', 'the body is empty', 1, 1],
    ['a number', '1', 'a record must be a JSON object', 1, 1],
    ['a text', '"a"', 'a record must be a JSON object', 1, 1],
    ['null', 'null', 'a record must be a JSON object', 1, 1],
    ['an array of numbers', '[{"a":1},2]', 'a record must be a JSON object', 1, 10],
    ['an array of arrays', '[[]]', 'a record must be a JSON object', 1, 2],
    ['a comma at the end of an array', '[{},]', 'a record must be a JSON object', 1, 5],
    ['something behind an array', '[{}] {}', 'something stands behind the array', 1, 6],
    ['an array without an end', '[{}', 'the body ends too early: a comma or ] is missing', 1, 4],
    ['a comma between objects', '{},{}', 'a record must be a JSON object', 1, 3],
    ['an object without an end', '{"a":1', 'the body ends too early: a comma or } is missing', 1, 7],
    ['a text without an end', '{"a":"b', 'the body ends too early: a text has no end', 1, 8],
    ['a bad line among good ones', '{"a":1}\n{"ä":}\n{"a":3}', 'a value is missing', 2, 6],
    ['a comma too many', '{"a":1,}', 'a key in double quotes is missing', 1, 8],
    ['no colon', '{"a" 1}', 'a colon is missing behind a key', 1, 6],
    ['single quotes', "{'a':1}", 'a key in double quotes is missing', 1, 2],
    ['a record that is NaN', 'NaN', 'a record must be a JSON object', 1, 1],
    ['NaN in another case', '{"a":nan}', 'this is no value', 1, 6],
    ['half of Infinity', '{"a":-Inf}', 'this is no value', 1, 6],
    ['NaN as a key', '{NaN:1}', 'a key in double quotes is missing', 1, 2],
    ['a word that is none', '{"a":nul}', 'this is no value', 1, 6],
    ['a number that begins with 0', '{"a":01}', 'a comma or } is missing', 1, 7],
    ['a number without digits', '{"a":-}', 'a digit is missing', 1, 7],
    [
      'an end of line within a text',
      '{"a":"b\n"}',
      'a control character stands in a text: it must be escaped',
      1,
      8,
    ],
    ['an escape that is none', '{"a":"\\x"}', 'there is no such escape', 1, 7],
    ['an escape that is too short', '{"a":"\\u12"}', 'an escape has fewer than four hex digits', 1, 7],
    ['the wrong bracket', '{"a":[1}}', 'a comma or ] is missing', 1, 8],
  ])('are none in %s, and it says where', (_name, body, message, line, column) => {
    expect(faultOf(Buffer.from(body))).toEqual({ message, line, column });
  });

  it('are none in what is no UTF-8, and it says where', () => {
    const body = Buffer.concat([Buffer.from('{"a":1}\n{"ü":"'), Buffer.from([0xff]), Buffer.from('"}')]);
    expect(faultOf(body)).toEqual({ message: 'the body is no UTF-8', line: 2, column: 7 });
  });

  it('can be nested, but not without end', () => {
    const nested = (levels: number): string => `${'{"a":'.repeat(levels - 1)}{}${'}'.repeat(levels - 1)}`;
    expect(textsIn(nested(1000))).toHaveLength(1);
    expect(faultOf(Buffer.from(nested(1_000_000)))?.message).toBe(
      'there are more than 1000 levels of nesting',
    );
    expect(faultOf(Buffer.from(`{"a":${'['.repeat(1_000_000)}`))?.message).toMatch(/1000 levels/);
  });

  it('are so many at the most in one body', () => {
    expect(textsIn('{}'.repeat(100_000))).toHaveLength(100_000);
    expect(faultOf(Buffer.from('{}'.repeat(100_001)))?.message).toBe('there are more than 100000 records');
  });

  it('are what JSON.parse takes, and nothing else', () => {
    const texts = fc.oneof(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()).map((value) => JSON.stringify(value)),
      fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value, undefined, 2)),
    );
    const edit = fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...'{}[]:,"\\0-.eEu \n\t1ntf\u0001ü', ''));
    fc.assert(
      fc.property(texts, fc.array(edit, { maxLength: 2 }), (text, edits) => {
        let edited = text;
        for (const [at, cut, put] of edits) {
          const from = at % (edited.length + 1);
          edited = edited.slice(0, from) + put + edited.slice(from + cut);
        }
        const body = Buffer.from(edited.toWellFormed());
        const fault = faultOf(body);
        if (isObject(body.toString()))
          expect([fault, textsIn(body)]).toEqual([undefined, [body.toString().trim()]]);
        // Several objects are fine; each of them is one.
        else if (fault === undefined && !body.toString().trim().startsWith('['))
          expect(textsIn(body).every(isObject)).toBe(true);
      }),
    );
  });
});
