import { describe, expect, it, vi } from 'vitest';
import { findRecords } from '../../../src/receiver/body/find-records.js';
import { ADDED_NAMES, linesOf, mostBytesOf } from '../../../src/receiver/body/stored-lines.js';

const AT = '2026-11-26T15:00:00.000Z';

function linesIn(text: string): { text: string; count: number; checksum: number } {
  const body = Buffer.from(text);
  const { bytes, count, checksum } = linesOf(body, findRecords(body, ADDED_NAMES), AT);
  return { text: bytes.toString(), count, checksum };
}

describe('a stored line', () => {
  it.each([
    ['has the time of arrival behind its fields', '{"a":1}', `{"a":1,"received_at":"${AT}"}`],
    ['has it alone where there is none', '{ }', `{ "received_at":"${AT}"}`],
    [
      'keeps digits, names, order and doubles as they came',
      '{"n":12345678901234567890.10,"__proto__":{"a":1},"n":1e400}',
      `{"n":12345678901234567890.10,"__proto__":{"a":1},"n":1e400,"received_at":"${AT}"}`,
    ],
    ['is one line', '{\r\n"a": [1,\n2]\n}', `{  "a": [1, 2] ,"received_at":"${AT}"}`],
    [
      "has another name for it where the record's own is taken",
      '{"received_at":5}',
      `{"received_at":5,"otel.received_at":"${AT}"}`,
    ],
    [
      'knows its own however it is written',
      '{"rec\\u0065ived\\u005fat":5}',
      `{"rec\\u0065ived\\u005fat":5,"otel.received_at":"${AT}"}`,
    ],
    ['knows none further in', '{"a":{"received_at":5}}', `{"a":{"received_at":5},"received_at":"${AT}"}`],
    [
      'goes without where both are taken',
      '{"received_at":5,"otel.received_at":6}',
      '{"received_at":5,"otel.received_at":6}',
    ],
    [
      'has U+FFFD for lone surrogates, which strict readers refuse',
      '{"a":"\\ud83d\\ude00 \\ud83d \\ude00\\ud83d","\\uDC00":1}',
      `{"a":"\\ud83d\\ude00 \\ufffd \\ufffd\\ufffd","\\ufffd":1,"received_at":"${AT}"}`,
    ],
    [
      'has null for what Python writes in the place of numbers that JSON does not have',
      '{"a":NaN,"b":[Infinity,-Infinity, NaN],"c":"NaN","d":-1,"e":"\\udc00"}',
      `{"a":null,"b":[null,null, null],"c":"NaN","d":-1,"e":"\\ufffd","received_at":"${AT}"}`,
    ],
  ])('%s', (_name, body, line) => {
    expect(linesIn(body).text).toBe(`${line}\n`);
  });

  it('is told where a number in it was none, and is no longer than was said', () => {
    const body = Buffer.from(`{"a":[${Array(1000).fill('NaN').join(',')}]}`);
    const records = findRecords(body, ADDED_NAMES);
    const { bytes, nonFinite } = linesOf(body, records, AT);
    expect(JSON.parse(bytes.toString()).a).toEqual(Array(1000).fill(null));
    expect(nonFinite).toBe(1000);
    expect(bytes.length).toBeLessThanOrEqual(mostBytesOf(records));
  });

  it.each(['NaN', '-Infinity', 'null', '12.5e3', '"\\u0041"', '"\\udc00"'])(
    'calls no function of Node for each value such as %s: a body can have millions of them',
    (value) => {
      const body = Buffer.from(`{"a":[${Array(1000).fill(value).join(',')}]}`);
      const calls = (['copy', 'toString', 'write', 'subarray'] as const).map((name) =>
        vi.spyOn(Buffer.prototype, name),
      );
      linesOf(body, findRecords(body, ADDED_NAMES), AT);
      const count = calls.reduce((sum, { mock }) => sum + mock.calls.length, 0);
      vi.restoreAllMocks();
      expect(count).toBeLessThan(20);
    },
  );

  it('is the same, and has the same checksum, in whichever format it comes', () => {
    const expected = linesIn('{"a":1}\n{"b":2}');
    expect(expected).toMatchObject({
      count: 2,
      text: `{"a":1,"received_at":"${AT}"}\n{"b":2,"received_at":"${AT}"}\n`,
    });
    expect(linesIn('[{"a":1}, {"b":2}]')).toEqual(expected);
    expect(linesIn('[{"a":1}, {"b":3}]').checksum).not.toBe(expected.checksum);
  });
});
