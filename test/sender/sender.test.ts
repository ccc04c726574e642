import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord } from '../../src/record/encode-record.js';
import { separatorOf } from '../../src/sender/format.js';
import { idempotencyKey } from '../../src/sender/idempotency-key.js';
import { Sender, type SenderSettings } from '../../src/sender/sender.js';
import type { Payload, Settle, Transport } from '../../src/transport/transport.js';
import type { Format } from '../../src/types/options.js';
import type { SendResult, SettledResult } from '../../src/types/send-result.js';
import { dict } from '../support/any-dict.js';
import { chunkOf, KEY } from '../support/chunks.js';
import { FakeClock } from '../support/fake-clock.js';
import { DELIVERED, FakeTransport } from '../support/fake-transport.js';

const numRuns = Number(process.env['FC_RUNS'] ?? 2000);

const REJECTED: SendResult = { outcome: 'refused', reason: 'rejected', cause: 'HTTP 400', status: 400 };
const REFUSED: SendResult = { outcome: 'refused', reason: 'refused', cause: 'HTTP 404', status: 404 };
const SPLIT: SendResult = { outcome: 'split', cause: 'HTTP 500', status: 500 };
const TOO_LARGE: SendResult = { outcome: 'refused', reason: 'too_large', cause: 'HTTP 413', status: 413 };

/** A sender that notes how each record ended. */
function setup(transport: Transport, settings: Partial<SenderSettings> = {}) {
  const ends: (SettledResult | undefined)[] = [];
  const tellings: (readonly [from: number, to: number])[] = [];
  const clock = new FakeClock();
  const room = { count: 0 };
  const sender = new Sender(
    {
      format: 'ndjson',
      maxPayloadBytes: 1_000_000,
      concurrency: 2,
      exportTimeoutMillis: Number.POSITIVE_INFINITY,
      maxAgeMillis: Number.POSITIVE_INFINITY,
      ...settings,
    },
    transport,
    (_, from, to, result) => {
      tellings.push([from, to]);
      for (let index = from; index < to; index++) ends[index] = result;
    },
    () => room.count++,
    clock,
  );
  /** Records with the numbers from 0 on. */
  const take = (count: number): void =>
    sender.take(chunkOf(Array.from({ length: count }, (_, n) => encodeRecord({ n }))));
  const indexesOf = (outcome: string): number[] =>
    [...ends.keys()].filter((index) => {
      const end = ends[index];
      return end?.outcome === outcome || (end?.outcome === 'refused' && end.reason === outcome);
    });
  return { sender, take, ends, tellings, indexesOf, clock, room };
}

const upTo = (count: number): number[] => [...Array(count).keys()];

/** Answers by what stands in a payload. */
class PickyTransport extends FakeTransport {
  readonly arrived: number[] = [];

  constructor(private readonly judge: (numbers: number[]) => SendResult) {
    super();
  }

  override send(payload: Payload, settle: Settle): void {
    this.sent.push(payload);
    const numbers = String(payload.body)
      .split('\n')
      .map((line) => JSON.parse(line).n);
    const result = this.judge(numbers);
    if (result.outcome === 'delivered') this.arrived.push(...numbers);
    settle(result);
  }
}

describe('a sender', () => {
  it.each(['object', 'ndjson', 'array'] as const)('knows how long a body is: %s', (format) => {
    const transport = new FakeTransport();
    const { take } = setup(transport, { format });
    for (const count of [1, 2, 7]) take(count);
    expect(transport.sent.map(({ bodyBytes }) => bodyBytes)).toEqual(
      transport.sent.map(({ body }) => body.length),
    );
  });

  it('lets no half wait for the other one, when the endpoint goes on failing the whole', () => {
    const transport = new FakeTransport();
    const { take, ends, indexesOf } = setup(transport);
    take(4);
    transport.answer(SPLIT);
    expect(transport.bodies.slice(1)).toEqual(['{"n":0}\n{"n":1}', '{"n":2}\n{"n":3}']);
    transport.swap(); // the second half is through, the first is not
    transport.answer(DELIVERED);
    expect(ends).toEqual([undefined, undefined, DELIVERED, DELIVERED]);
    transport.answer({ outcome: 'refused', reason: 'retries_exhausted', cause: 'HTTP 500' });
    expect(indexesOf('retries_exhausted')).toEqual([0, 1]);
  });

  it('finds the one record of 512 that the endpoint rejects, in few steps', () => {
    const transport = new PickyTransport((numbers) => (numbers.includes(317) ? REJECTED : DELIVERED));
    const { take, indexesOf, ends } = setup(transport);
    take(512);
    expect(transport.arrived).toEqual(upTo(512).filter((n) => n !== 317));
    expect(indexesOf('rejected')).toEqual([317]);
    expect(ends[317]).toMatchObject({ cause: 'HTTP 400' });
    expect(transport.sent.length).toBeLessThanOrEqual(19);
  });

  it('halves what is too large for the endpoint, until a single record is', () => {
    const transport = new PickyTransport((numbers) =>
      numbers.length > 3 || numbers.includes(5) ? TOO_LARGE : DELIVERED,
    );
    const { take, indexesOf } = setup(transport);
    take(16);
    expect(transport.arrived).toEqual(upTo(16).filter((n) => n !== 5));
    expect(indexesOf('too_large')).toEqual([5]);
  });

  it('gives up a whole batch that is refused for another reason', () => {
    const transport = new PickyTransport(() => REFUSED);
    const { take, tellings } = setup(transport);
    take(8);
    expect(transport.sent).toHaveLength(1);
    expect(tellings).toEqual([[0, 8]]);
  });

  it('sends no record that is above the payload limit', () => {
    const transport = new FakeTransport();
    const { take, indexesOf } = setup(transport, { maxPayloadBytes: 5 });
    take(1);
    expect(transport.sent).toEqual([]);
    expect(indexesOf('too_large')).toEqual([0]);
  });

  it('has room for a hundred payloads for each that can be sent at a time, and says when there is some again', () => {
    const transport = new FakeTransport();
    const { sender, take, room } = setup(transport, { format: 'object', concurrency: 1 });
    take(99);
    expect(sender.hasRoom).toBe(true);
    take(1);
    expect(sender.hasRoom).toBe(false);
    transport.answer(DELIVERED);
    expect(sender.hasRoom).toBe(true);
    expect(room.count).toBe(1);
  });

  it('sends records in their order, each under the key of its place', () => {
    const transport = new FakeTransport();
    const { take } = setup(transport, { format: 'object' });
    take(100);
    expect(transport.bodies.map((body) => JSON.parse(body).n)).toEqual(upTo(100));
    expect(transport.sent.map(({ idempotencyKey }) => idempotencyKey)).toEqual(
      upTo(100).map((n) => idempotencyKey(KEY.prefix, KEY.first + n, 1)),
    );
  });

  it('gives up what has no time left, before it is sent', () => {
    const transport = new FakeTransport();
    const { take, indexesOf } = setup(transport, { format: 'object', exportTimeoutMillis: 0 });
    take(3);
    expect(transport.sent).toEqual([]);
    expect(indexesOf('timeout')).toEqual([0, 1, 2]);
  });

  it('gives up what is too old, and says so, whatever the time limit of an export', () => {
    const transport = new FakeTransport();
    const { take, ends } = setup(transport, { maxAgeMillis: 0, exportTimeoutMillis: 0 });
    take(1);
    expect(transport.sent).toEqual([]);
    expect(ends).toMatchObject([{ reason: 'expired', cause: 'older than spool.maxAgeMillis' }]);
  });

  it.each([
    [{ outcome: 'retry', cause: 'HTTP 503' }, 'expired'],
    [REFUSED, 'expired'],
    [REJECTED, 'rejected'],
    [TOO_LARGE, 'too_large'],
  ] satisfies [SendResult, string][])(
    'has %j of what has got too old meanwhile count as %s',
    async (result, reason) => {
      const transport = new FakeTransport();
      const { take, ends, clock } = setup(transport, { maxAgeMillis: 1000 });
      take(1);
      expect(transport.sent[0]?.deadline).toBe(1000);
      await clock.advance(1000);
      transport.answer(result);
      expect(ends).toMatchObject([{ reason, cause: result.outcome === 'retry' ? 'HTTP 503' : result.cause }]);
    },
  );

  it('gives up the second half of what had no time left after the first', async () => {
    const transport = new FakeTransport();
    const { take, indexesOf, clock } = setup(transport, { exportTimeoutMillis: 1000 });
    take(4);
    transport.answer(REJECTED);
    await clock.advance(1000);
    transport.answer(DELIVERED);
    expect(transport.sent).toHaveLength(2);
    expect([indexesOf('delivered'), indexesOf('timeout')]).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('says of what a transport gives back for another try that tries are exhausted', () => {
    const transport = new PickyTransport(() => ({ outcome: 'retry', cause: 'HTTP 503' }));
    const { take, ends } = setup(transport);
    take(1);
    expect(ends).toMatchObject([{ reason: 'retries_exhausted', cause: 'HTTP 503' }]);
  });

  it('counts a transport that breaks its promise as an internal failure', () => {
    const transport = new PickyTransport(() => {
      throw new Error('broken');
    });
    const { take, indexesOf } = setup(transport);
    take(2);
    expect(indexesOf('internal')).toEqual([0, 1]);
  });

  it('counts a transport that answers and then throws by its answer', () => {
    const transport: Transport = {
      send(_, settle) {
        settle(DELIVERED);
        throw new Error('broken');
      },
      async close() {},
    };
    const { take, ends, tellings } = setup(transport);
    take(2);
    expect(ends).toEqual([DELIVERED, DELIVERED]);
    expect(tellings).toHaveLength(1);
  });

  it.each([[DELIVERED], [REFUSED]])(
    'settles records once, however often their end is told: %j first',
    (first) => {
      const settles: Settle[] = [];
      const transport: Transport = { send: (_, settle) => void settles.push(settle), async close() {} };
      const { take, tellings } = setup(transport);
      take(4);
      for (const result of [first, DELIVERED, REFUSED, REJECTED, SPLIT]) settles[0]?.(result);
      expect(settles).toHaveLength(1); // in no halves, either
      expect(tellings).toEqual([[0, 4]]);
    },
  );

  it('halves records once, however often it is told', () => {
    const settles: Settle[] = [];
    const transport: Transport = { send: (_, settle) => void settles.push(settle), async close() {} };
    const { take, tellings } = setup(transport);
    take(4);
    for (const result of [SPLIT, SPLIT, DELIVERED]) settles[0]?.(result);
    expect(settles).toHaveLength(3);
    expect(tellings).toEqual([]);
  });

  it('is not stuck when somebody throws who is told', () => {
    const transport = new FakeTransport();
    let throwing = true;
    const told: number[] = [];
    const sender = new Sender(
      {
        format: 'object',
        maxPayloadBytes: 1000,
        concurrency: 1,
        exportTimeoutMillis: Number.POSITIVE_INFINITY,
        maxAgeMillis: Number.POSITIVE_INFINITY,
      },
      transport,
      (_, from) => {
        told.push(from);
        if (throwing) JSON.parse('{');
      },
      () => {},
      new FakeClock(),
    );
    sender.take(chunkOf(Array(100).fill('{}')));
    expect(() => transport.answer(DELIVERED)).toThrow(SyntaxError);
    throwing = false;
    expect(sender.hasRoom).toBe(true);
    while (transport.open > 0) transport.answer(DELIVERED);
    expect(told).toEqual(upTo(100));
  });
});

describe('payloads', () => {
  const recordOf = (bytes: number): string => encodeRecord({ k: 'x'.repeat(bytes - 8) });

  /** The sizes of the records in each payload that is sent. */
  function payloadsOf(records: readonly string[], format: Format, limit: number): string[][] {
    const transport = new FakeTransport();
    const settings = { format, maxPayloadBytes: limit };
    const { sender } = setup(transport, settings);
    sender.take(chunkOf(records, separatorOf(format)));
    return transport.bodies.map((body) => {
      if (format === 'object') return [body];
      if (format === 'ndjson') return body.split('\n');
      return JSON.parse(body).map((record: unknown) => JSON.stringify(record));
    });
  }

  it.each([
    { name: 'object: each alone', format: 'object', sizes: [10, 10], limit: 30, payloads: [[10], [10]] },
    {
      name: 'object: none above the limit',
      format: 'object',
      sizes: [10, 31, 30],
      limit: 30,
      payloads: [[10], [30]],
    },
    {
      name: 'ndjson: just full, with the newline between',
      format: 'ndjson',
      sizes: [10, 10],
      limit: 21,
      payloads: [[10, 10]],
    },
    {
      name: 'ndjson: one byte too many',
      format: 'ndjson',
      sizes: [10, 10],
      limit: 20,
      payloads: [[10], [10]],
    },
    {
      name: 'array: just full, with brackets and comma',
      format: 'array',
      sizes: [10, 10],
      limit: 23,
      payloads: [[10, 10]],
    },
    { name: 'array: one byte too many', format: 'array', sizes: [10, 10], limit: 22, payloads: [[10], [10]] },
    {
      name: 'ndjson: a record above the limit is left out',
      format: 'ndjson',
      sizes: [10, 50, 10, 11],
      limit: 30,
      payloads: [[10], [10, 11]],
    },
    {
      name: 'array: a record above the limit is left out, first and last too',
      format: 'array',
      sizes: [50, 10, 50],
      limit: 30,
      payloads: [[10]],
    },
    {
      name: 'array: a record that passes it only with its brackets is left out',
      format: 'array',
      sizes: [29, 10],
      limit: 30,
      payloads: [[10]],
    },
  ] as { name: string; format: Format; sizes: number[]; limit: number; payloads: number[][] }[])(
    '$name',
    ({ format, sizes, limit, payloads }) => {
      const sent = payloadsOf(sizes.map(recordOf), format, limit);
      expect(sent.map((records) => records.map((record) => record.length))).toEqual(payloads);
    },
  );

  const shared = fc.constantFrom<Format>('ndjson', 'array');
  const bytesOf = (records: readonly string[], format: Format): number =>
    records.reduce((sum, record) => sum + Buffer.byteLength(record) + 1, format === 'array' ? 1 : -1);

  it('are all records that fit, in their order, as many as fit, and never above the limit', () => {
    const sizes = fc.array(fc.integer({ min: 8, max: 60 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, shared, fc.integer({ min: 1, max: 200 }), (sizes, format, limit) => {
        const records = sizes.map(recordOf);
        const payloads = payloadsOf(records, format, limit);
        expect(payloads.flat()).toEqual(records.filter((record) => bytesOf([record], format) <= limit));
        for (const [index, payload] of payloads.entries()) {
          expect(payload.length).toBeGreaterThan(0);
          expect(bytesOf(payload, format)).toBeLessThanOrEqual(limit);
          const next = payloads[index + 1]?.[0];
          const isBeside = records.length === payloads.flat().length;
          if (next && isBeside) expect(bytesOf([...payload, next], format)).toBeGreaterThan(limit);
        }
      }),
      { numRuns },
    );
  });

  it('hold to the limit with any text', () => {
    const dicts = fc.array(dict, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(dicts, fc.nat(600), (dicts, limit) => {
        const records = dicts.map((dict) => encodeRecord(dict));
        const payloads = payloadsOf(records, 'ndjson', limit);
        expect(payloads.flat()).toEqual(records.filter((record) => Buffer.byteLength(record) <= limit));
        for (const payload of payloads) expect(bytesOf(payload, 'ndjson')).toBeLessThanOrEqual(limit);
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  });
});
