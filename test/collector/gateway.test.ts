import { Agent, buildConnector } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRemoteLogger } from '../../src/index.js';
import { Collector, TOKEN, type WrittenRecord } from '../support/collector.js';

const authorization = `Bearer ${TOKEN}`;

describe('the gateway', () => {
  let gateway: Collector;
  beforeAll(async () => {
    gateway = await Collector.start(['field-map', 'gateway', 'backends/file']);
  });
  afterAll(() => gateway.end());

  /** Posts a body as it is, and gives the records that it became. */
  async function post(body: string, count: number): Promise<WrittenRecord[]> {
    const before = gateway.records.length;
    const response = await fetch(gateway.url, { method: 'POST', headers: { authorization }, body });
    expect(response.status).toBe(200);
    const records = await gateway.wrote(before + count);
    return records.slice(before);
  }

  it('answers 401 without the token and with a wrong one, and the account says refused', async () => {
    for (const headers of [undefined, { authorization: 'Bearer wrong' }]) {
      expect(
        (await fetch(gateway.url, { method: 'POST', body: '{}', ...(headers && { headers }) })).status,
      ).toBe(401);
      const logger = createRemoteLogger({ url: gateway.url, ...(headers && { headers }) });
      logger.log({ a: 1 });
      expect((await logger.shutdown()).failed).toEqual({ refused: 1 });
    }
  });

  it('answers its health check without a token', async () => {
    expect((await fetch(`http://127.0.0.1:${gateway.healthPort}`)).status).toBe(200);
  });

  it('keeps connections: 100 POSTs on one', async () => {
    let connections = 0;
    const connect = buildConnector({});
    const dispatcher = new Agent({
      connections: 1,
      connect: (options, done) => {
        connections++;
        connect(options, done);
      },
    });
    const logger = createRemoteLogger({
      url: gateway.url,
      headers: { authorization },
      concurrency: 1,
      dispatcher,
    });
    const before = gateway.records.length;
    for (let i = 0; i < 100; i++) logger.log({ i });
    expect((await logger.shutdown()).delivered).toBe(100);
    await gateway.wrote(before + 100);
    expect(connections).toBe(1);
    await dispatcher.close();
  });

  it.each(['none', 'gzip'] as const)(
    'takes the largest record and the largest batch of the default limits whole, compression %s',
    async (compression) => {
      const before = gateway.records.length;
      const headers = { authorization };
      const logger = createRemoteLogger({ url: gateway.url, headers, format: 'ndjson', compression });
      const text = 'x'.repeat(2 ** 20 - 100);
      logger.log({ text });
      for (let i = 0; i < 600; i++) logger.log({ i, text: 'y'.repeat(10_000) });
      expect(await logger.shutdown()).toMatchObject({ delivered: 601, failed: {}, dropped: {} });
      const records = (await gateway.wrote(before + 601)).slice(before);
      expect(records.some(({ attributes }) => attributes['text'] === text)).toBe(true);
    },
  );

  it('keeps a malformed line raw, and the others are records', async () => {
    const records = await post('{"n":1}\n{"n":2,"cut\n{"n":3}', 3);
    expect(records.map(({ body, attributes }) => [body, attributes])).toEqual([
      ['', { n: 1 }],
      ['{"n":2,"cut', {}],
      ['', { n: 3 }],
    ]);
  });

  it('keeps an array with a malformed element raw, as one record', async () => {
    const body = '[{"n":1},{"n":2,"cut},{"n":3}]';
    expect(await post(body, 1)).toMatchObject([{ body, attributes: {} }]);
  });

  it.each(['just text', '42', '"quoted"', '{not json}', '{"otel.data": no}', '<xml/>', 'null'])(
    'keeps text that is no JSON object raw: %s',
    async (body) => {
      expect(await post(body, 1)).toMatchObject([{ body, attributes: {} }]);
    },
  );

  it('makes no record of the newline at the end, nor of blank lines', async () => {
    const records = await post('{"n":1}\n\n\r\n{"n":2}\r\n', 2);
    expect(records.map(({ attributes }) => attributes['n'])).toEqual([1, 2]);
    expect((await post('{"last":true}', 1)).map(({ attributes }) => attributes)).toEqual([{ last: true }]);
  });

  it('keeps elements of an array that are no objects', async () => {
    const records = await post('[{"n":1},"text",[2]]', 3);
    expect(records.map(({ body, attributes }) => [body, attributes])).toEqual([
      ['', { n: 1 }],
      ['text', {}],
      [[2], {}],
    ]);
  });
});

describe('a body above the limit', () => {
  const limit = 'yaml:receivers::webhook_event::max_request_body_size: 65536';

  it.each(['ndjson', 'array'] as const)('is split by us and arrives whole: %s', async (format) => {
    await using gateway = await Collector.start(['field-map', 'gateway', 'backends/file', limit]);
    const logger = createRemoteLogger({ url: gateway.url, headers: { authorization }, format });
    for (let i = 0; i < 500; i++) logger.log({ i, text: 'x'.repeat(1000) });
    logger.log({ text: 'x'.repeat(100_000) });
    expect(await logger.shutdown()).toMatchObject({ delivered: 500, failed: { rejected: 1 } });
    const records = await gateway.wrote(500);
    expect(new Set(records.map(({ attributes }) => attributes['i'])).size).toBe(500);
    console.log(`gateway: 500 of 500 records in ${format} bodies above its limit arrived`);
  });
});

it('all-keys.yaml: all JSON strings become values again, all whole numbers integers', async () => {
  const featureGates = 'ottl.functions.enableLambda';
  await using collector = await Collector.start(['field-map', 'quickstart', 'all-keys'], { featureGates });
  const logger = createRemoteLogger({ url: collector.url });
  logger.log({ map: { a: [1.5, 'b'] }, list: ['c'], whole: 3, part: 3.5, text: '[no] json', flag: true });
  logger.log({ map: { a: 'b' }, error: null, marked: '[Circular]', whole: 7 });
  await logger.shutdown();
  const [first, second] = await collector
    .wrote(2)
    .then((records) =>
      records.sort((a, b) => (a.attributes['whole'] === 3n ? -1 : b.attributes['whole'] === 3n ? 1 : 0)),
    );
  expect(first?.attributes).toEqual({
    map: { a: [1.5, 'b'] },
    list: ['c'],
    whole: 3n,
    part: 3.5,
    text: '[no] json',
    flag: true,
  });
  // A null, and text that only begins like JSON, stand in nobody's way.
  expect(second?.attributes).toEqual({ map: { a: 'b' }, error: undefined, marked: '[Circular]', whole: 7n });
});
