import { describe, expect, it } from 'vitest';
import { verdictOn } from '../../../src/command/check/verdict.js';
import { resolveLoggerConfig } from '../../../src/config/config.js';
import type { Format } from '../../../src/types/options.js';

interface Answer {
  readonly status: number;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is said of an answer to a POST in this format. */
function hintsOn(url: string, format: Format, { status, text = '', headers = {} }: Answer): string {
  const config = resolveLoggerConfig({ url, format }, {});
  if (config === undefined) throw new Error('off');
  const isDelivered = status < 300;
  const verdict = verdictOn({
    url: new URL(url),
    config,
    lookedUp: undefined,
    proxy: undefined,
    headers: {},
    secrets: [],
    connections: [],
    exchanges: [
      {
        origin: new URL(url).origin,
        path: '/',
        isGzip: false,
        status,
        headers,
        body: { bytes: Buffer.from(text), isCut: false },
        millis: 1,
      },
    ],
    result: isDelivered
      ? { outcome: 'delivered', status }
      : { outcome: 'refused', reason: 'refused', cause: `HTTP ${status}`, status },
  });
  return [verdict.says, ...verdict.hints].join('\n');
}

const CLICKHOUSE = { 'x-clickhouse-server-display-name': 'a' };

describe('what is said of a back end', () => {
  it.each<[string, string, Format, Answer, string]>([
    [
      'Loki',
      'http://loki:3100/loki/api/v1/push',
      'object',
      { status: 400 },
      'collector-config/backends/loki.yaml',
    ],
    [
      'VictoriaLogs with arrays',
      'http://a:9428/insert/jsonline',
      'array',
      { status: 200 },
      'set REMOTE_LOGGER_FORMAT=ndjson',
    ],
    [
      'VictoriaLogs at another path',
      'http://a:9428/logs',
      'ndjson',
      { status: 400 },
      '/insert/jsonline?_msg_field=body',
    ],
    [
      'Elasticsearch at _bulk',
      'http://a:9200/_bulk',
      'ndjson',
      { status: 400 },
      'takes records at /INDEX/_doc',
    ],
    [
      'Elasticsearch with NDJSON',
      'http://es/i/_doc',
      'ndjson',
      { status: 400, headers: { 'x-elastic-product': 'Elasticsearch' } },
      'set REMOTE_LOGGER_FORMAT=object',
    ],
    [
      'Elasticsearch without credentials',
      'http://a:9200/i/_doc',
      'object',
      { status: 401, text: '{"error":{"type":"security_exception"}}' },
      'authorization=ApiKey',
    ],
    [
      'ClickHouse without its table',
      'http://a/',
      'ndjson',
      {
        status: 404,
        text: 'Code: 60. DB::Exception: Table default.logs does not exist',
        headers: CLICKHOUSE,
      },
      'the table or the database is not there',
    ],
    [
      'ClickHouse with an unknown field',
      'http://a/',
      'ndjson',
      { status: 400, text: 'Code: 117. DB::Exception: Unknown field', headers: CLICKHOUSE },
      'input_format_skip_unknown_fields=1',
    ],
    ['ClickHouse with arrays', 'http://a:8123/', 'array', { status: 500 }, 'set REMOTE_LOGGER_FORMAT=ndjson'],
    ['Vector', 'http://vector:8080/', 'object', { status: 400 }, 'framing newline_delimited'],
    ['Fluent Bit', 'http://a:9880/t', 'ndjson', { status: 400 }, 'takes object or array'],
    ['Logstash', 'http://logstash:8080/', 'ndjson', { status: 200 }, 'takes object or array'],
    [
      'Quickwit',
      'http://a:7280/api/v1/i/ingest',
      'object',
      { status: 400 },
      'set REMOTE_LOGGER_FORMAT=ndjson',
    ],
    [
      'Axiom',
      'https://api.axiom.co/v1/datasets/d/ingest',
      'object',
      { status: 400 },
      'set REMOTE_LOGGER_FORMAT=ndjson',
    ],
    [
      'Datadog',
      'https://http-intake.logs.datadoghq.com/',
      'ndjson',
      { status: 404 },
      'takes records at /api/v2/logs',
    ],
    [
      'an OTLP port',
      'http://a:4318/',
      'object',
      { status: 404 },
      'OTLP receivers answer 200 to flat JSON and lose it',
    ],
    [
      'an OTLP error',
      'http://a/v1/logs',
      'object',
      { status: 400, text: '{"code":3,"message":"no"}' },
      'OTLP receivers',
    ],
  ])('%s', (_, url, format, answer, words) => {
    expect(hintsOn(url, format, answer)).toContain(words);
  });

  it('nothing where it is none that is known, and takes the record', () => {
    expect(hintsOn('http://logs.example/in', 'object', { status: 201 })).toBe('Delivered: HTTP 201.');
  });

  it('is no OTLP where a receiver of plain JSON has its path', () => {
    expect(hintsOn('http://logs.example/v1/logs', 'object', { status: 200, text: '{"ok":true}' })).toContain(
      'Delivered',
    );
  });
});
