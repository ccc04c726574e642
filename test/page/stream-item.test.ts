import { expect, test } from 'vitest';
import { itemText } from '../../src/page/stream-item.js';

const itemOf = (record: object | string) => {
  const line = typeof record === 'string' ? record : JSON.stringify(record);
  const text = itemText({ file: 'f.ndjson', offset: 7, line });
  return { text, item: text === undefined ? undefined : JSON.parse(text) };
};

test('a small record goes as it is, digit for digit', () => {
  expect(itemOf('{"n":12345678901234567890,"x":1.0}').text).toBe(
    '{"file":"f.ndjson","offset":7,"record":{"n":12345678901234567890,"x":1.0}}',
  );
});

test('no line of a stream ends within it', () => {
  expect(itemOf('{"a":1,\r"b":"\\n"}').text).not.toMatch(/[\r\n]/);
});

test.each(['', '{', '7', 'null', '[1]', '{"a":1}}'])('what is no object is left out: %j', (line) => {
  expect(itemOf(line).text).toBeUndefined();
});

test('a long value is cut, and said to be; the others stay', () => {
  const { item, text } = itemOf({
    long: `${'x'.repeat(1023)}\u{1f389}${'y'.repeat(10_000_000)}`,
    n: 1,
    o: { deep: 'z'.repeat(5000) },
  });
  expect(item.record).toEqual({ long: 'x'.repeat(1023), n: 1, o: `{"deep":"${'z'.repeat(1015)}` });
  expect(item.cut).toEqual([
    ['long', 10_001_025],
    ['o', 5011],
  ]);
  expect(item.left).toBe(0);
  expect(text?.length).toBeLessThan(20_000);
});

test('10,000 fields become some, and a count', () => {
  const { item } = itemOf(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`k${n}`, n])));
  expect([Object.keys(item.record).length, item.left]).toEqual([200, 9800]);
});

test('names of any kind stay what they are when a record is cut', () => {
  const { text } = itemOf(`{"__proto__":{"x":1},"constructor":2,"long":"${'x'.repeat(5000)}"}`);
  expect(text).toContain('"__proto__":{"x":1},"constructor":2,');
});

test('what is nested too deep to be text again is left out of a record that is cut', () => {
  const { item } = itemOf(`{"deep":${'['.repeat(50_000)}${']'.repeat(50_000)},"n":1}`);
  expect(item.record.n).toBe(1);
  expect(String(item.record.deep).length).toBeLessThanOrEqual(1024);
});

test.each([
  ['at the top', { conv_id: 'a1' }, ['a1']],
  ['in a state', { state: { conv_id: 'a1' } }, ['a1']],
  ['in JSON text', { state: JSON.stringify({ conv_id: 'a1' }) }, ['a1']],
  ['in text of text', { outer: JSON.stringify({ state: JSON.stringify({ conv_id: 'a1' }) }) }, ['a1']],
  [
    'of two',
    { states: JSON.stringify([{ conv_id: 'a1' }, { conv_id: 'b2' }, { conv_id: 'a1' }]) },
    ['a1', 'b2'],
  ],
  ['behind a cut', { long: 'x'.repeat(9000), state: JSON.stringify({ conv_id: 'a1' }) }, ['a1']],
  ['none', { convid: 'a1', conv_id: 7 }, undefined],
])('the conversations of a record are named: %s', (_name, record, ids) => {
  expect(itemOf(record).item.conversations).toEqual(ids);
});
