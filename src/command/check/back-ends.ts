import type { Format } from '../../types/options.js';

/** What of an answer, and of where it comes from, shows what kind of endpoint it is. */
export interface Traits {
  readonly url: URL;
  readonly format: Format;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of its text. */
  readonly text: string;
}

/** A back end of the table in docs/receivers.md, or one that takes no flat JSON at all. */
export interface BackEnd {
  readonly name: string;
  readonly is: (traits: Traits) => boolean;
  /** The formats that it takes; any where there are none. */
  readonly formats?: readonly Format[];
  /** The path that it takes records at, and an example of it. */
  readonly path?: readonly [matches: RegExp, example: string];
  /** Said whatever it answers. */
  readonly note?: string;
  /** What its answers mean where they are not plain. */
  readonly hints?: readonly (readonly [text: RegExp, hint: string])[];
  /** Whether a 2xx of it means that the record is lost. */
  readonly loses?: (traits: Traits) => boolean;
}

const isAt = ({ url }: Traits, hosts: RegExp, port: string): boolean =>
  hosts.test(url.hostname) || url.port === port;

const OTLP_NOTE =
  'OTLP receivers answer 200 to flat JSON and lose it: use an endpoint that takes plain JSON, such as the webhook_event receiver of a Collector with collector-config/field-map.yaml';

/** `{}` and `{"partialSuccess":{}}` are what OTLP answers; `{"code":3,"message":"..."}` is its error. */
const speaksOtlp = ({ url, headers, text, status = 0 }: Traits): boolean =>
  /partialSuccess/.test(text) ||
  /protobuf/.test(headers['content-type'] ?? '') ||
  (/\/v1\/(logs|traces|metrics)\/?$/.test(url.pathname) &&
    (/^\s*\{\s*\}\s*$/.test(text) || (status >= 400 && /^\s*\{\s*"code"\s*:\s*\d+/.test(text))));

export const BACK_ENDS: readonly BackEnd[] = [
  {
    name: 'an OTLP receiver',
    is: (traits) => speaksOtlp(traits) || traits.url.port === '4318' || traits.url.port === '4317',
    note: OTLP_NOTE,
    loses: speaksOtlp,
  },
  {
    name: 'Loki',
    is: (traits) => /\/loki\/api\//.test(traits.url.pathname) || isAt(traits, /^loki\b/, '3100'),
    note: 'Loki takes no flat JSON: send to a Collector with collector-config/backends/loki.yaml',
  },
  {
    name: 'ClickHouse',
    is: ({ url, headers, text }) =>
      Object.keys(headers).some((name) => name.startsWith('x-clickhouse-')) ||
      /\bCode: \d+[.,].*(DB::)?Exception/.test(text) ||
      url.port === '8123',
    formats: ['ndjson', 'object'],
    note: 'its URL has ?query=INSERT%20INTO%20TABLE%20FORMAT%20JSONEachRow&input_format_skip_unknown_fields=1, and the columns must be there',
    hints: [
      [/Code: (60|81)\b/, 'the table or the database is not there'],
      [
        /Code: (516|192|193|194)\b/,
        'user or key is wrong: X-ClickHouse-User and X-ClickHouse-Key, or user:password@ in the URL',
      ],
      [/Code: 117\b/, 'a field has no column: add &input_format_skip_unknown_fields=1 to the URL'],
      [
        /Code: (27|38|41|6)\b/,
        'it can not parse a value: ISO times need &date_time_input_format=best_effort',
      ],
      [/Code: 62\b/, 'it takes the record for SQL: the statement belongs into ?query= of the URL'],
    ],
  },
  {
    name: 'VictoriaLogs',
    is: (traits) =>
      /\/insert\/(jsonline|loki|elasticsearch|opentelemetry)/.test(traits.url.pathname) ||
      isAt(traits, /^(victorialogs|vlogs|victoria-logs)\b/, '9428'),
    formats: ['ndjson'],
    path: [/\/insert\/jsonline$/, '/insert/jsonline?_msg_field=body&_time_field=timestamp'],
    note: 'it answers 200 also to a line that it leaves out: look for the record there',
  },
  {
    name: 'Elasticsearch',
    is: (traits) => 'x-elastic-product' in traits.headers || isAt(traits, /^elasticsearch\b/, '9200'),
    formats: ['object'],
    path: [/\/_doc$/, '/INDEX/_doc'],
    hints: [
      [
        /security_exception/,
        'it wants credentials: REMOTE_LOGGER_HEADERS=authorization=ApiKey%20KEY, or user:password@ in the URL',
      ],
      [
        /mapper_parsing_exception|document_parsing_exception/,
        'a field has another type there than in the record',
      ],
      [/index_not_found_exception/, 'there is no such index'],
    ],
  },
  {
    name: 'Quickwit',
    is: (traits) => isAt(traits, /^quickwit\b/, '7280'),
    formats: ['ndjson'],
    path: [/\/api\/v1\/[^/]+\/ingest$/, '/api/v1/INDEX/ingest'],
  },
  {
    name: 'Axiom',
    is: ({ url }) => /(^|\.)axiom\.co$/.test(url.hostname),
    formats: ['ndjson', 'array'],
    path: [/\/(ingest)(\/|$)/, '/v1/datasets/DATASET/ingest'],
    note: 'it answers 200 also when some records failed',
  },
  {
    name: 'Datadog',
    is: ({ url }) => /(^|\.)(datadoghq\.(com|eu)|ddog-gov\.com)$/.test(url.hostname),
    formats: ['array', 'object'],
    path: [/\/api\/v2\/logs$/, '/api/v2/logs'],
  },
  { name: 'Better Stack', is: ({ url }) => /(^|\.)(betterstackdata|logtail)\.com$/.test(url.hostname) },
  {
    name: 'Fluent Bit',
    is: (traits) =>
      /^Fluent-?Bit/i.test(traits.headers['server'] ?? '') || isAt(traits, /^fluent-?bit\b/, '9880'),
    formats: ['object', 'array'],
  },
  {
    name: 'Vector',
    is: (traits) => isAt(traits, /^vector\b/, '-') || /^vector/i.test(traits.headers['server'] ?? ''),
    formats: ['ndjson', 'array'],
    note: 'its http_server source takes ndjson with framing newline_delimited and decoding json, array with decoding json',
  },
  {
    name: 'Logstash',
    is: (traits) => isAt(traits, /^logstash\b/, '-'),
    formats: ['object', 'array'],
  },
];
