import { readFileSync } from 'node:fs';
import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { LogRecord } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRemoteLogger, RemoteLogRecordExporter } from '../../src/index.js';
import { Collector, type WrittenRecord } from '../support/collector.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const context: Context = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: TRACE_ID,
  spanId: SPAN_ID,
  traceFlags: 0x11, // sampled, and one that shows that the digits are hexadecimal
});

/** What an application emits, and what the collector must make of it. */
interface FieldCase {
  readonly name: string;
  readonly emitted: LogRecord;
  readonly written: Omit<Partial<WrittenRecord>, 'scope' | 'resource'>;
}

const NAMED_LIKE_METADATA = {
  timestamp: 'yesterday',
  observed_timestamp: 12.5,
  severity_text: 'mild',
  severity_number: 'nine',
  trace_id: 'mine',
  span_id: 7.5,
  trace_flags: 'none',
  event_name: 'other',
  scope_name: 'scope?',
  scope_version: 'version?',
  resource: 'gpu',
};

/** It passes unharmed. */
const VOTE = {
  eventName: 'gen_ai.evaluation.result',
  attributes: {
    'gen_ai.evaluation.name': 'vote',
    'gen_ai.evaluation.score.value': 1,
    'gen_ai.evaluation.score.label': 'upvote',
    'gen_ai.response.id': 'chatcmpl-1',
  },
};

const cases: readonly FieldCase[] = [
  {
    name: 'every field',
    emitted: {
      timestamp: [1_795_326_683, 123_456_789],
      observedTimestamp: [1_795_326_683, 987_654_321],
      severityNumber: 17,
      severityText: 'ERROR',
      eventName: 'chat.turn',
      context,
      body: 'turn failed',
      attributes: { model: 'vicuna-13b', temperature: 0.7, tokens: 256, stream: true },
    },
    written: {
      timeUnixNano: '1795326683123456789',
      observedTimeUnixNano: '1795326683987654321',
      severityNumber: 17,
      severityText: 'ERROR',
      eventName: 'chat.turn',
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      flags: 0x11,
      body: 'turn failed',
      attributes: { model: 'vicuna-13b', temperature: 0.7, tokens: 256n, stream: true },
    },
  },
  {
    name: 'the first and the last nanosecond of a second',
    emitted: { timestamp: [1_795_326_683, 1], observedTimestamp: [1_795_326_682, 999_999_999], body: 'x' },
    written: { timeUnixNano: '1795326683000000001', observedTimeUnixNano: '1795326682999999999', body: 'x' },
  },
  {
    name: 'a body that is a list, with nesting',
    emitted: { body: ['a', 1.5, true, { deep: ['b', { deeper: 'c' }] }] },
    written: { body: ['a', 1.5, true, { deep: ['b', { deeper: 'c' }] }], attributes: {} },
  },
  {
    name: 'a map body, which spreads, with nesting under a named key',
    emitted: {
      body: { type: 'chat', state: { conv_id: 'c1', messages: [['USER', 'Hi! [1]']] }, other: { a: 1 } },
    },
    written: {
      body: '',
      attributes: {
        type: 'chat',
        state: { conv_id: 'c1', messages: [['USER', 'Hi! [1]']] },
        other: '{"a":1}',
      },
    },
  },
  { name: 'a number as body', emitted: { body: 42.5 }, written: { body: 42.5, attributes: {} } },
  { name: 'a boolean as body', emitted: { body: false }, written: { body: false, attributes: {} } },
  {
    name: 'text that only begins like JSON',
    emitted: { body: '[info] {hi}' },
    written: { body: '[info] {hi}' },
  },
  { name: 'text that looks like JSON but is none', emitted: { body: '{hi}' }, written: { body: '{hi}' } },
  {
    name: 'data with the names of metadata',
    emitted: {
      timestamp: [1_795_326_683, 5],
      severityText: 'INFO',
      severityNumber: 9,
      eventName: 'e',
      context,
      body: 'b',
      attributes: NAMED_LIKE_METADATA,
    },
    written: {
      timeUnixNano: '1795326683000000005',
      severityText: 'INFO',
      severityNumber: 9,
      eventName: 'e',
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      flags: 0x11,
      body: 'b',
      attributes: NAMED_LIKE_METADATA,
    },
  },
  {
    name: 'a chat turn as a GenAI event',
    emitted: {
      eventName: 'gen_ai.client.inference.operation.details',
      severityNumber: 5,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.request.temperature': 1,
        'gen_ai.request.max_tokens': 1024,
        'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 12,
        'gen_ai.usage.output_tokens': 0,
        'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'Hi! [1]' }] }],
      },
    },
    written: {
      eventName: 'gen_ai.client.inference.operation.details',
      severityNumber: 5,
      body: '',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.request.temperature': 1,
        'gen_ai.request.max_tokens': 1024n,
        'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 12n,
        'gen_ai.usage.output_tokens': 0n,
        'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'Hi! [1]' }] }],
      },
    },
  },
  {
    name: 'a vote as a GenAI event',
    emitted: VOTE,
    written: VOTE,
  },
  {
    name: 'text with newlines and quotes',
    emitted: { body: 'a\n"b"\r\n\u2028{' },
    written: { body: 'a\n"b"\r\n\u2028{' },
  },
];

const formats = (['object', 'ndjson', 'array'] as const).flatMap((format) =>
  (['none', 'gzip'] as const).map((compression) => ({ format, compression })),
);

let collector: Collector;
beforeAll(async () => {
  collector = await Collector.start(['field-map', 'quickstart']);
});
afterAll(() => collector.end());

/** The records of a run, which its resource or its field `run` names. */
async function written(run: string, count: number): Promise<WrittenRecord[]> {
  const before = collector.records.length;
  const ofRun = (): WrittenRecord[] =>
    collector.records.filter((record) => record.attributes['run'] === run || record.resource['run'] === run);
  for (let more = before; ofRun().length < count; more++) await collector.wrote(more);
  return ofRun();
}

describe.each(formats)('$format, compression $compression', ({ format, compression }) => {
  it('the exporter: every field arrives with exact value and type', async () => {
    const run = `exporter ${format} ${compression}`;
    const exporter = new RemoteLogRecordExporter({ url: collector.url, format, compression });
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 7, run }),
      processors: [new BatchLogRecordProcessor({ exporter })],
      logRecordLimits: { attributeCountLimit: 12 },
    });
    // Two scopes take turns, so that one POST holds both.
    const scopes = [provider.getLogger('chat', '1.2.3'), provider.getLogger('votes')];
    cases.forEach(({ emitted, name }, index) => {
      const attributes = { ...emitted.attributes, case: name };
      scopes[index % 2]?.emit({ ...emitted, attributes });
    });
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`a${index}`, index]));
    provider.getLogger('chat', '1.2.3').emit({ body: 'many', attributes: { case: 'many', ...many } });
    await provider.shutdown();

    const records = await written(run, cases.length + 1);
    expect(records).toHaveLength(cases.length + 1);
    for (const [index, { name, written: expected }] of cases.entries()) {
      const record = records.find(({ attributes }) => attributes['case'] === name);
      const { 'log.record.uid': uid, case: _, ...attributes } = record?.attributes ?? {};
      expect(uid, name).toMatch(/^[0-9a-f-]{36}$/);
      expect({ ...record, attributes }, name).toMatchObject(expected);
      if (expected.attributes !== undefined) expect(attributes, name).toEqual(expected.attributes);
      expect(record?.resource, name).toEqual({ 'service.name': 'shop', 'process.pid': 7, run });
      expect(record?.scope, name).toEqual(
        index % 2 === 0
          ? { name: 'chat', version: '1.2.3', attributes: {} }
          : { name: 'votes', attributes: {} },
      );
      if (expected.timeUnixNano === undefined) expect(record?.timeUnixNano, name).toMatch(/^\d{19}$/);
    }
    const dropped = records.find(({ body }) => body === 'many');
    expect(dropped?.droppedAttributesCount).toBe(9);
    expect(dropped?.attributes).not.toHaveProperty('dropped_attributes_count');
  });

  it('getRemoteLogger(): data arrives as attributes, whatever its names', async () => {
    const run = `logger ${format} ${compression}`;
    const logger = createRemoteLogger({ url: collector.url, format, compression });
    const data = {
      run,
      type: 'chat',
      latency_ms: 1450.5,
      tokens: 256,
      prompt_tokens: 12,
      completion_tokens: 244,
      error: null,
      gen_params: { temperature: 0.7, stop: ['\n'] },
      // Names of metadata, in other shapes than metadata has.
      timestamp: 1_700_000_000.25,
      severity_number: 99,
      trace_id: 'abc',
      resource: 'gpu',
      scope_name: 3,
      'otel.event_name': 'alone',
    };
    logger.log(data);
    logger.log({ ...data, type: 'vote' });
    expect((await logger.shutdown()).delivered).toBe(2);
    const records = await written(run, 2);
    expect(records.map(({ attributes }) => attributes['type']).sort()).toEqual(['chat', 'vote']);
    for (const { attributes, resource, scope, body, timeUnixNano } of records) {
      expect(attributes).toEqual({
        ...data,
        type: attributes['type'],
        tokens: 256n,
        prompt_tokens: 12n,
        completion_tokens: 244n,
        error: undefined,
      });
      expect({ resource, body, timeUnixNano }).toEqual({ resource: {}, body: '', timeUnixNano: undefined });
      expect(scope.name).toContain('webhook');
    }
  });
});

it('records of several resources in one POST keep their own', async () => {
  const line = (name: string): string =>
    JSON.stringify({ run: 'two resources', body: name, resource: JSON.stringify({ 'service.name': name }) });
  const body = ['a', 'b', 'a', 'b'].map(line).join('\n');
  expect((await fetch(`${collector.url}?zone=z1`, { method: 'POST', body })).status).toBe(200);
  const records = await written('two resources', 4);
  expect(records.map(({ body, resource }) => [body, resource]).sort()).toEqual([
    ['a', { 'service.name': 'a', zone: 'z1' }],
    ['a', { 'service.name': 'a', zone: 'z1' }],
    ['b', { 'service.name': 'b', zone: 'z1' }],
    ['b', { 'service.name': 'b', zone: 'z1' }],
  ]);
});

describe('a field in a shape that is not taken', () => {
  it.each([
    ['otel.data', 'mine'],
    ['otel.data', { 'otel.timestamp': 1 }],
    ['tokens', 1.5],
    ['tokens', 1e300],
    ['timestamp', '2026-13-45T00:00:00Z'],
    ['timestamp', '9999-01-01T00:00:00Z'],
    ['timestamp', '0001-01-01T00:00:00Z'],
    ['timestamp', '1969-12-31T23:59:59Z'],
    ['timestamp', '2026-11-22 05:51:23'],
    ['tstamp', '1732272000.1234'],
    ['tstamp', 1_732_272_000_123],
    ['tstamp', 5.5],
    ['tstamp', -1],
    ['observed_timestamp', '2026-13-45T00:00:00Z'],
    ['observed_timestamp', ''],
    ['severity_number', 9.7],
    ['severity_number', 0],
    ['severity_number', 25],
    ['severity_text', 5],
    ['trace_id', 'xyz'],
    ['trace_id', '00000000000000000000000000000000'],
    ['span_id', 'xyz'],
    ['trace_flags', '1234'],
    ['trace_flags', '-1'],
    ['trace_flags', '0A'],
    ['event_name', true],
    ['scope_name', 5],
    ['resource', '{bad'],
    ['resource', { a: 1 }],
    ['dropped_attributes_count', -4],
    ['dropped_attributes_count', 99_999_999_999],
    ['dropped_attributes_count', 1.5],
  ])('stays the attribute that it is: %s, %j', async (key, value) => {
    const case_ = JSON.stringify([key, value]);
    const body = JSON.stringify({ case: case_, [key]: value });
    const url = `${collector.url}?run=${encodeURIComponent(case_)}`;
    expect((await fetch(url, { method: 'POST', body })).status).toBe(200);
    const [record] = await written(case_, 1);
    expect(record?.attributes).toEqual({ case: case_, [key]: value });
    const { timeUnixNano, severityNumber, severityText, traceId, spanId, flags, eventName } = record ?? {};
    expect({ timeUnixNano, severityNumber, severityText, traceId, spanId, flags, eventName }).toEqual({});
    expect(record?.resource).toEqual({ run: case_ });
  });

  it('keeps data and metadata apart when data is called otel.data as well', async () => {
    const data = {
      'otel.data': 'mine',
      timestamp: 'yesterday',
      'otel.timestamp': '2026-11-22T05:51:23.000000001Z',
    };
    const url = `${collector.url}?run=otel.data`;
    await fetch(url, { method: 'POST', body: JSON.stringify(data) });
    expect(await written('otel.data', 1)).toMatchObject([
      { attributes: { 'otel.data': 'mine', timestamp: 'yesterday' }, timeUnixNano: '1795326683000000001' },
    ]);
  });
});

it.each([
  [{ tstamp: 1_732_272_000.1234 }, '1732272000123400000'],
  [{ tstamp: 1_732_272_000 }, '1732272000000000000'],
  [{ tstamp: 1_732_272_000.1234, timestamp: '2026-11-22T05:51:23.000000001Z' }, '1795326683000000001'],
  [{ tstamp: 1_732_272_000.1234, timestamp: 'yesterday' }, '1732272000123400000'],
])('the time of %j is %s: of `tstamp` where there is no `timestamp`', async (times, nanos) => {
  const run = JSON.stringify(times);
  await fetch(collector.url, { method: 'POST', body: JSON.stringify({ run, ...times }) });
  const [record] = await written(run, 1);
  expect(record?.timeUnixNano).toBe(nanos);
  expect(record?.attributes['tstamp']).toBe(times.tstamp);
});

describe('what a Python FastChat service sends', () => {
  const wire: { name: string; body: string }[] = JSON.parse(
    readFileSync(new URL('../wire/fastchat-wire.json', import.meta.url), 'utf8'),
  );
  const named = ['state', 'states', 'gen_params', 'usage', 'error'];
  /** The time of a record, which is that of `tstamp` to the microsecond. */
  const nanosOf = (tstamp: unknown): string | undefined =>
    typeof tstamp === 'number' ? `${Math.round(tstamp * 1e6)}000` : undefined;

  it('arrives with exact values', async () => {
    for (const [index, { body }] of wire.entries()) {
      const url = `${collector.url}?run=fastchat&case=${index}`;
      const headers = { 'content-type': 'application/json' };
      expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
    }
    const records = await written('fastchat', wire.length);
    let equal = 0;
    for (const [index, { name, body }] of wire.entries()) {
      const record = records.find(({ resource }) => resource['case'] === String(index));
      const { body: text = '', ...fields } = JSON.parse(body) as Record<string, unknown>;
      for (const key of named) {
        if (/^[[{]/.test(String(fields[key]))) fields[key] = JSON.parse(String(fields[key]));
      }
      for (const key of Object.keys(fields)) fields[key] ??= undefined;
      expect(record?.attributes, name).toEqual(fields);
      expect(record?.timeUnixNano, name).toBe(nanosOf(fields['tstamp']));
      if (Object.keys(fields).length > 0) expect(record?.body, name).toEqual(text);
      equal++;
    }
    console.log(`collector: ${equal} of ${wire.length} FastChat records arrived with exact values`);
  });
});
