import { describe, expect, it } from 'vitest';
import { withRetry } from '../../../src/transport/retry/retry.js';
import type { Payload, Transport } from '../../../src/transport/transport.js';
import type { SendResult } from '../../../src/types/send-result.js';
import { FakeClock } from '../../support/fake-clock.js';
import { DELIVERED, FakeTransport, payload } from '../../support/fake-transport.js';

const PATIENT = {
  initialDelayMillis: 1000,
  maxDelayMillis: 30_000,
  maxElapsedMillis: Number.POSITIVE_INFINITY,
  isPatient: true,
};
const HOUR = 3_600_000;
const NOT_FOUND: SendResult = { outcome: 'refused', reason: 'refused', cause: 'HTTP 404', status: 404 };
const FAULT: SendResult = { outcome: 'retry', cause: 'HTTP 500', status: 500 };
const RESET: SendResult = { outcome: 'retry', cause: 'ECONNRESET' };

const isPoison = ({ body }: Payload): boolean => Buffer.from(body).toString() === 'poison';

/** Payloads that say `poison` end so, each time; all others are delivered. */
class Poisonable implements Transport {
  answer: SendResult = FAULT;
  otherwise: SendResult = DELIVERED;
  poisons = 0;

  send(sent: Payload, settle: (result: SendResult) => void): void {
    if (isPoison(sent)) this.poisons++;
    settle(isPoison(sent) ? this.answer : this.otherwise);
  }

  async close(): Promise<void> {}
}

function setUp(policy: Partial<typeof PATIENT> = {}) {
  const clock = new FakeClock();
  const inner = new Poisonable();
  const asked = { count: 0, take: (): void => {} };
  const ask = (): void => {
    asked.count++;
    asked.take();
  };
  const transport = withRetry(inner, { ...PATIENT, ...policy }, 10, clock, ask, () => 0.5);
  const start = (fields: Parameters<typeof payload>[0] = {}): { result?: SendResult; at?: number } => {
    const sending: { result?: SendResult; at?: number } = {};
    transport.send(payload(fields), (result) => {
      sending.result = result;
      sending.at = clock.now();
    });
    return sending;
  };
  /** For so long, two others get through a second. */
  const withTraffic = async (millis: number): Promise<void> => {
    for (let at = 0; at < millis; at += 1000) {
      start();
      start();
      await clock.advance(1000);
    }
  };
  return { clock, inner, transport, asked, start, withTraffic };
}

describe('payloads that outlive the process', () => {
  it('are tried again when they are refused, with pauses as in an outage', async () => {
    const clock = new FakeClock();
    const inner = new FakeTransport();
    const transport = withRetry(inner, PATIENT, 10, clock, undefined, () => 0.5);
    inner.script(NOT_FOUND, NOT_FOUND, NOT_FOUND, DELIVERED);
    let result: SendResult | undefined;
    transport.send(payload(), (known) => {
      result = known;
    });
    await clock.advance(500 + 1000 + 2000 - 1);
    expect([inner.sent.length, result]).toEqual([3, undefined]);
    await clock.advance(1);
    expect(result).toEqual(DELIVERED);
  });

  it('count as refused, and not as retries_exhausted, when their time is up', async () => {
    const { clock, inner, start } = setUp({ maxElapsedMillis: 60_000 });
    inner.otherwise = NOT_FOUND;
    const sending = start();
    await clock.advance(HOUR);
    expect(sending.result).toEqual({ outcome: 'refused', reason: 'refused', cause: 'HTTP 404' });
  });

  it.each<[what: string, result: SendResult, fields: Parameters<typeof payload>[0]]>([
    ['about the records', { outcome: 'refused', reason: 'rejected', cause: 'HTTP 400' }, {}],
    ['about gzip', { ...NOT_FOUND, status: 415 } as SendResult, { contentEncoding: 'gzip' }],
  ])('are settled at once by an answer %s', async (_, result, fields) => {
    const { inner, start } = setUp();
    inner.otherwise = result;
    expect(start(fields).result).toEqual(result);
  });

  it('wait for as long as an outage lasts', async () => {
    const { clock, inner, start } = setUp();
    inner.otherwise = inner.answer;
    const all = [start({ body: 'poison' }), start(), start()];
    await clock.advance(10 * HOUR);
    inner.otherwise = DELIVERED;
    inner.answer = DELIVERED;
    await clock.advance(60_000);
    expect(all.map(({ result }) => result)).toEqual(Array(3).fill(DELIVERED));
  });
});

describe('a payload that outlives the process, and fails while others get through', () => {
  it.each<[how: string, answer: SendResult, reason: string]>([
    ['by a 500', FAULT, 'retries_exhausted'],
    ['by a refusal', NOT_FOUND, 'refused'],
    ['without an answer', RESET, 'retries_exhausted'],
  ])('is given up after five minutes of that: %s', async (_, answer, reason) => {
    const { inner, start, withTraffic } = setUp();
    inner.answer = answer;
    const poison = start({ body: 'poison' });
    await withTraffic(299_000);
    expect(poison.result).toBeUndefined();
    await withTraffic(31_000);
    expect(poison.result).toMatchObject({ outcome: 'refused', reason });
    expect(inner.poisons).toBeGreaterThanOrEqual(10);
  });

  it('is given up after ten tries at the least', async () => {
    const { inner, start, withTraffic } = setUp({ initialDelayMillis: 120_000, maxDelayMillis: 120_000 });
    const poison = start({ body: 'poison' });
    while (poison.result === undefined) await withTraffic(60_000);
    // The first is not counted: nothing had got through before it.
    expect(inner.poisons).toBeGreaterThan(10);
    expect(poison.result).toMatchObject({ reason: 'retries_exhausted' });
  });

  it('has its five minutes in time in which the process ran', async () => {
    const { clock, start, withTraffic } = setUp();
    const poison = start({ body: 'poison' });
    await withTraffic(200_000);
    await clock.stall(HOUR);
    await withTraffic(200_000);
    expect(poison.result).toBeUndefined();
    await withTraffic(131_000);
    expect(poison.result).toMatchObject({ reason: 'retries_exhausted' });
  });

  it('has the time that was set for it, where some was', async () => {
    const { start, withTraffic } = setUp({ maxElapsedMillis: HOUR });
    const poison = start({ body: 'poison' });
    await withTraffic(HOUR - 1000);
    expect(poison.result).toBeUndefined();
    await withTraffic(31_000);
    expect(poison.result).toMatchObject({ reason: 'retries_exhausted' });
  });

  it.each([true, false])(
    'closes the gate for no others once it is known for that, also when nothing else has come: on disk %s',
    async (isPatient) => {
      const { clock, inner, start, withTraffic } = setUp({ isPatient });
      start({ body: 'poison' });
      await withTraffic(60_000);
      const { poisons } = inner;
      await clock.advance(120_000);
      expect(inner.poisons).toBeGreaterThan(poisons + 3);
      expect(start().result).toEqual(DELIVERED);
    },
  );

  it('pauses alone for as long as the endpoint asks, once it is known', async () => {
    const { clock, inner, start, withTraffic } = setUp();
    inner.answer = { ...FAULT, afterMillis: 40_000 } as SendResult;
    start({ body: 'poison' });
    await withTraffic(200_000);
    const { poisons } = inner;
    for (let count = 0; count < 200; count++) {
      expect(start().result).toEqual(DELIVERED);
      await clock.advance(1000);
    }
    expect(inner.poisons - poisons).toBe(5);
  });

  it('is told from an outage although most that wait fail, too', async () => {
    const { start, withTraffic } = setUp();
    const poisons = Array.from({ length: 100 }, () => start({ body: 'poison' }));
    await withTraffic(400_000);
    const reasons = poisons.map(({ result }) => result?.outcome);
    expect(reasons).toEqual(Array(100).fill('refused'));
  });

  it('closes it while it is not, as others would', async () => {
    const { clock, start } = setUp();
    start({ body: 'poison' });
    await clock.advance(120_000);
    expect(start().result).toBeUndefined();
  });

  it('is halved if it is a batch: soon when it is refused, and after ten tries when it may have been taken', async () => {
    const refused = setUp();
    refused.inner.answer = NOT_FOUND;
    const refusedBatch = refused.start({ body: 'poison', isDivisible: true });
    await refused.withTraffic(10_000);
    expect(refusedBatch.result).toMatchObject({ outcome: 'split' });

    const reset = setUp();
    reset.inner.answer = RESET;
    const resetBatch = reset.start({ body: 'poison', isDivisible: true });
    while (reset.inner.poisons < 10) await reset.withTraffic(1000);
    expect(resetBatch.result).toBeUndefined();
    await reset.withTraffic(60_000);
    expect(resetBatch.result).toMatchObject({ outcome: 'split' });
  });

  it.each([true, false])(
    'is halved if it is a batch and known, whatever the answer is: on disk %s',
    async (isPatient) => {
      const { inner, start, withTraffic } = setUp({ isPatient });
      inner.answer = { outcome: 'retry', cause: 'HTTP 503', status: 503 };
      const batch = start({ body: 'poison', isDivisible: true });
      await withTraffic(10_000);
      expect(batch.result).toMatchObject({ outcome: 'split' });
      expect(inner.poisons).toBe(4); // nothing had got through before the first
    },
  );

  it('is not halved if all are refused', async () => {
    const { clock, inner, start } = setUp();
    inner.answer = NOT_FOUND;
    const batch = start({ body: 'poison', isDivisible: true });
    await clock.advance(HOUR);
    expect(batch.result).toBeUndefined();
  });
});

describe('where all that wait fail by themselves', () => {
  it('others are asked for and tried, until that is known', async () => {
    const { clock, transport, asked, start } = setUp();
    for (let count = 0; count < 50; count++) start({ body: 'poison' });
    asked.take = () => void start();
    await clock.advance(300_000);
    expect(transport.alone).toBe(50);
    expect(start().result).toEqual(DELIVERED);
  });

  it('nobody is asked for more often than there are tries, and no place is freed, in an outage', async () => {
    const { clock, inner, transport, asked, start } = setUp();
    inner.otherwise = FAULT;
    for (let count = 0; count < 50; count++) start({ body: 'poison' });
    await clock.advance(HOUR);
    expect(asked.count).toBeGreaterThan(0);
    expect(asked.count).toBeLessThanOrEqual(inner.poisons);
    expect(transport.alone).toBe(0);
  });

  it('those that are settled are not counted any more', async () => {
    const { clock, inner, transport, start, withTraffic } = setUp();
    start({ body: 'poison' });
    await withTraffic(60_000);
    expect(transport.alone).toBe(1);
    inner.answer = DELIVERED;
    await clock.advance(60_000);
    expect(transport.alone).toBe(0);
  });
});

describe('payloads that end with the process', () => {
  it('are given up when they are refused', () => {
    const { inner, start } = setUp({ isPatient: false });
    inner.otherwise = NOT_FOUND;
    expect(start().result).toEqual(NOT_FOUND);
  });
});
