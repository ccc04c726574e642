import { readFileSync } from 'node:fs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createRemoteLogger,
  type DeliveryStats,
  flatten,
  type LogData,
  type RemoteLoggerOptions,
  RemoteLogRecordExporter,
} from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { ClickHouse, PASSWORD, USER } from '../support/clickhouse.js';

let clickhouse: ClickHouse;
beforeAll(async () => {
  clickhouse = await ClickHouse.start();
});
afterAll(() => clickhouse?.[Symbol.asyncDispose]());
beforeEach(() => clickhouse.run('DROP TABLE IF EXISTS logs'));

/** Fields without a column are left out, and times may be ISO 8601. */
const RECIPE = { input_format_skip_unknown_fields: '1', date_time_input_format: 'best_effort' };

const CHAT_TABLE = `CREATE TABLE logs (
  type String, model String, tokens UInt32, cost Float64, stream UInt8, started DateTime,
  note Nullable(String), retries Nullable(UInt8), gen_params String
) ENGINE = MergeTree ORDER BY (type, started)`;

const chat = (id: number): LogData => ({
  type: 'chat',
  model: id % 2 === 0 ? 'vicuna-13b' : 'zürich "7b"\n',
  tokens: id,
  cost: id / 4,
  stream: id % 3 === 0,
  started: new Date(Date.UTC(2026, 0, 1) + id * 1000),
  note: id % 5 === 0 ? null : `n${id}`,
  retries: id % 7 === 0 ? id % 256 : undefined,
  gen_params: { temperature: 0.25 },
  prompt: 'a field without a column',
});

/** Sums over all that `chat(0)` to `chat(count - 1)` hold, as ClickHouse's JSON writes them. */
function sumsOf(count: number): Record<string, unknown> {
  const ids = Array.from({ length: count }, (_, id) => id);
  const tokens = ids.reduce((sum, id) => sum + id, 0);
  return {
    rows: String(count),
    tokens: String(tokens),
    cost: tokens / 4,
    streams: String(ids.filter((id) => id % 3 === 0).length),
    started: String(count * (Date.UTC(2026, 0, 1) / 1000) + tokens),
    notes: String(ids.filter((id) => id % 5 !== 0).length),
    retries: String(ids.filter((id) => id % 7 === 0).reduce((sum, id) => sum + (id % 256), 0)),
    temperatures: count / 4,
  };
}

const SUMS = `SELECT count() AS rows, sum(tokens) AS tokens, sum(cost) AS cost, sum(stream) AS streams,
  sum(toUnixTimestamp(started)) AS started, count(note) AS notes, sum(retries) AS retries,
  sum(visitParamExtractFloat(gen_params, 'temperature')) AS temperatures FROM logs`;

async function logAll(records: readonly LogData[], options: RemoteLoggerOptions): Promise<DeliveryStats> {
  const logger = createRemoteLogger({ headers: ClickHouse.headers, ...options });
  for (const record of records) logger.log(record);
  return logger.shutdown();
}

const countRows = async (): Promise<number> =>
  Number((await clickhouse.rows('SELECT count() AS n FROM logs'))[0]?.['n']);

describe('straight to ClickHouse', () => {
  it.each<[count: number, RemoteLoggerOptions]>([
    [10_000, { format: 'ndjson' }],
    [10_000, { format: 'ndjson', compression: 'gzip' }],
    [200, { format: 'object' }],
    [200, { format: 'object', compression: 'gzip' }],
  ])('%i records land as rows with typed columns: %o', async (count, options) => {
    await clickhouse.run(CHAT_TABLE);
    const records = Array.from({ length: count }, (_, id) => chat(id));
    const url = clickhouse.insertUrl('logs', RECIPE);
    expect(await logAll(records, { url, ...options })).toEqual(allDelivered(count));
    const [sums] = await clickhouse.rows(SUMS);
    expect(sums).toEqual(sumsOf(count));
    const sent = `${options.format}${options.compression ? ', gzip' : ''}`;
    console.log(`clickhouse: ${sums?.['rows']} of ${count} rows, sum(tokens) right (${sent})`);
    expect(await clickhouse.rows('SELECT * FROM logs WHERE tokens = 7')).toEqual([
      {
        type: 'chat',
        model: 'zürich "7b"\n',
        tokens: 7,
        cost: 1.75,
        stream: 0,
        started: expect.any(String), // in the server's time zone
        note: 'n7',
        retries: 7,
        gen_params: '{"temperature":0.25}',
      },
    ]);
  });

  it("takes FastChat's records into the table of collector-config/README.md, and nested text can be asked", async () => {
    const readme = readFileSync(new URL('../../collector-config/README.md', import.meta.url), 'utf8');
    const [table = '', question = ''] = [...readme.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql);
    const url = new URL(/REMOTE_LOGGER_URL='([^']+)'/.exec(readme)?.[1] ?? '');
    url.port = String(clickhouse.port);
    await clickhouse.run('DROP TABLE IF EXISTS turns');
    await clickhouse.run(table);
    const turn = { type: 'chat', model: 'vicuna-13b', tokens: 256, state: { conv_id: 'c1' } };
    const records = [1_732_272_000.5, 1_732_272_001].map((tstamp) => ({ ...turn, tstamp }));
    expect(await logAll(records, { url: url.href, format: 'ndjson' })).toEqual(allDelivered(2));
    const times = 'SELECT toUnixTimestamp(time) AS seconds FROM turns ORDER BY time';
    expect(await clickhouse.rows(times)).toEqual([{ seconds: 1_732_272_000 }, { seconds: 1_732_272_001 }]);
    expect(await clickhouse.rows(question)).toEqual([
      { conv_id: 'c1', model: 'vicuna-13b', 'sum(tokens)': '512' },
    ]);
  });

  it('takes records with metadata into the table of docs/receivers.md, which its questions count', async () => {
    const page = readFileSync(new URL('../../docs/receivers.md', import.meta.url), 'utf8');
    const [table = '', question = ''] = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, sql]) => sql);
    await clickhouse.run(table);
    const url = new URL(/REMOTE_LOGGER_URL='([^']+)'/.exec(page)?.[1] ?? '');
    url.port = new URL(clickhouse.insertUrl('logs')).port;
    const records = [1, 2].map((id) => ({ type: 'chat', model: 'm', tokens: id, state: { conv_id: 'c1' } }));
    const options: RemoteLoggerOptions = { url: url.href, format: 'ndjson', metadata: true };
    expect(await logAll(records, options)).toEqual(allDelivered(2));
    expect(await clickhouse.rows(question)).toEqual([{ conversation: 'c1', 'sum(tokens)': '3' }]);
    const [, ids = ''] = /`(uniqExact\(.*?\))`/.exec(page) ?? [];
    expect(await clickhouse.rows(`SELECT ${ids} AS n, min(timestamp) > 0 AS timed FROM logs`)).toEqual([
      { n: '2', timed: 1 },
    ]);
  });

  it('takes the credentials of the URL as well', async () => {
    await clickhouse.run(CHAT_TABLE);
    const url = clickhouse.insertUrl('logs', RECIPE).replace('//', `//${USER}:${PASSWORD}@`);
    expect(await logAll([chat(1)], { url, headers: {} })).toEqual(allDelivered(1));
    expect(await countRows()).toBe(1);
  });

  it('takes the metadata of records from an OpenTelemetry setup', async () => {
    await clickhouse.run(`CREATE TABLE logs (
      timestamp DateTime, severity_number UInt8, severity_text String, trace_id String, span_id String, trace_flags String,
      scope_name String, resource String, \`log.record.uid\` String, body String, \`http.status\` UInt16
    ) ENGINE = MergeTree ORDER BY timestamp`);
    const exporter = new RemoteLogRecordExporter({
      url: clickhouse.insertUrl('logs', RECIPE),
      headers: ClickHouse.headers,
      format: 'ndjson',
    });
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
      processors: [new BatchLogRecordProcessor({ exporter })],
    });
    provider.getLogger('orders').emit({
      timestamp: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      severityNumber: 9,
      severityText: 'INFO',
      body: 'order placed',
      attributes: { 'http.status': 201 },
    });
    await provider.shutdown();
    const query = `SELECT toUnixTimestamp(timestamp) AS seconds, severity_number, severity_text, scope_name, body,
      visitParamExtractString(resource, 'service.name') AS service, length(\`log.record.uid\`) AS uid, \`http.status\` AS status
      FROM logs`;
    expect(await clickhouse.rows(query)).toEqual([
      {
        seconds: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
        severity_number: 9,
        severity_text: 'INFO',
        scope_name: 'orders',
        body: 'order placed',
        service: 'shop',
        uid: '36',
        status: 201,
      },
    ]);
  });
});

/** What ClickHouse answers to 20 records of which one is bad, and what that costs. */
interface Case {
  readonly what: string;
  readonly bad: LogData;
  readonly status: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly options?: RemoteLoggerOptions;
  readonly account: Partial<DeliveryStats>;
  /** How many records are in the table at the end. */
  readonly rows: number;
}

const STRICT = { date_time_input_format: 'best_effort' };

const CASES: Case[] = [
  {
    what: 'a value that ClickHouse calls a parse error is a 500 there, and costs that one, after all tries',
    bad: { type: 'chat', tokens: 'many' },
    status: 500,
    account: { delivered: 19, failed: { retries_exhausted: 1 } },
    rows: 19,
  },
  {
    what: 'with one record a POST it costs that one too',
    bad: { type: 'chat', tokens: 'many' },
    status: 500,
    options: { format: 'object' },
    account: { delivered: 19, failed: { retries_exhausted: 1 } },
    rows: 19,
  },
  {
    what: 'with input_format_allow_errors_num it is left out and answered with 200, so the account does not see it',
    bad: { type: 'chat', tokens: 'many' },
    settings: { ...RECIPE, input_format_allow_errors_num: '10' },
    status: 200,
    account: allDelivered(20),
    rows: 19,
  },
  {
    what: 'a negative number in an unsigned column is a 400, which costs that one',
    bad: { type: 'chat', tokens: -1 },
    status: 400,
    account: { delivered: 19, failed: { rejected: 1 } },
    rows: 19,
  },
  {
    what: 'null in a column that is not Nullable is a 400 too',
    bad: { type: null },
    status: 400,
    account: { delivered: 19, failed: { rejected: 1 } },
    rows: 19,
  },
  {
    what: 'a number above its column is stored as another number, with a 200',
    bad: { type: 'chat', tokens: 2 ** 32 + 1 },
    status: 200,
    account: allDelivered(20),
    rows: 20,
  },
  {
    what: 'a field without a column is a 500 unless input_format_skip_unknown_fields is set',
    bad: { type: 'chat', unknown: 1 },
    settings: STRICT,
    status: 500,
    account: { delivered: 19, failed: { retries_exhausted: 1 } },
    rows: 19,
  },
  {
    what: 'an ISO 8601 time is a 500 unless date_time_input_format is best_effort',
    bad: { type: 'chat', started: new Date(0) },
    settings: { input_format_skip_unknown_fields: '1' },
    status: 500,
    account: { delivered: 19, failed: { retries_exhausted: 1 } },
    rows: 19,
  },
  {
    what: 'format array is a 500: this version, 18.16, takes objects only',
    bad: { type: 'chat' },
    options: { format: 'array' },
    status: 500,
    account: { delivered: 0, failed: { retries_exhausted: 20 } },
    rows: 0,
  },
  {
    what: 'a setting that this version does not know is a 404',
    bad: { type: 'chat' },
    settings: { ...RECIPE, async_insert: '1' },
    status: 404,
    account: { delivered: 0, failed: { refused: 20 } },
    rows: 0,
  },
];

describe('what ClickHouse does not take', () => {
  it.each(CASES)('$what', async ({ bad, status, settings = RECIPE, options = {}, account, rows }) => {
    await clickhouse.run(CHAT_TABLE);
    const good: LogData[] = Array.from({ length: 19 }, (_, tokens) => ({ type: 'chat', tokens }));
    const url = clickhouse.insertUrl('logs', settings);
    const records = [...good.slice(0, 10), bad, ...good.slice(10)];
    const retry = { ...FAST.retry, maxElapsedMillis: 1000 };
    expect(await logAll(records, { url, format: 'ndjson', retry, ...options })).toMatchObject(account);
    expect(await countRows()).toBe(rows);
    const json = JSON.stringify(flatten(bad));
    const body = options.format === 'array' ? `[${json}]` : json;
    expect((await fetch(url, { method: 'POST', headers: ClickHouse.headers, body })).status).toBe(status);
  });

  it.each<[what: string, table: string, headers: Record<string, string>, status: number]>([
    ['a table that is not there', 'absent', ClickHouse.headers, 404],
    ['a wrong password', 'logs', { ...ClickHouse.headers, 'X-ClickHouse-Key': 'wrong' }, 401],
  ])('%s is final', async (_what, table, headers, status) => {
    await clickhouse.run(CHAT_TABLE);
    const url = clickhouse.insertUrl(table, RECIPE);
    expect((await fetch(url, { method: 'POST', headers, body: '{"type":"chat"}' })).status).toBe(status);
    const stats = await logAll([chat(1), chat(2)], { url, headers, format: 'ndjson' });
    expect(stats).toMatchObject({ delivered: 0, failed: { refused: 2 } });
    expect(await countRows()).toBe(0);
  });
});
