import { describe, expect, it, vi } from 'vitest';
import { Ledger } from '../../src/account/ledger.js';
import { type DeliveryConfig, resolveExporterConfig } from '../../src/config/config.js';
import { Delivery } from '../../src/delivery/delivery.js';
import type { OpenHere } from '../../src/delivery/late-outlet.js';
import type { Chunk } from '../../src/queue/chunk.js';
import type { DeliveryOutlet, Wiring } from '../../src/sender/wiring.js';
import type { ToldLoss } from '../../src/types/account.js';
import type { RemoteLogRecordExporterOptions } from '../../src/types/options.js';
import type { SettledResult } from '../../src/types/send-result.js';
import { textsOf } from '../support/chunks.js';
import { FakeClock, turn } from '../support/fake-clock.js';

const DELIVERED: SettledResult = { outcome: 'delivered' };
const REFUSED: SettledResult = { outcome: 'refused', reason: 'refused', cause: 'HTTP 404', status: 404 };
const READING = {
  maxExportBatchSize: 1024,
  scheduledDelayMillis: 0,
  maxQueueSize: 1_000_000,
  maxQueueBytes: 1_000_000,
};

/** An outlet that the test answers for. */
class FakeOutlet implements DeliveryOutlet {
  readonly taken: Chunk[] = [];
  hasRoom = true;
  hurries = 0;
  isClosed = false;

  constructor(readonly wiring: Wiring) {}

  get texts(): string[] {
    return this.taken.flatMap(textsOf);
  }

  take(chunk: Chunk): void {
    this.taken.push(chunk);
  }

  /** Tells how the records of the last chunk ended. */
  settle(result: SettledResult, from = 0, to = this.taken.at(-1)?.length ?? 0): void {
    const chunk = this.taken.at(-1);
    if (chunk !== undefined) this.wiring.onSettled(chunk, from, to, result);
  }

  hurry(): void {
    this.hurries++;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    for (const chunk of this.taken)
      this.wiring.onSettled(chunk, 0, chunk.length, {
        outcome: 'refused',
        reason: 'shutdown',
        cause: 'shut down',
      });
  }
}

function setup(options: RemoteLogRecordExporterOptions = {}, settings = {}, open?: OpenHere) {
  const losses: ToldLoss[] = [];
  const ledger = new Ledger((loss) => losses.push(loss));
  const clock = new FakeClock();
  const outlets: FakeOutlet[] = [];
  const openHere: OpenHere =
    open ??
    (async (wiring) => {
      const outlet = new FakeOutlet(wiring);
      outlets.push(outlet);
      return outlet;
    });
  const config = resolveExporterConfig({ url: 'http://127.0.0.1:9/', ...options }, {}) as DeliveryConfig;
  const broken: unknown[] = [];
  const onBroken = (error: unknown): void => void broken.push(error);
  const delivery = new Delivery(config, { ...READING, ...settings }, ledger, openHere, onBroken, clock);
  const append = (...records: string[]): (string | undefined)[] =>
    records.map((record) => {
      const refusal = delivery.append(record);
      if (refusal !== undefined) return refusal;
      ledger.accept(1);
      delivery.appended();
      return undefined;
    });
  const outlet = (): FakeOutlet => outlets.at(-1) as FakeOutlet;
  return { delivery, ledger, losses, clock, outlets, outlet, append, broken };
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => true), turn().then(() => false)]);
}

describe('a delivery', () => {
  it('hands on what is appended, in order, also what came while it loaded, and counts how it ends', async () => {
    const { append, outlet, ledger } = setup();
    append('{"n":0}', '{"n":1}');
    await turn();
    append('{"n":2}');
    await turn();
    expect(outlet().texts).toEqual(['{"n":0}', '{"n":1}', '{"n":2}']);
    outlet().settle(DELIVERED);
    expect(ledger.stats()).toMatchObject({ accepted: 3, delivered: 1, pending: 2 });
  });

  it('tells the health of its endpoint of each attempt', async () => {
    const { append, outlet, ledger } = setup({ url: 'http://127.0.0.1:9/of-its-own' });
    append('{"n":0}');
    await turn();
    const { attempted } = outlet().wiring;
    const attempt = { seconds: 1, bodyBytes: 7 };
    attempted({ ...attempt, result: { outcome: 'retry', cause: 'HTTP 503', status: 503 } });
    expect(ledger.stats().failingSince).toBe('2026-01-01T00:00:00.000Z');
    attempted({ ...attempt, result: DELIVERED });
    expect(ledger.stats().failingSince).toBeUndefined();
  });

  it.each([
    ['object', 10],
    ['ndjson', 10],
    ['array', 12],
  ] as const)(
    'says of a record above maxPayloadBytes alone that it is too large: %s',
    (format, maxPayloadBytes) => {
      const { append } = setup({ format, maxPayloadBytes });
      expect(append('{"n":1234}', '{"n":12345}')).toEqual([undefined, 'too_large']);
    },
  );

  it('lets records lie side by side for a body as large as one may be', async () => {
    const { append, outlet } = setup(
      { format: 'ndjson', maxPayloadBytes: 20_000_000 },
      { maxQueueBytes: 100_000_000, scheduledDelayMillis: 1000, maxExportBatchSize: 20 },
    );
    append(...Array(20).fill(`"${'x'.repeat(990_000)}"`));
    await turn();
    await turn();
    expect(outlet().taken.map(({ length }) => length)).toEqual([20]);
  });

  it('says that the queue is full at maxQueueBytes, until some are settled', async () => {
    const { append, outlet } = setup({}, { maxQueueBytes: 20 });
    expect(append('{"n":1234}', '{"n":123}', '{"n":1}', '{}')).toEqual([
      undefined,
      undefined,
      'queue_full',
      'queue_full',
    ]);
    await turn();
    outlet().settle(DELIVERED, 0, 1);
    expect(append('{"n":1}')).toEqual([undefined]);
  });

  it('settles records once, however often their end is told', async () => {
    const { append, outlet, ledger, losses } = setup();
    append('{"n":0}', '{"n":1}', '{"n":2}');
    await turn();
    outlet().settle(DELIVERED, 0, 2);
    outlet().settle(REFUSED, 1, 3);
    outlet().settle(DELIVERED, -1, 9);
    expect(ledger.stats()).toMatchObject({ delivered: 2, failed: { refused: 1 }, pending: 0 });
    expect(losses).toMatchObject([{ reason: 'refused', count: 1, cause: 'HTTP 404' }]);
  });

  it('tells of a loss with one of its records, as it would have been sent, also when its memory is gone', async () => {
    const { append, outlet, losses } = setup();
    append('{"n":"é"}', '{"n":1}');
    await turn();
    outlet().settle(REFUSED);
    append(...Array(100).fill(`"${'x'.repeat(1000)}"`));
    expect(losses[0]?.sample()).toEqual({ n: 'é' });
  });

  it('has flushed when all that was appended before is settled', async () => {
    const { append, outlet, delivery } = setup({}, { scheduledDelayMillis: 1000 });
    append('{"n":0}', '{"n":1}');
    await turn();
    const flushed = delivery.flush();
    append('{"n":2}');
    await turn();
    outlet().settle(DELIVERED, 0, 1);
    expect(await isSettled(flushed)).toBe(false);
    outlet().settle(REFUSED, 1, 2);
    expect(await isSettled(flushed)).toBe(true);
  });

  it('hurries what waits for its batch, and what waits for another try', async () => {
    const { append, outlet, delivery } = setup({}, { scheduledDelayMillis: 1000 });
    append('{"n":0}');
    await turn();
    append('{"n":1}');
    await turn();
    expect(outlet().texts).toEqual(['{"n":0}']);
    delivery.hurry();
    expect([outlet().texts, outlet().hurries]).toEqual([['{"n":0}', '{"n":1}'], 1]);
  });

  it('gives up all that is not settled when it is closed, and what comes then', async () => {
    const { append, outlet, delivery, ledger } = setup();
    append('{"n":0}');
    await turn();
    outlet().hasRoom = false;
    append('{"n":1}');
    await delivery.close();
    append('{"n":2}');
    expect(outlet().isClosed).toBe(true);
    expect(ledger.stats()).toMatchObject({ failed: { shutdown: 3 }, pending: 0 });
  });

  it('counts in its metrics each record that is handed on or given up, once', async () => {
    const counts: Record<string, number> = {};
    const count = (name: string) => ({
      add: (value: number) => {
        counts[name] = (counts[name] ?? 0) + value;
      },
    });
    const meter = {
      createUpDownCounter: count,
      createCounter: count,
      createHistogram: () => ({ record() {} }),
      createObservableGauge: () => ({ addCallback() {}, removeCallback() {} }),
    };
    const { append, outlet, delivery, ledger } = setup({ meterProvider: { getMeter: () => meter } as never });
    append('{"n":0}', '{"n":1}');
    await turn();
    expect(counts).toEqual({ 'otel.sdk.exporter.log.inflight': 2 });
    outlet().settle(DELIVERED, 0, 1);
    outlet().hasRoom = false;
    append('{"n":2}');
    ledger.accept(1);
    delivery.account.refused('internal', 'no text');
    await delivery.close();
    expect(counts).toEqual({ 'otel.sdk.exporter.log.inflight': 0, 'otel.sdk.exporter.log.exported': 4 });
  });
});

describe('a delivery that loads', () => {
  const NO_DESCRIPTORS = Object.assign(new Error('EMFILE: too many open files'), { errno: -24 });

  it('gives up what it has when that fails, says why, and is tried again for what comes later', async () => {
    const error = new Error('no such package');
    const open = vi.fn<OpenHere>().mockRejectedValueOnce(error);
    const outlets: FakeOutlet[] = [];
    open.mockImplementation(async (wiring) => {
      outlets.push(new FakeOutlet(wiring));
      return outlets[0] as FakeOutlet;
    });
    const { append, ledger, losses, broken } = setup({}, {}, open);
    append('{"n":0}', '{"n":1}');
    await turn();
    expect(ledger.stats()).toMatchObject({ failed: { internal: 2 }, pending: 0 });
    expect(losses).toMatchObject([{ cause: 'Error: no such package', count: 2 }]);
    expect(losses[0]?.sample()).toEqual({ n: 0 });
    expect(broken).toEqual([error]);
    append('{"n":2}');
    await turn();
    expect(outlets[0]?.texts).toEqual(['{"n":2}']);
  });

  it('is closed when it comes, and has given up what waited', async () => {
    let load = (_: DeliveryOutlet): void => {};
    const wirings: Wiring[] = [];
    const open: OpenHere = (wiring) => {
      wirings.push(wiring);
      return new Promise((resolve) => {
        load = resolve;
      });
    };
    const { append, delivery, ledger } = setup({}, {}, open);
    append('{"n":0}');
    const closing = delivery.close();
    const outlet = new FakeOutlet(wirings[0] as Wiring);
    load(outlet);
    await closing;
    expect(outlet.isClosed).toBe(true);
    expect(ledger.stats()).toMatchObject({ failed: { shutdown: 1 }, pending: 0 });
  });

  it('is loaded no more once it is closed', async () => {
    let loads = 0;
    const open: OpenHere = async () => {
      loads++;
      await turn();
      throw NO_DESCRIPTORS;
    };
    const { append, delivery, ledger } = setup({}, {}, open);
    append('{"n":0}');
    await delivery.close();
    expect(loads).toBe(1); // though it is a fault that may pass
    expect(ledger.stats()).toMatchObject({ failed: { shutdown: 1 }, pending: 0 });
  });
});

describe('the end of the process', () => {
  it('waits for nothing where no other thread sends', async () => {
    const { append, delivery } = setup();
    expect(delivery.drain()).toBeUndefined();
    append('{"n":0}');
    await turn();
    expect(delivery.drain()).toBeUndefined();
  });

  it('has the other thread sent all at once, makes its last attempts, and says whether something is left', async () => {
    let left = 2;
    const { append, delivery, outlet } = setup({ exitTimeoutMillis: 7 }, { scheduledDelayMillis: 1000 });
    append('{"n":0}');
    await turn();
    outlet().settle(DELIVERED);
    Object.assign(outlet(), { advance: () => left-- > 0 });
    append('{"n":1}', '{"n":2}', '{"n":3}');
    await turn();
    outlet().hasRoom = false;
    const draining = delivery.drain();
    expect([draining?.timeoutMillis, outlet().hurries, outlet().texts.length]).toEqual([7, 1, 1]);
    outlet().hasRoom = true;
    expect(draining?.advance()).toBe(true);
    expect(outlet().texts).toHaveLength(4);
    expect(draining?.advance()).toBe(true);
    expect(draining?.advance()).toBe(false); // the thread has ended
    left = 1;
    outlet().settle(DELIVERED);
    expect(draining?.advance()).toBe(false); // all is settled
  });

  it('does not wait where it is to take no time', async () => {
    const { append, delivery, outlet } = setup({ exitTimeoutMillis: 0 });
    append('{"n":0}');
    await turn();
    Object.assign(outlet(), { advance: () => true });
    expect(delivery.drain()).toBeUndefined();
  });
});
