import { describe, expect, it } from 'vitest';
import {
  createRemoteLogger,
  type DeliveryStats,
  type Loss,
  type RemoteLoggerOptions,
} from '../../src/index.js';
import { allDelivered, FAST } from '../support/account.js';
import { type Answering, Receiver } from '../support/receiver.js';
import { where } from '../support/spooled.js';

const upTo = (count: number): number[] => [...Array(count).keys()];
const idsOf = (receiver: Receiver): number[] =>
  [...new Set(receiver.records.map((record) => Number(record['id'])))].sort((a, b) => a - b);

async function deliverAll(
  receiver: Receiver,
  count: number,
  options: RemoteLoggerOptions = {},
): Promise<DeliveryStats> {
  const logger = createRemoteLogger({ ...FAST, url: receiver.url, ...options });
  for (let id = 0; id < count; id++) logger.log({ id });
  return logger.shutdown({ timeoutMillis: 30_000 });
}

type Answer = Exclude<Answering, number>;

/** A record was refused after so many POSTs, for good; with a queue on disk it is tried again, and then taken. */
async function expectRefused(receiver: Receiver, posts: number): Promise<void> {
  const refused: DeliveryStats = { ...allDelivered(1), delivered: 0, failed: { refused: 1 } };
  expect(await deliverAll(receiver, 1)).toMatchObject(where({ inMemory: refused, onDisk: allDelivered(1) }));
  expect(receiver.requests).toHaveLength(where({ inMemory: posts, onDisk: posts + 1 }));
}

const busy =
  (status: number, retryAfter?: string): Answer =>
  (_, response) =>
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end('busy');

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString();

describe('a storm of', () => {
  it.each<[string, number, () => string | undefined]>([
    ['500', 500, () => undefined],
    ['502', 502, () => undefined],
    ['503', 503, () => undefined],
    ['429', 429, () => undefined],
    ['408', 408, () => undefined],
    ['425', 425, () => undefined],
    ['503 with Retry-After: 0', 503, () => '0'],
    ['429 with a Retry-After date in the past', 429, () => inSeconds(-3600)],
    ['503 with Retry-After in garbage', 503, () => 'in a while'],
    ['503 with a negative Retry-After', 503, () => '-5'],
  ])('%s is weathered, with one probe a pause, and all is delivered', async (_, status, retryAfter) => {
    await using receiver = await Receiver.start();
    const storm = 12;
    let underWay = 0;
    let mostUnderWay = 0;
    const inStorm: Answering = (_request, response) => {
      underWay++;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      // Answers a turn later, so that requests which come together are seen together.
      setImmediate(() => {
        underWay--;
        busy(status, retryAfter())(_request, response);
      });
    };
    // The first four attempts come together; from then on the gate is closed.
    receiver.script(...Array(4).fill(busy(status, retryAfter())), ...Array(storm).fill(inStorm));
    expect(await deliverAll(receiver, 100, { concurrency: 4 })).toEqual(allDelivered(100));
    expect(idsOf(receiver)).toEqual(upTo(100));
    expect(mostUnderWay).toBe(1);
    expect(receiver.requests).toHaveLength(100 + 4 + storm);
  });

  it.each<[string, () => string, offSeconds?: number]>([
    ['in seconds', () => '1'],
    ['as a date', () => inSeconds(2)],
    ['as a date, from a clock that is an hour ahead,', () => inSeconds(3600 + 2), 3600],
    ['as a date, from a clock that is an hour behind,', () => inSeconds(-3600 + 2), -3600],
  ])(
    '503 with Retry-After %s keeps the endpoint in peace until then',
    async (_, retryAfter, offSeconds = 0) => {
      await using receiver = await Receiver.start();
      const arrivals: number[] = [];
      receiver.script((_request, response) => {
        arrivals.push(performance.now());
        response.setHeader('date', inSeconds(offSeconds));
        busy(503, retryAfter())(_request, response);
      });
      receiver.otherwise((_request, response) => {
        arrivals.push(performance.now());
        response.writeHead(204).end();
      });
      expect(await deliverAll(receiver, 5, { concurrency: 1 })).toEqual(allDelivered(5));
      const [first = 0, second = 0] = arrivals;
      expect(second - first).toBeGreaterThanOrEqual(990); // a timer can be a hair early; late it may be
    },
  );

  it('absurdly large Retry-After holds records until the budget is spent, and no longer', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise(busy(503, '999999999'));
    const retry = { ...FAST.retry, maxElapsedMillis: 100 };
    expect(await deliverAll(receiver, 5, { retry, concurrency: 1 })).toMatchObject({
      failed: { retries_exhausted: 5 },
      pending: 0,
    });
    expect(receiver.requests).toHaveLength(1);
  });
});

describe('a record that always gets a 500', () => {
  it.each([1, 12])('holds up no others: %i of 500', async (poisons) => {
    await using receiver = await Receiver.start();
    receiver.otherwise((request, response) =>
      response.writeHead(JSON.parse(request.body).id < poisons ? 500 : 204).end(),
    );
    const logger = createRemoteLogger({ ...FAST, url: receiver.url, concurrency: 10 });
    for (let id = 0; id < 500; id++) logger.log({ id });
    // Its own time is 5 minutes; the others need not wait for that.
    while (logger.stats().delivered < 500 - poisons) await logger.flush({ timeoutMillis: 50 });
    expect(logger.stats()).toMatchObject({ delivered: 500 - poisons, pending: poisons, failed: {} });
    await logger.shutdown({ timeoutMillis: 0 });
  });
});

describe('a batch with a record that always gets a 500', () => {
  it.each(['ndjson', 'array'] as const)('costs that one: %s', async (format) => {
    await using receiver = await Receiver.start();
    receiver.otherwise((request, response) =>
      response.writeHead(request.body.includes('"id":317}') ? 500 : 204).end(),
    );
    const retry = { initialDelayMillis: 1, maxDelayMillis: 20, maxElapsedMillis: 2000 };
    const stats = await deliverAll(receiver, 512, { format, retry });
    expect(stats).toEqual({ ...allDelivered(512), delivered: 511, failed: { retries_exhausted: 1 } });
  });
});

describe('a stream in which one record of ten always gets a 500', () => {
  it('goes on with the other nine', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((request, response) =>
      response.writeHead(JSON.parse(request.body).id % 10 === 0 ? 500 : 204).end(),
    );
    const logger = createRemoteLogger({ ...FAST, url: receiver.url, batch: { scheduledDelayMillis: 0 } });
    for (let id = 0; id < 1000; id++) {
      logger.log({ id });
      if (id % 20 === 0) await logger.flush({ timeoutMillis: 0 });
    }
    while (logger.stats().delivered < 900) await logger.flush({ timeoutMillis: 50 });
    expect(logger.stats()).toMatchObject({ delivered: 900, pending: 100, failed: {} });
    await logger.shutdown({ timeoutMillis: 0 });
  });
});

describe('a redirect', () => {
  const to =
    (status: number, location: string | undefined): Answering =>
    (_, response) =>
      response.writeHead(status, location === undefined ? {} : { location }).end();

  it.each([307, 308])('%i is followed with the body', async (status) => {
    await using receiver = await Receiver.start();
    receiver.script(to(status, '/other?x=1'));
    expect(await deliverAll(receiver, 1)).toEqual(allDelivered(1));
    expect(receiver.requests.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['POST', '/logs', '{"id":0}'],
      ['POST', '/other?x=1', '{"id":0}'],
    ]);
  });

  it.each([301, 302, 303])('%i is refused: a POST must not become a GET', async (status) => {
    await using receiver = await Receiver.start();
    receiver.script(to(status, '/other'));
    await expectRefused(receiver, 1);
  });

  it('is followed five times at most', async () => {
    await using receiver = await Receiver.start();
    receiver.script(...Array<Answering>(6).fill(to(308, '/logs')));
    await expectRefused(receiver, 6);
  });

  it('to nowhere is refused', async () => {
    await using receiver = await Receiver.start();
    receiver.script(to(307, undefined));
    await expectRefused(receiver, 1);
  });

  it('to another origin gets the body, but no configured header', async () => {
    await using other = await Receiver.start();
    await using receiver = await Receiver.start();
    receiver.script(to(307, other.url));
    const url = receiver.url.replace('//', '//user:password@');
    const headers = { 'x-api-key': 'secret', cookie: 'session=secret' };
    expect(await deliverAll(receiver, 1, { url, headers })).toEqual(allDelivered(1));
    expect(receiver.requests[0]?.headers).toMatchObject({ authorization: expect.any(String), ...headers });
    const [arrived] = other.requests;
    expect(arrived?.body).toBe('{"id":0}');
    expect(arrived?.headers).not.toHaveProperty('authorization');
    expect(JSON.stringify(arrived?.headers)).not.toContain('secret');
    expect(arrived?.headers['content-type']).toBe('application/json');
  });

  it('to the same origin keeps the headers', async () => {
    await using receiver = await Receiver.start();
    receiver.script(to(307, '/elsewhere'));
    await deliverAll(receiver, 1, { headers: { authorization: 'Bearer t' } });
    expect(receiver.requests[1]?.headers.authorization).toBe('Bearer t');
  });
});

describe('a refusal', () => {
  it.each([400, 422])('%i for one record of 512 costs that one', async (status) => {
    await using receiver = await Receiver.start();
    receiver.otherwise((request, response) =>
      response.writeHead(request.body.includes('"id":317}') ? status : 204).end(),
    );
    const losses: Loss[] = [];
    const stats = await deliverAll(receiver, 512, { format: 'ndjson', onDrop: (loss) => losses.push(loss) });
    expect(stats).toEqual({ ...allDelivered(512), delivered: 511, failed: { rejected: 1 } });
    expect(losses).toEqual([{ reason: 'rejected', count: 1, sample: { id: 317 } }]);
  });

  it.each(['ndjson', 'array'] as const)('413 above a limit is met by smaller %s bodies', async (format) => {
    await using receiver = await Receiver.start();
    receiver.otherwise((request, response) =>
      response.writeHead(request.body.length > 200 ? 413 : 204).end(),
    );
    expect(await deliverAll(receiver, 512, { format })).toEqual(allDelivered(512));
  });

  it('413 for a single record costs that one', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((request, response) =>
      response.writeHead(request.body.includes('"id":3') ? 413 : 204).end(),
    );
    expect(await deliverAll(receiver, 5)).toMatchObject({ delivered: 4, failed: { too_large: 1 } });
  });

  it.each([401, 403, 404, 405, 410, 501, 505])('%i is final', async (status) => {
    await using receiver = await Receiver.start();
    receiver.script(...Array<number>(3).fill(status));
    const refused: DeliveryStats = { ...allDelivered(3), delivered: 0, failed: { refused: 3 } };
    expect(await deliverAll(receiver, 3)).toMatchObject(
      where({ inMemory: refused, onDisk: allDelivered(3) }),
    );
    expect(receiver.requests).toHaveLength(where({ inMemory: 3, onDisk: 6 }));
  });

  it('415 for gzip is met by bodies without it', async () => {
    await using receiver = await Receiver.start();
    receiver.otherwise((request, response) =>
      response.writeHead(request.headers['content-encoding'] === undefined ? 204 : 415).end(),
    );
    expect(await deliverAll(receiver, 20, { compression: 'gzip' })).toEqual(allDelivered(20));
  });
});
