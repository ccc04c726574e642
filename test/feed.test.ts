import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { describe, expect, it } from 'vitest';
import type { Admitted } from '../src/admitted.js';
import type { Delivery } from '../src/delivery.js';
import { encodeRecord } from '../src/encode.js';
import { Feed } from '../src/feed.js';
import type { FlatDict } from '../src/json.js';
import { Ledger } from '../src/ledger.js';
import type { Format } from '../src/options.js';
import { FakeClock, turn } from './support/fake-clock.js';

const admitted = (fields: FlatDict): Admitted => ({
  body: encodeRecord(fields),
  size: 10,
  timestamp: 0,
  context: undefined,
});

/** A feed with a batch processor that keeps what it gets until it is told to export it. */
function setup(
  format: Format = 'object',
  maxExportBatchSize = 512,
  spoil: (admitted: Admitted) => unknown = () => {},
) {
  const delivered: string[][] = [];
  const delivery = {
    deliver: (records: string[]) => void delivered.push(records),
    refuse: (reason: 'internal', size: number, cause: string) => ledger.fail(reason, 1, size, cause),
  };
  const ledger = new Ledger(() => {});
  const held: ReadableLogRecord[] = [];
  const settings = {
    format,
    maxPayloadBytes: 1_000_000,
    metadata: false,
    resource: false,
    maxExportBatchSize,
    scheduledDelayMillis: 1000,
  };
  const emit = (admitted: Admitted): void => {
    const { body } = admitted;
    const record = { body } as unknown as ReadableLogRecord;
    if (spoil(admitted) === 'makes none') return;
    feed.made(record);
    if (spoil(admitted) === 'loses it') return;
    held.push(record);
  };
  const exportHeld = async (): Promise<void> => feed.export(held.splice(0), () => {});
  const clock = new FakeClock();
  const batches = { emit, flush: exportHeld };
  const feed: Feed = new Feed(settings, delivery as unknown as Delivery, batches, clock);
  return { clock, feed, held, delivered, exportHeld, ledger, delivery };
}

const ids = (groups: readonly string[][]): number[] => groups.flat().map((json) => JSON.parse(json).n);
const upTo = (count: number): number[] => [...Array(count).keys()];

describe('a feed', () => {
  it('gives the batch processor no more than a batch at a time', async () => {
    const { feed, held, delivered, exportHeld } = setup('object', 100);
    for (let n = 0; n < 1000; n++) feed.push(admitted({ n }));
    expect(held).toEqual([]); // log() has nothing to do with it
    for (let batch = 1; batch <= 10; batch++) {
      await turn();
      expect(held).toHaveLength(100);
      await exportHeld();
      while (ids(delivered).length < batch * 100) await turn();
    }
    expect(ids(delivered)).toEqual(upTo(1000));
  });

  it('emits no more in a turn than that takes about a millisecond, however fast they come back', async () => {
    const { feed, held, delivered, exportHeld } = setup('object', 100);
    for (let n = 0; n < 5000; n++) feed.push(admitted({ n }));
    let mostATurn = 0;
    for (let emitted = 0; emitted < 5000; ) {
      await turn();
      let now = 0;
      // All that can happen in this turn: promises, but no timer and no immediate.
      for (let idle = 0; idle < 50; idle++) {
        now += held.length;
        if (held.length > 0) idle = 0;
        await (held.length > 0 ? exportHeld() : undefined);
      }
      mostATurn = Math.max(mostATurn, now);
      emitted += now;
    }
    while (ids(delivered).length < 5000) await turn();
    expect(mostATurn).toBeGreaterThan(512);
    expect(mostATurn).toBeLessThanOrEqual(1024);
    expect(ids(delivered)).toEqual(upTo(5000));
  });

  it('takes large records in slices, and lets others work between them', async () => {
    const { feed, delivered, exportHeld } = setup();
    for (let n = 0; n < 50; n++) feed.push(admitted({ n, text: 'x'.repeat(300_000) }));
    await turn();
    await exportHeld();
    const seen: number[] = [];
    while (ids(delivered).length < 50) {
      await turn();
      seen.push(ids(delivered).length);
    }
    expect(seen.length).toBeGreaterThan(40); // each is more than a slice
  });

  it('hands over together what goes into one payload', async () => {
    const { feed, delivered, exportHeld } = setup('ndjson');
    for (let n = 0; n < 50; n++) feed.push(admitted({ n, text: 'x'.repeat(300_000) }));
    await turn();
    await exportHeld();
    while (ids(delivered).length < 50) await turn();
    expect(delivered.map((group) => group.length)).toEqual([...Array(12).fill(4), 2]);
  });

  it('settles a flush when all that was pushed before is handed over, wherever it was', async () => {
    const { feed, delivered, exportHeld } = setup('object', 10);
    for (let n = 0; n < 5; n++) feed.push(admitted({ n, text: 'x'.repeat(300_000) }));
    await turn();
    await exportHeld(); // these are being encoded
    for (let n = 5; n < 8; n++) feed.push(admitted({ n }));
    await turn(); // these are with the batch processor
    for (let n = 8; n < 40; n++) feed.push(admitted({ n }));
    await feed.flush();
    expect(ids(delivered)).toEqual(upTo(40));
  });

  it('has a batch that does not fill exported after the delay, counted from its first record', async () => {
    const { clock, feed, held, delivered, exportHeld } = setup('object', 10);
    for (let n = 0; n < 10; n++) feed.push(admitted({ n }));
    await clock.advance(900);
    await exportHeld();
    for (let n = 10; n < 15; n++) feed.push(admitted({ n }));
    await clock.advance(999);
    expect(held).toHaveLength(5);
    await clock.advance(1);
    expect(ids(delivered)).toEqual(upTo(15));
    expect(clock.nextAt).toBeUndefined();
  });

  it('hands everything over at once, wherever it is, and once', async () => {
    const { feed, delivered, exportHeld } = setup('object', 10);
    for (let n = 0; n < 5; n++) feed.push(admitted({ n, text: 'x'.repeat(300_000) }));
    await turn();
    await exportHeld();
    await undefined;
    for (let n = 5; n < 40; n++) feed.push(admitted({ n }));
    feed.handOverNow();
    expect(ids(delivered)).toEqual(upTo(40));
    await exportHeld();
    for (let turns = 0; turns < 20; turns++) await turn();
    expect(ids(delivered)).toEqual(upTo(40));
  });

  it('counts a record that can not be encoded as failed, and goes on', async () => {
    const { feed, delivered, ledger } = setup();
    ledger.accept(3, 30);
    const broken = Object.defineProperty({}, 'a', { enumerable: true, get: () => JSON.parse('{') });
    for (const body of ['{"n":0}', broken, '{"n":1}']) feed.push({ ...admitted({}), body });
    await feed.flush();
    expect(ids(delivered)).toEqual([0, 1]);
    expect(ledger.stats()).toMatchObject({ pending: 2, failed: { internal: 1 } });
  });

  it.each<[how: string, spoil: (admitted: Admitted) => unknown]>([
    ['throws', ({ body }) => (body === '{"n":1}' ? JSON.parse('{') : undefined)],
    ['makes no record', ({ body }) => (body === '{"n":1}' ? 'makes none' : undefined)],
  ])('counts a record as failed for which the SDK %s, and goes on', async (_, spoil) => {
    const { feed, delivered, ledger } = setup('object', 512, spoil);
    ledger.accept(3, 30);
    for (let n = 0; n < 3; n++) feed.push(admitted({ n }));
    await turn(); // nobody flushes: it is a callback of the event loop that must not throw
    await feed.flush();
    expect(ids(delivered)).toEqual([0, 2]);
    expect(ledger.stats()).toMatchObject({ pending: 2, failed: { internal: 1 } });
  });

  it('sends a record without its context, where that is what throws', async () => {
    const { feed, delivered } = setup('object', 512, ({ context }) => context?.getValue(Symbol('trace')));
    const getValue = (): unknown => JSON.parse('{');
    for (let n = 0; n < 3; n++) feed.push({ ...admitted({ n }), context: { getValue } as never });
    await feed.flush();
    expect(ids(delivered)).toEqual([0, 1, 2]);
  });

  it.each([1, 512])(
    'hands over what the batch processor has lost, and its flush ends, with batches of %i',
    async (size) => {
      const { feed, delivered } = setup('object', size, ({ body }) =>
        body === '{"n":1}' || body === '{"n":3}' ? 'loses it' : undefined,
      );
      for (let n = 0; n < 4; n++) feed.push(admitted({ n }));
      await feed.flush();
      expect(ids(delivered).sort()).toEqual(upTo(4));
      feed.push(admitted({ n: 4 }));
      await feed.flush();
      expect(ids(delivered).sort()).toEqual(upTo(5));
    },
  );

  it('is not stuck when delivery throws', async () => {
    const { feed, delivered, delivery } = setup();
    const { deliver } = delivery;
    delivery.deliver = () => JSON.parse('{');
    feed.push(admitted({ n: 0 }));
    await feed.flush();
    delivery.deliver = deliver;
    feed.push(admitted({ n: 1 }));
    await feed.flush();
    expect(ids(delivered)).toEqual([1]);
  });
});
