import { describe, expect, it } from 'vitest';
import { whenLoaded } from '../../src/transport/loading.js';
import type { Transport } from '../../src/transport/transport.js';
import { turn } from '../support/fake-clock.js';
import { DELIVERED, FakeTransport, payload, sendOn } from '../support/fake-transport.js';

function setup() {
  let load = (_: Transport): void => {};
  const transport = whenLoaded(
    new Promise<Transport>((resolve) => {
      load = resolve;
    }),
  );
  return { transport, load: (loaded: Transport) => load(loaded) };
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

  it('gives up what it gets when it can not be loaded', async () => {
    const transport = whenLoaded(Promise.reject(new Error('no such package')));
    const early = sendOn(transport);
    const internal = { outcome: 'refused', reason: 'internal', cause: 'Error: no such package' };
    expect(await early).toEqual(internal);
    expect(await sendOn(transport)).toEqual(internal);
    await transport.close();
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
