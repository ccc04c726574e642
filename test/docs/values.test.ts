import { EventEmitter } from 'node:events';
import { Agent } from 'node:http';
import { describe, expect, it } from 'vitest';
import { flatten } from '../../src/index.js';
import { encodeRecord } from '../../src/record/encode-record.js';
import { blocksOf, rowsOf, textOf } from '../support/page.js';

const boom = (): never => {
  throw new Error('no');
};

const fault = Object.assign(new TypeError('bad', { cause: 'why' }), { stack: 'at here', code: 1 });
const failed = Object.assign(new Error('of http://u:p@h'), {
  stack: '',
  config: { headers: { Authorization: 'Bearer s' }, agent: new Agent(), signal: new EventEmitter() },
});
const circle: unknown[] = [];
circle.push(circle);
const deep = JSON.parse('['.repeat(2000) + ']'.repeat(2000));
const proxied = <T extends object>(target: T): T =>
  new Proxy(target, {
    get(behind, key) {
      const value = Reflect.get(behind, key, behind);
      return typeof value === 'function' ? value.bind(behind) : value;
    },
  });

class Session {
  readonly user = 'u';
}

const LEFT_OUT = Symbol('left out');

/** For each row of the table in docs/values.md, values and what each is sent as. */
const EXAMPLES: Readonly<Record<string, readonly (readonly [unknown, unknown])[]>> = {
  string: [
    ['text', 'text'],
    ['half \ud83d', 'half \ufffd'],
    [['half \ud83d'], '["half \ufffd"]'],
    [{ 'half \ud83d': 1 }, '{"half \ufffd":1}'],
  ],
  'finite number, boolean, `null`': [
    [1.5, 1.5],
    [false, false],
    [null, null],
  ],
  'object, array': [
    [{ a: { b: 1 } }, '{"a":{"b":1}}'],
    [[1, [2]], '[1,[2]]'],
  ],
  '`Map`': [
    [new Map([['a', 1]]), '{"a":1}'],
    [new Map<unknown, unknown>([[1, 'a']]).set('1', 'b'), '{"1":"b"}'],
  ],
  '`Set`': [[new Set([1, 'a']), '[1,"a"]']],
  'a `Map` or `Set` of a state library (Vue, Immer)': [
    [proxied(new Map([['a', 1]])), '{"a":1}'],
    [proxied(new Set([1])), '[1]'],
    [new Proxy(new Map(), {}), expect.stringMatching(/^\[Threw: .*incompatible receiver/)],
  ],
  '`URLSearchParams`, `Headers`, `FormData`': [
    [new URLSearchParams('a=1&b=2&a=3'), '{"a":["1","3"],"b":"2"}'],
    [new Headers({ 'X-A': '1' }), '{"x-a":"1"}'],
    [new FormData(), '{}'],
  ],
  '`undefined`, function, symbol': [
    [undefined, LEFT_OUT],
    [boom, LEFT_OUT],
    [Symbol('s'), LEFT_OUT],
    [[undefined, boom, Symbol('s')], '[null,null,null]'],
  ],
  '`NaN`, infinities, an invalid `Date`': [
    [Number.NaN, null],
    [Number.NEGATIVE_INFINITY, null],
    [new Date(Number.NaN), null],
  ],
  '`bigint`': [
    [2n ** 64n, 2n ** 64n],
    [[2n ** 64n], '[18446744073709551616]'],
  ],
  '`Date`': [[new Date(0), '1970-01-01T00:00:00.000Z']],
  '`RegExp`, `URL`': [
    [/a/g, '/a/g'],
    [new URL('http://h/p?q=1'), 'http://h/p?q=1'],
  ],
  '`Error`': [
    [fault, '{"name":"TypeError","message":"bad","stack":"at here","cause":"why","code":1}'],
    [failed, expect.stringContaining('"message":"of http://[Redacted]@h"')],
    [failed, expect.stringContaining('"headers":{"Authorization":"[Redacted]"}')],
  ],
  'below an `Error`: a socket, stream, agent, request or any other event emitter': [
    [failed, expect.stringContaining('"agent":"[Agent]","signal":"[EventEmitter]"')],
  ],
  'any other object, such as a class instance or a Node request': [[new Session(), '{"user":"u"}']],
  'an object without such fields, such as a `Promise`, `WeakMap`, `Request`, `Response`, `Blob`, `ReadableStream`':
    [
      [Promise.resolve(), '[Promise]'],
      [new WeakMap(), '[WeakMap]'],
      [new Request('http://h/'), '[Request]'],
      [new Response(), '[Response]'],
      [new Blob([]), '[Blob]'],
      [new ReadableStream(), '[ReadableStream]'],
      [{}, '{}'],
    ],
  '`Buffer`, typed array, `DataView`, `ArrayBuffer`': [
    [Buffer.from('abc'), 'YWJj'],
    [Uint8Array.of(1, 2, 3), 'AQID'],
    [new DataView(new ArrayBuffer(1)), 'AA=='],
    [new ArrayBuffer(1), 'AA=='],
  ],
  'an object with `toJSON`': [[{ toJSON: () => ({ a: 1 }) }, '{"a":1}']],
  'a circular reference': [[circle, '["[Circular]"]']],
  'nesting deeper than 1000': [[deep, expect.stringContaining('"[Too deep]"')]],
  'a getter, `toJSON` or Proxy that throws': [
    [Object.defineProperty({}, 'a', { enumerable: true, get: boom }), '{"a":"[Threw: no]"}'],
    [{ toJSON: boom }, '[Threw: no]'],
    [new Proxy({}, { ownKeys: boom }), '[Threw: no]'],
  ],
  'fields with symbol keys, inherited or not enumerable': [
    [
      Object.defineProperty(Object.assign(Object.create({ a: 1 }), { [Symbol('s')]: 1, k: 1 }), 'hidden', {
        value: 1,
      }),
      '{"k":1}',
    ],
  ],
  'names that become one by U+FFFD': [[{ '\ud800': 1, '\udfff': 2 }, '{"\ufffd":2}']],
};

const page = textOf('docs/values.md');
const rows = rowsOf(page).map(([value = '']) => value);

describe('the table of values', () => {
  it('has examples of every row, and no others', () => {
    expect(rows.length).toBeGreaterThan(15);
    expect(Object.keys(EXAMPLES)).toEqual(rows);
  });

  it('begins with an example that is sent as it says', () => {
    const [, data = '', sent = ''] = /\.log\((.*)\);\n\/\/ (.*)\n/.exec(blocksOf(page, 'js')[0] ?? '') ?? [];
    expect(encodeRecord(flatten(new Function(`return ${data}`)()))).toBe(sent);
  });

  it.each(Object.entries(EXAMPLES))('says what becomes of: %s', (_, examples) => {
    for (const [value, expected] of examples) {
      const sent = flatten({ value });
      expect(() => JSON.parse(encodeRecord(sent))).not.toThrow();
      if (expected === LEFT_OUT) expect(sent).toEqual({});
      else expect(sent).toEqual({ value: expected });
    }
  });
});
