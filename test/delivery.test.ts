import { describe, expect, it, vi } from 'vitest';
import type { ToldLoss } from '../src/account.js';
import { Delivery, type DeliverySettings, drainingOf } from '../src/delivery.js';
import { encodeRecord } from '../src/encode.js';
import { Ledger } from '../src/ledger.js';
import type { ExportMetrics } from '../src/metrics.js';
import type {
  Payload,
  Payloads,
  SendResult,
  Settle,
  SettleEach,
  Transport,
} from '../src/transport/transport.js';
import { FakeClock, turn } from './support/fake-clock.js';
import { DELIVERED, FakeTransport } from './support/fake-transport.js';

const REJECTED: SendResult = { outcome: 'refused', reason: 'rejected', cause: 'HTTP 400', status: 400 };
const REFUSED: SendResult = { outcome: 'refused', reason: 'refused', cause: 'HTTP 404', status: 404 };
const RETRY: SendResult = { outcome: 'retry', cause: 'HTTP 500', status: 500 };
const TOO_LARGE: SendResult = { outcome: 'refused', reason: 'too_large', cause: 'HTTP 413', status: 413 };

function setup(transport: Transport, settings: Partial<DeliverySettings> = {}, metrics?: ExportMetrics) {
  const losses: ToldLoss[] = [];
  const ledger = new Ledger((loss) => losses.push(loss));
  const clock = new FakeClock();
  const delivery = new Delivery(
    {
      format: 'ndjson',
      maxPayloadBytes: 1_000_000,
      concurrency: 2,
      exportTimeoutMillis: Number.POSITIVE_INFINITY,
      ...settings,
    },
    ledger,
    transport,
    metrics,
    clock,
  );
  return { delivery, ledger, losses, clock };
}

/** Accepted records with the numbers from 0 on. */
function accept(ledger: Ledger, count: number): string[] {
  ledger.accept(count, count * 10);
  return Array.from({ length: count }, (_, n) => encodeRecord({ n }));
}

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

/** Takes many at once, and ends each when the test says so. */
class WholesaleTransport extends FakeTransport {
  readonly taken: Payloads[] = [];
  end: SettleEach = () => {};

  sendEach(payloads: Payloads, settle: SettleEach): void {
    this.taken.push(payloads);
    this.end = settle;
  }
}

describe('Delivery', () => {
  it('lets no half wait for the other one, when the endpoint goes on failing the whole', async () => {
    const transport = new FakeTransport();
    const { delivery, ledger } = setup(transport);
    const settled = delivery.deliver(accept(ledger, 4), 40);
    transport.answer({ outcome: 'retry', cause: 'HTTP 500', status: 500 });
    await turn();
    expect(transport.bodies.slice(1)).toEqual(['{"n":0}\n{"n":1}', '{"n":2}\n{"n":3}']);
    transport.swap(); // the second half is through, the first is not
    transport.answer(DELIVERED);
    await turn();
    expect(ledger.stats()).toMatchObject({ delivered: 2, pending: 2 });
    transport.answer({ outcome: 'refused', reason: 'retries_exhausted', cause: 'HTTP 500' });
    expect(await settled).toBe(2);
    expect(ledger.stats()).toMatchObject({ delivered: 2, failed: { retries_exhausted: 2 } });
  });

  it('finds the one record of 512 that the endpoint rejects, in few steps', async () => {
    const transport = new PickyTransport((numbers) => (numbers.includes(317) ? REJECTED : DELIVERED));
    const { delivery, ledger, losses } = setup(transport);
    expect(await delivery.deliver(accept(ledger, 512), 5120)).toBe(1);
    expect(transport.arrived).toEqual([...Array(512).keys()].filter((n) => n !== 317));
    expect(ledger.stats()).toMatchObject({ delivered: 511, pending: 0, failed: { rejected: 1 } });
    expect(losses).toMatchObject([{ reason: 'rejected', count: 1, cause: 'HTTP 400' }]);
    expect(losses[0]?.sample()).toEqual({ n: 317 });
    expect(transport.sent.length).toBeLessThanOrEqual(19);
  });

  it('halves what is too large for the endpoint, until a single record is', async () => {
    const transport = new PickyTransport((numbers) =>
      numbers.length > 3 || numbers.includes(5) ? TOO_LARGE : DELIVERED,
    );
    const { delivery, ledger } = setup(transport);
    await delivery.deliver(accept(ledger, 16), 160);
    expect(transport.arrived).toEqual([...Array(16).keys()].filter((n) => n !== 5));
    expect(ledger.stats()).toMatchObject({ delivered: 15, failed: { too_large: 1 } });
  });

  it('gives up a whole batch that is refused for another reason', async () => {
    const transport = new PickyTransport(() => ({
      outcome: 'refused',
      reason: 'refused',
      cause: 'HTTP 401',
    }));
    const { delivery, ledger } = setup(transport);
    expect(await delivery.deliver(accept(ledger, 8), 80)).toBe(8);
    expect(transport.sent).toHaveLength(1);
    expect(ledger.stats()).toMatchObject({ failed: { refused: 8 }, pending: 0 });
  });

  it('sends no record that is above the payload limit', async () => {
    const transport = new FakeTransport();
    const { delivery, ledger } = setup(transport, { maxPayloadBytes: 5 });
    expect(await delivery.deliver(accept(ledger, 1), 10)).toBe(1);
    expect(transport.sent).toEqual([]);
    expect(ledger.stats()).toMatchObject({ failed: { too_large: 1 } });
  });

  it('has a hundred payloads under way for each that can be sent at a time, in order', async () => {
    const transport = new FakeTransport();
    const { delivery, ledger } = setup(transport, { format: 'object', concurrency: 1 });
    void delivery.deliver(accept(ledger, 102), 1020);
    void delivery.deliver(accept(ledger, 3), 30);
    await turn();
    expect(transport.open).toBe(100);
    while (transport.open > 0) {
      transport.answer(DELIVERED);
      await turn();
    }
    expect(transport.bodies.map((body) => JSON.parse(body).n)).toEqual([...Array(102).keys(), 0, 1, 2]);
    expect(ledger.stats()).toMatchObject({ delivered: 105, pending: 0 });
    expect(ledger.pendingBytes).toBe(0);
  });

  it('gives each payload a key of its own', async () => {
    const transport = new PickyTransport(() => DELIVERED);
    const { delivery, ledger } = setup(transport, { format: 'object' });
    await delivery.deliver(accept(ledger, 100), 1000);
    expect(new Set(transport.sent.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(100);
  });

  it('gives up what had no turn before the time limit of its batch', async () => {
    const transport = new FakeTransport();
    const { delivery, ledger, clock } = setup(transport, {
      format: 'object',
      concurrency: 1,
      exportTimeoutMillis: 1000,
    });
    const delivering = delivery.deliver(accept(ledger, 102), 1020);
    await clock.advance(1000);
    while (transport.open > 0) transport.answer(DELIVERED);
    expect(await delivering).toBe(2);
    expect(transport.sent).toHaveLength(100);
    expect(ledger.stats()).toMatchObject({ delivered: 100, failed: { timeout: 2 } });
  });

  it('counts a transport that breaks its promise as an internal failure', async () => {
    const transport = new PickyTransport(() => {
      throw new Error('broken');
    });
    const { delivery, ledger } = setup(transport);
    await delivery.deliver(accept(ledger, 2), 20);
    expect(ledger.stats()).toMatchObject({ failed: { internal: 2 }, pending: 0 });
  });

  it('is idle only when all that was handed over is settled', async () => {
    const transport = new FakeTransport();
    const { delivery, ledger } = setup(transport);
    void delivery.deliver(accept(ledger, 1), 10);
    let idle = false;
    void delivery.idle().then(() => {
      idle = true;
    });
    await turn();
    expect(idle).toBe(false);
    transport.answer(DELIVERED);
    await turn();
    expect(idle).toBe(true);
  });

  it('hands what was encoded together to a transport that can take it, but no record above the limit', async () => {
    const transport = new WholesaleTransport();
    const { delivery, ledger } = setup(transport, { format: 'object', maxPayloadBytes: 200 });
    const small = accept(ledger, 15);
    const settled = delivery.deliver(small, 150);
    expect(transport.taken.map(({ length }) => length)).toEqual([15]);
    transport.end(3, REJECTED);
    for (let index = 0; index < 15; index++) if (index !== 3) transport.end(index, DELIVERED);
    expect(await settled).toBe(1);
    ledger.accept(2, 300);
    const withLarge = delivery.deliver([encodeRecord({ n: 'x'.repeat(290) }), '{"n":1}'], 300);
    expect(transport.bodies).toEqual(['{"n":1}']);
    transport.answer(DELIVERED);
    expect(await withLarge).toBe(1);
    expect(ledger.stats()).toMatchObject({
      delivered: 15,
      failed: { rejected: 1, too_large: 1 },
      pending: 0,
    });
    expect(ledger.pendingBytes).toBe(0);
  });

  it.each<[first: SendResult, stats: object]>([
    [DELIVERED, { delivered: 4, pending: 1, failed: {} }],
    [REFUSED, { delivered: 0, pending: 1, failed: { refused: 4 } }],
  ])('settles records once, however often their end is told: %j first', async (first, stats) => {
    const settles: Settle[] = [];
    const transport: Transport = { send: (_, settle) => void settles.push(settle), async close() {} };
    const { delivery, ledger } = setup(transport);
    ledger.accept(1, 10); // with which a wrong count would not even be below zero
    const settled = delivery.deliver(accept(ledger, 4), 40);
    for (const result of [first, DELIVERED, REFUSED, REJECTED, RETRY]) settles[0]?.(result);
    await settled;
    expect(settles).toHaveLength(1); // in no halves, either
    expect(ledger.stats()).toMatchObject(stats);
  });

  it('halves records once, however often it is told', async () => {
    const settles: Settle[] = [];
    const transport: Transport = { send: (_, settle) => void settles.push(settle), async close() {} };
    const { delivery, ledger } = setup(transport);
    void delivery.deliver(accept(ledger, 4), 40);
    for (const result of [RETRY, RETRY, DELIVERED]) settles[0]?.(result);
    expect(settles).toHaveLength(3);
    expect(ledger.stats()).toMatchObject({ delivered: 0, pending: 4 });
  });

  it('settles each once of what was taken together, however often its end is told', async () => {
    const transport = new WholesaleTransport();
    const { delivery, ledger } = setup(transport, { format: 'object' });
    ledger.accept(1, 10);
    const settled = delivery.deliver(accept(ledger, 3), 30);
    for (const index of [0, 0, 1, 0, 3, -1]) transport.end(index, DELIVERED);
    expect(ledger.stats()).toMatchObject({ delivered: 2, pending: 2 });
    transport.end(2, REFUSED);
    for (const index of [0, 1, 2]) transport.end(index, REFUSED);
    expect(await settled).toBe(1);
    expect(ledger.stats()).toMatchObject({ delivered: 2, pending: 1, failed: { refused: 1 } });
  });

  it('counts what a transport that takes many breaks off as an internal failure, and goes on', async () => {
    const transport = new WholesaleTransport();
    const { delivery, ledger } = setup(transport, { format: 'object' });
    const sendEach = transport.sendEach.bind(transport);
    transport.sendEach = (_, settle) => {
      settle(1, DELIVERED);
      throw Object.create(null);
    };
    expect(await delivery.deliver(accept(ledger, 3), 30)).toBe(2);
    expect(ledger.stats()).toMatchObject({ delivered: 1, failed: { internal: 2 }, pending: 0 });
    transport.sendEach = sendEach;
    const settled = delivery.deliver(accept(ledger, 1), 10);
    transport.end(0, DELIVERED);
    expect(await settled).toBe(0);
  });

  it('counts a transport that answers and then throws by its answer', async () => {
    const transport: Transport = {
      send(_, settle) {
        settle(DELIVERED);
        throw new Error('broken');
      },
      async close() {},
    };
    const { delivery, ledger } = setup(transport);
    expect(await delivery.deliver(accept(ledger, 2), 20)).toBe(0);
    expect(ledger.stats()).toMatchObject({ delivered: 2, failed: {}, pending: 0 });
  });

  it('gives up what can not be encoded, and goes on', async () => {
    const transport = new PickyTransport(() => DELIVERED);
    const { delivery, ledger } = setup(transport);
    const noText = Object.assign(Object.create(null), { length: 1 }) as string;
    ledger.accept(2, 20);
    expect(await delivery.deliver([noText, '{"n":1}'], 20)).toBe(2);
    expect(await delivery.deliver(accept(ledger, 2), 20)).toBe(0);
    expect(ledger.stats()).toMatchObject({ delivered: 2, failed: { internal: 2 }, pending: 0 });
    expect(ledger.pendingBytes).toBe(0);
  });

  it('is not stuck when somebody throws in the middle of its work', async () => {
    const transport = new FakeTransport();
    const finished = vi.fn(() => JSON.parse('{'));
    const metrics = { started() {}, attempted() {}, finished, watch: () => () => {} };
    const { delivery, ledger } = setup(transport, { maxPayloadBytes: 12 }, metrics);
    ledger.accept(1, 30);
    expect(() => delivery.deliver([encodeRecord({ text: 'above the limit' })], 30)).toThrow(SyntaxError);
    void delivery.deliver(accept(ledger, 1), 10);
    expect(transport.bodies).toEqual(['{"n":0}']);
  });

  it('goes on where a callback of the application has ended the process in the middle of its work', async () => {
    const transport = new FakeTransport();
    const { delivery, ledger, losses } = setup(transport, { maxPayloadBytes: 12 });
    const late = accept(ledger, 1);
    // No process.exit() comes back; what it calls is called in the middle of the loss.
    const sent: string[][] = [];
    losses.push = (): number => {
      void delivery.deliver(late, 10);
      sent.push(transport.bodies);
      delivery.advance();
      sent.push(transport.bodies);
      return 0;
    };
    ledger.accept(1, 30);
    await delivery.deliver([encodeRecord({ text: 'above the limit' })], 30);
    expect(sent).toEqual([[], ['{"n":0}']]);
  });

  it('hands nothing to such a transport that has no time left', async () => {
    const transport = new WholesaleTransport();
    const { delivery, ledger } = setup(transport, { format: 'object', exportTimeoutMillis: 0 });
    expect(await delivery.deliver(accept(ledger, 3), 30)).toBe(3);
    expect(transport.taken).toEqual([]);
    expect(ledger.stats()).toMatchObject({ failed: { timeout: 3 }, pending: 0 });
  });

  it('makes its last attempts when the process ends, and says whether something is left', () => {
    const calls: string[] = [];
    const transport = Object.assign(new FakeTransport(), {
      hurry: () => calls.push('hurry'),
      advance: () => calls.push('advance') < 3,
    });
    const draining = drainingOf(setup(transport).delivery, { exitTimeoutMillis: 7 });
    expect(calls).toEqual(['hurry']);
    expect([draining.timeoutMillis, draining.advance(), draining.advance()]).toEqual([7, true, false]);
  });
});
