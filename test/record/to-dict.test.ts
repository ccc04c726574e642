import { type HrTime, TraceFlags } from '@opentelemetry/api';
import type { SeverityNumber } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { describe, expect, it } from 'vitest';
import { toFlatDict } from '../../src/record/to-dict.js';
import type { FlatDict } from '../../src/types/json.js';

const TRACE_ID = '0AF7651916CD43DD8448EB211C80319C';
const SPAN_ID = 'B7AD6B7169203331';

/** Fields of a record; a body or an attribute can be anything, whatever the types promise. */
type Fields = Partial<Omit<ReadableLogRecord, 'body' | 'attributes'>> & {
  readonly body?: unknown;
  readonly attributes?: unknown;
};

/** The smallest record that the SDK makes, with these fields. */
const recordOf = (fields: Fields = {}): ReadableLogRecord =>
  ({
    hrTime: [0, 0],
    hrTimeObserved: [0, 0],
    resource: resourceFromAttributes({}),
    instrumentationScope: { name: 'scope' },
    attributes: {},
    droppedAttributesCount: 0,
    ...fields,
  }) as ReadableLogRecord;

const uid = (): string => 'uid-1';

const dictOf = (fields: Fields): FlatDict => toFlatDict(recordOf(fields), {}, uid);
const dataOf = (fields: Fields): FlatDict => toFlatDict(recordOf(fields), { metadata: false }, uid);

/** What stands in a record that gives nothing but its data. */
const LEAST = {
  timestamp: '1970-01-01T00:00:00.000000000Z',
  observed_timestamp: '1970-01-01T00:00:00.000000000Z',
  scope_name: 'scope',
  resource: '{}',
  'log.record.uid': 'uid-1',
};

describe('data', () => {
  it.each([
    { name: 'a map body spreads', fields: { body: { a: 1, b: { c: [1] } } }, dict: { a: 1, b: '{"c":[1]}' } },
    { name: 'a string body goes under body', fields: { body: 'text' }, dict: { body: 'text' } },
    { name: 'a number body goes under body', fields: { body: 0 }, dict: { body: 0 } },
    { name: 'an array body goes under body', fields: { body: [1, { a: 1 }] }, dict: { body: '[1,{"a":1}]' } },
    { name: 'a null body is null under body', fields: { body: null }, dict: { body: null } },
    { name: 'bytes as body go under body', fields: { body: Uint8Array.of(1, 2, 3) }, dict: { body: 'AQID' } },
    { name: 'no body gives no field', fields: {}, dict: {} },
    { name: 'an undefined body gives no field', fields: { body: undefined }, dict: {} },
    {
      name: 'attributes spread',
      fields: { body: 'text', attributes: { a: 1, b: [1] } },
      dict: { body: 'text', a: 1, b: '[1]' },
    },
    {
      name: 'an attribute that meets a field of the body takes the prefix',
      fields: { body: { a: 1 }, attributes: { a: 2 } },
      dict: { a: 1, 'attributes.a': 2 },
    },
    {
      name: 'an attribute named body meets a string body',
      fields: { body: 'text', attributes: { body: 1 } },
      dict: { body: 'text', 'attributes.body': 1 },
    },
    {
      name: 'an attribute named body stands where there is no body',
      fields: { attributes: { body: 1 } },
      dict: { body: 1 },
    },
    {
      name: 'an attribute whose prefixed name is taken too takes it twice',
      fields: { body: { a: 1, 'attributes.a': 2 }, attributes: { a: 3 } },
      dict: { a: 1, 'attributes.a': 2, 'attributes.attributes.a': 3 },
    },
    {
      name: 'attributes that would meet under a prefixed name both stand',
      fields: { body: { a: 1 }, attributes: { 'attributes.a': 2, a: 3 } },
      dict: { a: 1, 'attributes.a': 2, 'attributes.attributes.a': 3 },
    },
    {
      name: 'an undefined attribute is left out',
      fields: { attributes: { a: undefined, b: 1 } },
      dict: { b: 1 },
    },
    {
      name: 'a name that every object has is no collision',
      fields: { attributes: { constructor: 1, toString: 2 } },
      dict: { constructor: 1, toString: 2 },
    },
    {
      name: 'an attribute named __proto__ meets the body one',
      fields: { body: JSON.parse('{"__proto__":1}'), attributes: JSON.parse('{"__proto__":2}') },
      dict: JSON.parse('{"__proto__":1,"attributes.__proto__":2}'),
    },
  ] as { name: string; fields: Fields; dict: FlatDict }[])('$name', ({ fields, dict }) => {
    expect(Object.entries(dataOf(fields))).toEqual(Object.entries(dict));
  });

  it('is all that is sent with metadata off, without asking for an id', () => {
    const createUid = (): string => {
      throw new Error('asked');
    };
    expect(toFlatDict(recordOf({ body: { a: 1 } }), { metadata: false }, createUid)).toEqual({ a: 1 });
  });

  it('never changes with the dict', () => {
    const body = Object.freeze({ a: 1 });
    const attributes = Object.freeze({ b: 2 });
    dictOf({ body, attributes })['a'] = 3;
    expect([body, attributes]).toEqual([{ a: 1 }, { b: 2 }]);
  });
});

describe('metadata', () => {
  it('has every field under its name', () => {
    const dict = dictOf({
      body: 'text',
      hrTime: [1_700_000_000, 123_456_789],
      hrTimeObserved: [1_700_000_001, 1],
      severityText: 'WARN',
      severityNumber: 13,
      spanContext: { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: TraceFlags.SAMPLED },
      eventName: 'event',
      instrumentationScope: { name: 'scope', version: '1.2.3' },
      resource: resourceFromAttributes({ 'service.name': 'chat', list: ['a'] }),
      droppedAttributesCount: 2,
    });
    expect(dict).toEqual({
      body: 'text',
      timestamp: '2023-11-14T22:13:20.123456789Z',
      observed_timestamp: '2023-11-14T22:13:21.000000001Z',
      severity_text: 'WARN',
      severity_number: 13,
      trace_id: TRACE_ID.toLowerCase(),
      span_id: SPAN_ID.toLowerCase(),
      trace_flags: '01',
      event_name: 'event',
      scope_name: 'scope',
      scope_version: '1.2.3',
      dropped_attributes_count: 2,
      resource: '{"service.name":"chat","list":["a"]}',
      'log.record.uid': 'uid-1',
    });
  });

  it('leaves out what the record does not have', () => {
    expect(dictOf({})).toEqual(LEAST);
  });

  it.each([
    {
      name: 'severity number 0 is sent',
      fields: { severityNumber: 0 as SeverityNumber },
      dict: { severity_number: 0 },
    },
    { name: 'an empty severity text is sent', fields: { severityText: '' }, dict: { severity_text: '' } },
    { name: 'an empty event name is sent', fields: { eventName: '' }, dict: { event_name: '' } },
    {
      name: 'an empty scope version is sent',
      fields: { instrumentationScope: { name: '', version: '' } },
      dict: { scope_name: '', scope_version: '' },
    },
    {
      name: 'one dropped attribute is told',
      fields: { droppedAttributesCount: 1 },
      dict: { dropped_attributes_count: 1 },
    },
  ] as { name: string; fields: Fields; dict: FlatDict }[])('$name', ({ fields, dict }) => {
    expect(dictOf(fields)).toEqual({ ...LEAST, ...dict });
  });

  it.each([
    [0, '00'],
    [1, '01'],
    [3, '03'],
    [16, '10'],
    [255, 'ff'],
  ])('trace flags %i are the two digits %s', (traceFlags, digits) => {
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags };
    expect(dictOf({ spanContext })['trace_flags']).toBe(digits);
  });

  it.each([
    { time: [0, 0], text: '1970-01-01T00:00:00.000000000Z' },
    { time: [0, 1], text: '1970-01-01T00:00:00.000000001Z' },
    { time: [1_700_000_000, 100_000_000], text: '2023-11-14T22:13:20.100000000Z' },
    { time: [1_700_000_000, 999_999_999], text: '2023-11-14T22:13:20.999999999Z' },
    { time: [1_700_000_000, 1_000_000_000], text: '2023-11-14T22:13:21.000000000Z' },
    { time: [-1, 500_000_000], text: '1969-12-31T23:59:59.500000000Z' },
    { time: [0, -500_000_000], text: '1969-12-31T23:59:59.500000000Z' },
    { time: [-1, -1], text: '1969-12-31T23:59:58.999999999Z' },
    { time: [-1_000_000_000, 7], text: '1938-04-24T22:13:20.000000007Z' },
    { time: [-62_167_219_200, 0], text: '0000-01-01T00:00:00.000000000Z' },
    { time: [253_402_300_799, 999_999_999], text: '9999-12-31T23:59:59.999999999Z' },
    { time: [253_402_300_800, 0], text: undefined },
    { time: [-62_167_219_201, 999_999_999], text: undefined },
    { time: [1e18, 0], text: undefined },
    { time: [Number.NaN, 0], text: undefined },
    { time: [0, Number.NaN], text: undefined },
    { time: [Number.POSITIVE_INFINITY, 0], text: undefined },
  ] as { time: HrTime; text: string | undefined }[])('the time $time is $text', ({ time, text }) => {
    const dict = dictOf({ hrTime: time, hrTimeObserved: time });
    expect(dict['timestamp']).toBe(text);
    expect(dict['observed_timestamp']).toBe(text);
    expect(Object.hasOwn(dict, 'timestamp')).toBe(text !== undefined);
  });

  it.each([{ name: 'half a nanosecond', time: [0, 0.5] }] as { name: string; time: HrTime }[])(
    'a time with $name has nine fraction digits, or is left out',
    ({ time }) => {
      expect(dictOf({ hrTime: time })['timestamp'] ?? '1970-01-01T00:00:00.000000000Z').toMatch(
        /:0[01]\.\d{9}Z$/,
      );
    },
  );
});

describe('a metadata field that meets data is sent as otel.<name>: data is never overwritten, nothing is lost', () => {
  it.each(['timestamp', 'observed_timestamp', 'scope_name', 'resource'] as const)('%s', (name) => {
    for (const fields of [{ body: { [name]: 'mine' } }, { attributes: { [name]: 'mine' } }]) {
      expect(dictOf(fields)).toEqual({ ...LEAST, [name]: 'mine', [`otel.${name}`]: LEAST[name] });
    }
  });

  it('also where that name is taken', () => {
    const dict = dictOf({
      body: { resource: 1, 'otel.resource': 2 },
      attributes: { timestamp: 3, 'otel.timestamp': 4 },
    });
    expect(dict).toEqual({
      ...LEAST,
      resource: 1,
      'otel.resource': 2,
      'otel.otel.resource': '{}',
      timestamp: 3,
      'otel.timestamp': 4,
      'otel.otel.timestamp': LEAST.timestamp,
    });
  });

  it('and a null of the data is data', () => {
    expect(dictOf({ body: { scope_name: null } })).toMatchObject({
      scope_name: null,
      'otel.scope_name': 'scope',
    });
  });
});

describe('resource', () => {
  it('can be switched off alone', () => {
    const { resource: _, ...rest } = LEAST;
    expect(toFlatDict(recordOf(), { resource: false }, uid)).toEqual(rest);
  });

  it('is off with metadata', () => {
    expect(toFlatDict(recordOf(), { metadata: false, resource: true }, uid)).toEqual({});
  });

  it('is encoded once for all records that share it', () => {
    let reads = 0;
    const resource = {
      ...resourceFromAttributes({}),
      get attributes() {
        reads++;
        return { a: 1 };
      },
    } as ReadableLogRecord['resource'];
    expect([1, 2, 3].map(() => dictOf({ resource })['resource'])).toEqual(['{"a":1}', '{"a":1}', '{"a":1}']);
    expect(reads).toBe(1);
  });

  it('is encoded each time while attributes are pending, and kept once they are there', () => {
    const changing = { attributes: { a: 1 } as Record<string, number>, asyncAttributesPending: true };
    const resource = changing as unknown as ReadableLogRecord['resource'];
    expect(dictOf({ resource })['resource']).toBe('{"a":1}');
    changing.attributes = { a: 1, b: 2 };
    expect(dictOf({ resource })['resource']).toBe('{"a":1,"b":2}');
    changing.asyncAttributesPending = false;
    expect(dictOf({ resource })['resource']).toBe('{"a":1,"b":2}');
    changing.attributes = { changed: 1 };
    expect(dictOf({ resource })['resource']).toBe('{"a":1,"b":2}');
  });

  it('is another for another resource', () => {
    const resources = [1, 2].map((a) => resourceFromAttributes({ a }));
    expect(resources.map((resource) => dictOf({ resource })['resource'])).toEqual(['{"a":1}', '{"a":2}']);
  });
});

describe('log.record.uid', () => {
  it('is generated once a record', () => {
    let count = 0;
    const createUid = (): string => `uid-${++count}`;
    const uids = [1, 2].map(() => toFlatDict(recordOf(), {}, createUid)['log.record.uid']);
    expect(uids).toEqual(['uid-1', 'uid-2']);
    expect(count).toBe(2);
  });

  it.each([
    { name: 'attribute', fields: { attributes: { 'log.record.uid': 'own' } } },
    { name: 'field of the body', fields: { body: { 'log.record.uid': 'own' } } },
  ])("is the record's own where it brings one as $name", ({ fields }) => {
    const dict = dictOf(fields);
    expect(dict['log.record.uid']).toBe('own');
    expect(Object.values(dict)).not.toContain('uid-1');
  });

  it('is a UUID by default, another each time', () => {
    const uids = [1, 2].map(() => String(toFlatDict(recordOf())['log.record.uid']));
    for (const one of uids)
      expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(uids[0]).not.toBe(uids[1]);
  });
});

describe('nothing throws', () => {
  it.each([
    {
      name: 'a body that throws',
      fields: {
        body: {
          get a() {
            throw new Error('no');
          },
        },
      },
      dict: { a: '[Threw: no]' },
    },
    {
      name: 'an attribute that throws',
      fields: {
        attributes: {
          get a() {
            throw new Error('no');
          },
        },
      },
      dict: { a: '[Threw: no]' },
    },
    {
      name: 'a circular body',
      fields: { body: ((body) => Object.assign(body, { body }))({}) },
      dict: { body: '[Circular]' },
    },
    {
      name: 'a BigInt, which the SDK has no type for',
      fields: { body: { a: 2n ** 64n } },
      dict: { a: 2n ** 64n },
    },
  ] as { name: string; fields: Fields; dict: FlatDict }[])('of $name', ({ fields, dict }) => {
    expect(dictOf(fields)).toEqual({ ...LEAST, ...dict });
  });
});
