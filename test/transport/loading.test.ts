import { describe, expect, it } from 'vitest';
import { whenLoaded } from '../../src/transport/loading.js';
import type { Transport } from '../../src/transport/transport.js';
import { FakeClock, turn } from '../support/fake-clock.js';
import { DELIVERED, FakeTransport, payload, sendOn } from '../support/fake-transport.js';

const NO_DESCRIPTORS = Object.assign(new Error('EMFILE: too many open files'), { errno: -24 });

/** Loads as the test says, each time. */
function setup() {
  const clock = new FakeClock();
  let loads = 0;
  let [load, fail] = [(_: Transport): void => {}, (_: Error): void => {}];
  const once = (): Promise<Transport> => {
    loads++;
    return new Promise((resolve, reject) => {
      [load, fail] = [resolve, reject];
    });
  };
  const transport = whenLoaded(once, { clock, maxElapsedMillis: 10_000 });
  return {
    clock,
    transport,
    load: (loaded: Transport) => load(loaded),
    fail: (error: Error) => fail(error),
    loads: () => loads,
  };
}

describe('a transport that is loading', () => {
  it('sends later what it gets meanwhile, in order', async () => {
    const { transport, load } = setup();
    const sending = ['a', 'b'].map((body) => sendOn(transport, payload({ body })));
    const inner = new FakeTransport();
    inner.script(DELIVERED, DELIVERED, DELIVERED);
    load(inner);
    expect(await Promise.all([...sending, sendOn(transport, payload({ body: 'c' }))])).toEqual(
      Array(3).fill(DELIVERED),
    );
    expect(inner.bodies).toEqual(['a', 'b', 'c']);
  });

  it('gives up what it gets when it can not be loaded, and is tried again for what comes later', async () => {
    const { transport, fail, load } = setup();
    const early = sendOn(transport);
    fail(new Error('no such package'));
    const internal = { outcome: 'refused', reason: 'internal', cause: 'Error: no such package' };
    expect(await early).toEqual(internal);
    const late = sendOn(transport);
    const inner = new FakeTransport();
    inner.script(DELIVERED);
    load(inner);
    expect(await late).toEqual(DELIVERED);
  });

  it('is loaded again after a fault of the system, and then sends what waits', async () => {
    const { clock, transport, load, fail, loads } = setup();
    const early = sendOn(transport);
    for (let failures = 1; failures <= 4; failures++) {
      fail(NO_DESCRIPTORS);
      await clock.advance(0);
      expect(loads()).toBe(failures);
      await clock.advance((clock.nextAt ?? Number.NaN) - clock.now());
    }
    expect(clock.now()).toBe(50 + 100 + 200 + 400);
    const inner = new FakeTransport();
    inner.script(DELIVERED);
    load(inner);
    expect(await early).toEqual(DELIVERED);
    expect(loads()).toBe(5);
  });

  it('gives up what waits when the faults go on for longer than a retry may', async () => {
    const { clock, transport, fail } = setup();
    const early = sendOn(transport);
    for (let turns = 0; turns < 100 && clock.now() <= 10_000; turns++) {
      fail(NO_DESCRIPTORS);
      await clock.advance(1000);
    }
    expect(await early).toMatchObject({ reason: 'internal', cause: 'Error: EMFILE: too many open files' });
  });

  it('is loaded no more once it is closed', async () => {
    const { transport, fail, loads } = setup();
    const closing = transport.close();
    fail(NO_DESCRIPTORS);
    await closing;
    expect(loads()).toBe(1);
  });

  it('gives up what waits when it is closed, and is closed when it comes', async () => {
    const { transport, load } = setup();
    const early = sendOn(transport);
    const closing = transport.close();
    expect(await early).toMatchObject({ reason: 'shutdown' });
    expect(await sendOn(transport)).toMatchObject({ reason: 'shutdown' });
    const inner = new FakeTransport();
    load(inner);
    await closing;
    await turn();
    expect(inner.closed).toBe(true);
    expect(inner.sent).toEqual([]);
  });
});
