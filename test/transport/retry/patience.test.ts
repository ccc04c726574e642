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
  const transport = withRetry(inner, { ...PATIENT, ...policy }, 10, clock, () => 0.5);
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
  return { clock, inner, transport, start, withTraffic };
}

describe('payloads that outlive the process', () => {
  it('are tried again when they are refused, with pauses as in an outage', async () => {
    const clock = new FakeClock();
    const inner = new FakeTransport();
    const transport = withRetry(inner, PATIENT, 10, clock, () => 0.5);
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

  it('wait while most of the others fail, too', async () => {
    const { clock, start } = setUp();
    const failing = Array.from({ length: 6 }, () => start({ body: 'poison' }));
    for (let at = 0; at < HOUR; at += 15_000) {
      start();
      await clock.advance(15_000);
    }
    expect(failing.map(({ result }) => result)).toEqual(Array(6).fill(undefined));
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

  it('closes the gate for no others once it is known for that, also when nothing else has come', async () => {
    const { clock, inner, start, withTraffic } = setUp();
    start({ body: 'poison' });
    await withTraffic(60_000);
    const { poisons } = inner;
    await clock.advance(120_000);
    expect(inner.poisons).toBeGreaterThan(poisons + 3);
    expect(start().result).toEqual(DELIVERED);
  });

  it('closes it while it is not, as others would', async () => {
    const { clock, start } = setUp();
    start({ body: 'poison' });
    await clock.advance(120_000);
    expect(start().result).toBeUndefined();
  });

  it('is halved if it is a batch: at once when it is refused, and when there is no hope for it as a whole', async () => {
    const refused = setUp();
    refused.inner.answer = NOT_FOUND;
    const refusedBatch = refused.start({ body: 'poison', isDivisible: true });
    await refused.withTraffic(10_000);
    expect(refusedBatch.result).toMatchObject({ outcome: 'split' });

    const reset = setUp();
    reset.inner.answer = RESET;
    const resetBatch = reset.start({ body: 'poison', isDivisible: true });
    await reset.withTraffic(299_000);
    expect(resetBatch.result).toBeUndefined();
    await reset.withTraffic(31_000);
    expect(resetBatch.result).toMatchObject({ outcome: 'split' });
  });

  it('is not halved if all are refused', async () => {
    const { clock, inner, start } = setUp();
    inner.answer = NOT_FOUND;
    const batch = start({ body: 'poison', isDivisible: true });
    await clock.advance(HOUR);
    expect(batch.result).toBeUndefined();
  });
});

describe('payloads that end with the process', () => {
  it('are given up when they are refused', () => {
    const { inner, start } = setUp({ isPatient: false });
    inner.otherwise = NOT_FOUND;
    expect(start().result).toEqual(NOT_FOUND);
  });

  it('close the gate whenever nothing else has got through', async () => {
    const { clock, start, withTraffic } = setUp({ isPatient: false });
    start({ body: 'poison' });
    await withTraffic(60_000);
    await clock.advance(120_000);
    expect(start().result).toBeUndefined();
  });
});
